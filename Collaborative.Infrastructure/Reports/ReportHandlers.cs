using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Library;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Library;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Reports;

internal sealed record ReportRow : VersionedRow<MonthlyReportView>
{
    public const string Subject = "report";

    public const string Columns =
        $"{VersionColumns}, TeamId, TeamCode, TeamKey, ReportMonth, State, DueOn, IsOnTime, SubmittedAt, SubmittedBy, FrozenRevision, IsShared, ReviewComment, WordsJson";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string TeamKey { get; init; } = "";

    public Month ReportMonth { get; init; }

    public string State { get; init; } = "";

    public DateOnly DueOn { get; init; }

    public bool? IsOnTime { get; init; }

    public DateTimeOffset? SubmittedAt { get; init; }

    public string? SubmittedBy { get; init; }

    public int? FrozenRevision { get; init; }

    public bool IsShared { get; init; }

    public string? ReviewComment { get; init; }

    public string WordsJson { get; init; } = "{}";

    public MonthlyReportState StateValue => EnumText.Parse<MonthlyReportState>(State);

    public override string AddressCode => ReportMonth.ToString();

    public override MonthlyReportView View
    {
        get
        {
            var words = StoredJson.Read<ReportWords>(WordsJson);
            return new MonthlyReportView
            {
                Team = TeamCode,
                Month = ReportMonth,
                Status = StateValue,
                Successes = words.Successes,
                Barriers = words.Barriers,
                HelpNeeded = words.HelpNeeded,
                Lessons = words.Lessons,
                NextPlan = words.NextPlan,
                SitesCovered = words.SitesCovered,
                Share = IsShared,
                DueOn = DueOn,
                OnTime = IsOnTime,
                SubmittedAt = SubmittedAt,
                SubmittedBy = SubmittedBy,
                FrozenRevision = FrozenRevision,
                ReviewComment = ReviewComment,
                Revision = Revision,
                RecordedAt = RecordedAt,
                RecordedBy = RecordedBy,
            };
        }
    }
}

internal sealed record ReportReviewRow : VersionedRow<ReportReviewView>
{
    public const string Subject = "reportReview";

    public const string Columns = $"{VersionColumns}, TeamId, ReportMonth, ReportRevision, Verdict, ReviewComment";

    public Guid TeamId { get; init; }

    public Month ReportMonth { get; init; }

    public int ReportRevision { get; init; }

    public string Verdict { get; init; } = "";

    public string? ReviewComment { get; init; }

    public override string AddressCode => $"{ReportMonth}/review";

    public override ReportReviewView View => new()
    {
        Month = ReportMonth,
        Verdict = EnumText.Parse<ReportVerdict>(Verdict),
        Comment = ReviewComment,
        ReportRevision = ReportRevision,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutReportHandler(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<PutReport, Outcome<Written<MonthlyReportView>>>,
    IRequestHandler<ReviewReport, Outcome<Written<ReportReviewView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ReportRow.Columns} FROM MonthlyReport WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth = @month";

    internal static readonly SqlText Insert = VersionedSql.Insert("MonthlyReport", ReportRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("MonthlyReport", ReportRow.Columns);

    internal static readonly SqlText Freeze = "INSERT INTO ReportSnapshot (ReportId, Revision, FrozenAt, Document) VALUES (@reportId, @revision, @frozenAt, @document)";

    internal static readonly SqlText LoadReview =
        $"SELECT {ReportReviewRow.Columns} FROM ReportReview WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth = @month";

    internal static readonly SqlText InsertReview = VersionedSql.Insert("ReportReview", ReportReviewRow.Columns);

    internal static readonly SqlText UpdateReview = VersionedSql.Update("ReportReview", ReportReviewRow.Columns);

    public async Task<Outcome<Written<MonthlyReportView>>> Handle(PutReport request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var key = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month };
        var current = await session.First<ReportRow>(Load, key, cancellationToken);
        var now = clock.NowToMillisecond();
        var asked = request.Body.Status ?? MonthlyReportState.Submitted;
        var written = await session.Put<ReportRow, MonthlyReportView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, ReportRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            Wanted(request, context, current, asked, now),
            clock,
            cancellationToken,
            () => SubmissionRules.MonthRefusal(context.Collaborative, context.Status, context.Team, request.Month, now) ?? ReportRules.Refusal(current?.StateValue, asked));
        if (written is not { IsRefused: false, Value: { Kind: not WriteKind.Unchanged, Value: { } report } made })
        {
            return written;
        }

        await Share(session, request.Viewer, request.CollaborativeId, request.TeamId, report, cancellationToken);
        if (report.Status != MonthlyReportState.Submitted)
        {
            return written;
        }

        var whole = report with { Contents = await ReportBuilder.Build(session, request.CollaborativeId, request.TeamId, request.Month, context, now, cancellationToken) };
        var reportId = current?.Id ?? (await session.First<ReportRow>(Load, key, cancellationToken))!.Id;
        await session.Execute(
            Freeze, new { reportId, revision = report.Revision, frozenAt = report.RecordedAt, document = StoredJson.Write(whole) }, cancellationToken);
        return made with { Value = whole };
    }

    public async Task<Outcome<Written<ReportReviewView>>> Handle(ReviewReport request, CancellationToken cancellationToken)
    {
        var (session, body) = (unitOfWork.Session, request.Body);
        await session.Hold(request.CollaborativeId, cancellationToken);
        var key = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month };
        var report = await session.First<ReportRow>(Load, key, cancellationToken);
        var current = await session.First<ReportReviewRow>(LoadReview, key, cancellationToken);
        var change = new Change(request.Viewer, request.CollaborativeId, request.TeamId, ReportReviewRow.Subject, request.Preconditions, Shape.Tidy(body.Comment));
        var written = await session.Put<ReportReviewRow, ReportReviewView>(
            change,
            InsertReview,
            UpdateReview,
            current,
            new ReportReviewRow
            {
                TeamId = request.TeamId,
                ReportMonth = request.Month,
                ReportRevision = body.ReportRevision ?? report?.FrozenRevision ?? 0,
                Verdict = EnumText.Of(body.Verdict!.Value),
                ReviewComment = change.Reason,
            },
            clock,
            cancellationToken,
            () => ReportRules.ReviewRefusal(report?.StateValue, report?.FrozenRevision, body.ReportRevision));
        if (written is { IsRefused: false, Value.Kind: not WriteKind.Unchanged })
        {
            var state = body.Verdict == ReportVerdict.Accepted ? MonthlyReportState.Accepted : MonthlyReportState.Returned;
            var reviewed = await session.Save<ReportRow, MonthlyReportView>(
                change with { Subject = ReportRow.Subject }, Update, report! with { State = EnumText.Of(state), ReviewComment = change.Reason }, clock, cancellationToken);
            await Share(session, request.Viewer, request.CollaborativeId, request.TeamId, reviewed.View, cancellationToken);
        }

        return written;
    }

    /// <summary>Puts into the library what the team shares, and takes out of it what it no longer does.</summary>
    private static Task Share(Session session, Viewer viewer, Guid collaborativeId, Guid teamId, MonthlyReportView report, CancellationToken cancellation) => session.Gather(
        viewer,
        new Harvest(collaborativeId, teamId, LibrarySource.Report, report.Month.ToString(), LibraryContent.Of(report)),
        report.RecordedAt,
        cancellation);

    private static ReportRow Wanted(PutReport request, TeamContext context, ReportRow? current, MonthlyReportState asked, DateTimeOffset now)
    {
        var words = StoredJson.Write(ReportWords.Of(request.Body));
        var shared = request.Body.Share ?? false;
        var state = ReportRules.Next(current?.StateValue, asked, current?.WordsJson == words && current.IsShared == shared);
        var row = (current ?? new ReportRow { ReportMonth = request.Month, TeamId = request.TeamId, TeamCode = context.Code, TeamKey = context.CodeKey }) with
        {
            State = EnumText.Of(state),
            WordsJson = words,
            IsShared = shared,
        };
        var calendar = context.Collaborative.Calendar;
        if (current is null)
        {
            row = row with { DueOn = calendar.DueOn(request.Month, context.EnrolledFrom) };
        }

        if (asked != MonthlyReportState.Submitted || row.Equals(current))
        {
            return row;
        }

        row = row with { FrozenRevision = row.Revision + 1 };
        return row.SubmittedAt is not null ? row : row with
        {
            SubmittedAt = now,
            SubmittedBy = request.Viewer.Name,
            DueOn = calendar.DueOn(request.Month, context.EnrolledFrom),
            IsOnTime = calendar.IsOnTime(request.Month, context.EnrolledFrom, now),
        };
    }
}

internal sealed class ReadReportsHandler(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetReport, Outcome<MonthlyReportView>>,
    IRequestHandler<GetReportReview, Outcome<ReportReviewView>>,
    IRequestHandler<ListReports, Outcome<Page<MonthlyReportView>>>
{
    private const string From =
        """
        FROM MonthlyReport r
        WHERE r.CollaborativeId = @collaborativeId
            AND (@teamId IS NULL OR r.TeamId = @teamId)
            AND (@teamKey IS NULL OR r.TeamKey = @teamKey)
            AND (@month IS NULL OR r.ReportMonth = @month)
            AND (@state IS NULL OR r.State = @state)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = r.TeamId))
            AND r.ReportMonth >= @afterMonth
            AND (r.ReportMonth > @afterMonth OR r.TeamKey > @afterTeam)
        ORDER BY r.ReportMonth, r.TeamKey
        """;

    private static readonly string Columns = VersionedSql.Of("r", ReportRow.Columns);

    internal static readonly SqlText List = new($"SELECT {Columns} {From} LIMIT @take", $"SELECT TOP (@take) {Columns} {From}");

    internal static readonly SqlText LoadFrozen =
        """
        SELECT s.Document
        FROM MonthlyReport r
        JOIN ReportSnapshot s ON s.ReportId = r.Id AND s.Revision = @revision
        WHERE r.CollaborativeId = @collaborativeId AND r.TeamId = @teamId AND r.ReportMonth = @month
        """;

    public async Task<Outcome<MonthlyReportView>> Handle(GetReport request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<MonthlyReportView>>(
            async session =>
            {
                if (request.Revision is { } revision)
                {
                    return await Frozen(session, request, revision, cancellationToken) is { } frozen ? frozen : Problem.NotFound;
                }

                var row = await session.First<ReportRow>(
                    PutReportHandler.Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month }, cancellationToken);
                if (row is null)
                {
                    return Problem.NotFound;
                }

                if (row is { StateValue: not MonthlyReportState.Draft, FrozenRevision: { } last })
                {
                    return row.View with { Contents = (await Frozen(session, request, last, cancellationToken))!.Contents };
                }

                var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
                return row.View with
                {
                    Contents = await ReportBuilder.Build(session, request.CollaborativeId, request.TeamId, request.Month, context, clock.GetUtcNow(), cancellationToken),
                };
            },
            cancellationToken);

    public async Task<Outcome<ReportReviewView>> Handle(GetReportReview request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ReportReviewRow>(
                PutReportHandler.LoadReview, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<MonthlyReportView>>> Handle(ListReports request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<ReportRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    teamId = request.TeamId,
                    teamKey = request.TeamKey,
                    month = request.Month,
                    state = request.State is { } state ? EnumText.Of(state) : null,
                    limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                    afterMonth = request.After?.Month.ToYyyymm() ?? 0,
                    afterTeam = request.After?.TeamKey ?? "",
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => new ReportCursor(row.ReportMonth, row.TeamKey).ToString());
    }

    private static async Task<MonthlyReportView?> Frozen(Session session, GetReport request, int revision, CancellationToken cancellation) =>
        await session.First<string>(
            LoadFrozen, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month, revision }, cancellation) is { } document
            ? StoredJson.Read<MonthlyReportView>(document)
            : null;
}
