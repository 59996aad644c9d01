using Collaborative.Domain;
using Collaborative.Domain.Assessments;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Assessments;

internal sealed record AssessmentRow : VersionedRow<AssessmentView>
{
    public const string Subject = "assessment";

    public const string Columns =
        $"{VersionColumns}, TeamId, TeamCode, TeamKey, ReportMonth, Kind, ScaleCode, ScaleRevision, Score, LevelName, ProseJson, NoReportReason";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string TeamKey { get; init; } = "";

    public Month ReportMonth { get; init; }

    public string Kind { get; init; } = "";

    public string ScaleCode { get; init; } = "";

    public int ScaleRevision { get; init; }

    public double Score { get; init; }

    public string LevelName { get; init; } = "";

    public string ProseJson { get; init; } = "";

    public string? NoReportReason { get; init; }

    public Scored Scored => new(EnumText.Parse<AssessmentKind>(Kind), ScaleCode, Score);

    public override string AddressCode => $"{ReportMonth}/{Kind}";

    public override AssessmentView View
    {
        get
        {
            var prose = StoredJson.Read<AssessmentProse>(ProseJson);
            return new AssessmentView
            {
                Team = TeamCode,
                Month = ReportMonth,
                Kind = EnumText.Parse<AssessmentKind>(Kind),
                Scale = ScaleCode,
                ScaleRevision = ScaleRevision,
                Value = Score,
                Level = LevelName,
                Justification = prose.Justification,
                Comments = prose.Comments,
                Suggestions = prose.Suggestions,
                NoReport = NoReportReason,
                Revision = Revision,
                RecordedAt = RecordedAt,
                RecordedBy = RecordedBy,
            };
        }
    }

    /// <summary>The assessments of one month, side by side.</summary>
    public static AssessmentMonth Together(Month month, IReadOnlyCollection<AssessmentRow> rows)
    {
        var scores = rows.Select(row => row.Scored).ToList();
        var gap = AssessmentRules.Gap(scores);
        return new AssessmentMonth(
            month,
            Find(AssessmentKind.Self),
            Find(AssessmentKind.Director),
            Find(AssessmentKind.ImprovementAdvisor),
            Find(AssessmentKind.Reconciled),
            AssessmentRules.Official(scores)?.Value,
            gap,
            AssessmentRules.IsWide(gap));

        AssessmentView? Find(AssessmentKind kind) => rows.FirstOrDefault(row => row.Kind == EnumText.Of(kind))?.View;
    }
}

internal sealed class PutAssessmentHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutAssessment, Outcome<Written<AssessmentView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {AssessmentRow.Columns} FROM Assessment WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth = @month AND Kind = @kind";

    internal static readonly SqlText Insert = VersionedSql.Insert("Assessment", AssessmentRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Assessment", AssessmentRow.Columns);

    // A report that was returned, or is being changed since, has been submitted all the same.
    internal static readonly SqlText FrozenReport =
        "SELECT r.FrozenRevision FROM MonthlyReport r WHERE r.CollaborativeId = @collaborativeId AND r.TeamId = @teamId AND r.ReportMonth = @month";

    public async Task<Outcome<Written<AssessmentView>>> Handle(PutAssessment request, CancellationToken cancellationToken)
    {
        var (session, body) = (unitOfWork.Session, request.Body);
        await session.Hold(request.CollaborativeId, cancellationToken);
        var key = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month, kind = EnumText.Of(request.Kind) };
        var current = await session.First<AssessmentRow>(Load, key, cancellationToken);
        var asked = body.Scale ?? current?.ScaleCode ?? BuiltInScales.Progress.Code;
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var wanted = new AssessmentRow
        {
            TeamId = request.TeamId,
            TeamCode = context.Code,
            TeamKey = context.CodeKey,
            ReportMonth = request.Month,
            Kind = key.kind,
            ProseJson = StoredJson.Write(new AssessmentProse(body.Justification!.Trim(), Shape.Tidy(body.Comments), Shape.Tidy(body.Suggestions))),
            NoReportReason = Shape.Tidy(body.NoReport),
        };
        if (current is not null && Code.KeyOf(current.ScaleCode) == Code.KeyOf(asked) && current.Score == body.Value)
        {
            // The level stays the one that was chosen, whatever has become of the scale since.
            wanted = wanted with { ScaleCode = current.ScaleCode, ScaleRevision = current.ScaleRevision, Score = current.Score, LevelName = current.LevelName };
        }
        else
        {
            if (await PutScaleHandler.Find(session, request.CollaborativeId, asked, cancellationToken) is not { } scale)
            {
                return Problem.Invalid([new FieldError("/scale", "unknown", $"There is no scale {asked} in this collaborative.")]);
            }

            if (AssessmentRules.LevelOf(scale, body.Value!.Value) is not { } level)
            {
                return Problem.Invalid([AssessmentRules.NoLevel(scale, body.Value.Value)]);
            }

            wanted = wanted with { ScaleCode = scale.Code, ScaleRevision = scale.Revision, Score = body.Value.Value, LevelName = level.Name! };
        }

        var frozen = await session.First<int?>(FrozenReport, key, cancellationToken);
        return await session.Put<AssessmentRow, AssessmentView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, AssessmentRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => SubmissionRules.MonthRefusal(context.Collaborative, context.Status, context.Team, request.Month, clock.GetUtcNow())
                ?? AssessmentRules.Refusal(frozen is not null, wanted.NoReportReason, request.Month));
    }
}

internal sealed class ReadAssessmentsHandler(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetAssessment, Outcome<AssessmentView>>,
    IRequestHandler<ListTeamAssessments, Outcome<Page<AssessmentMonth>>>,
    IRequestHandler<ListAssessments, Outcome<Page<TeamScore>>>,
    IRequestHandler<GetDistribution, Outcome<DistributionView>>
{
    /// <summary>How many assessments a month of a team has at most: one of each kind.</summary>
    private static readonly int Kinds = Enum.GetValues<AssessmentKind>().Length;

    private const string FromTeam =
        "FROM Assessment WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND ReportMonth > @after ORDER BY ReportMonth, Kind";

    internal static readonly SqlText OfTeam = new(
        $"SELECT {AssessmentRow.Columns} {FromTeam} LIMIT @take",
        $"SELECT TOP (@take) {AssessmentRow.Columns} {FromTeam}");

    // With the scores of the month come those of the last month before it that has an official one.
    private const string FromTeams =
        """
        FROM Team t
        LEFT JOIN Assessment a ON a.TeamId = t.Id AND (a.ReportMonth = @month OR (a.Kind IN ('director', 'reconciled') AND a.ReportMonth =
            (SELECT MAX(o.ReportMonth) FROM Assessment o WHERE o.TeamId = t.Id AND o.ReportMonth < @month AND o.Kind IN ('director', 'reconciled'))))
        WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey > @after
            AND t.EnrolledFrom <= @month AND (t.WithdrawnAfter IS NULL OR t.WithdrawnAfter >= @month)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = t.Id))
        ORDER BY t.CodeKey, a.ReportMonth, a.Kind
        """;

    private const string TeamColumns = "t.Code, t.CodeKey, t.Name, a.ReportMonth, a.Kind, a.ScaleCode, a.Score";

    internal static readonly SqlText OfTeams = new($"SELECT {TeamColumns} {FromTeams} LIMIT @take", $"SELECT TOP (@take) {TeamColumns} {FromTeams}");

    internal static readonly SqlText OfficialOnes =
        """
        SELECT a.TeamId, a.ReportMonth, a.Kind, a.ScaleCode, a.Score
        FROM Assessment a
        WHERE a.CollaborativeId = @collaborativeId AND a.Kind IN ('director', 'reconciled')
            AND (@fromMonth IS NULL OR a.ReportMonth >= @fromMonth) AND (@toMonth IS NULL OR a.ReportMonth <= @toMonth)
        ORDER BY a.ReportMonth, a.TeamKey
        """;

    public async Task<Outcome<AssessmentView>> Handle(GetAssessment request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<AssessmentRow>(
                PutAssessmentHandler.Load,
                new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, month = request.Month, kind = EnumText.Of(request.Kind) },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<AssessmentMonth>>> Handle(ListTeamAssessments request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<AssessmentRow>(
                OfTeam,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    teamId = request.TeamId,
                    after = request.After?.ToYyyymm() ?? 0,
                    take = (request.Limit + 1) * Kinds,
                },
                cancellationToken),
            cancellationToken);
        var months = rows.GroupBy(row => row.ReportMonth).ToList();
        return Paging.Page(months, request.Limit, month => AssessmentRow.Together(month.Key, [.. month]), month => month.Key.ToString());
    }

    public async Task<Outcome<Page<TeamScore>>> Handle(ListAssessments request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<TeamScore>>>(
            async session =>
            {
                var month = request.Month ?? (await CalendarRow.Read(session, request.CollaborativeId, cancellationToken)).LastMonth(clock.GetUtcNow());

                // Beside a month's own scores, the director's and the reconciled one of the last month scored.
                var rows = await session.Query<TeamScoreRow>(
                    OfTeams,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        month,
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        after = request.AfterKey ?? "",
                        take = (request.Limit + 1) * (Kinds + 2),
                    },
                    cancellationToken);
                var teams = rows.GroupBy(row => row.CodeKey).ToList();
                return Paging.Page(teams, request.Limit, team => TeamScoreRow.Together(month, [.. team]), team => team.Key);
            },
            cancellationToken);

    public async Task<Outcome<DistributionView>> Handle(GetDistribution request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<OfficialRow>(
                OfficialOnes, new { collaborativeId = request.CollaborativeId, fromMonth = request.From, toMonth = request.To }, cancellationToken),
            cancellationToken);
        var scores = rows.GroupBy(row => (row.ReportMonth, row.TeamId))
            .ToLookup(team => team.Key.ReportMonth, team => AssessmentRules.Official([.. team.Select(row => row.Scored)])!.Value.Value);
        if ((request.From ?? rows.FirstOrDefault()?.ReportMonth) is not { } from || (request.To ?? rows.LastOrDefault()?.ReportMonth) is not { } to)
        {
            return new DistributionView([]);
        }

        return new DistributionView([.. Enumerable.Range(0, Math.Max(0, to - from + 1)).Select(i => from.AddMonths(i)).Select(month => DistributionMonth.Of(month, [.. scores[month]]))]);
    }

    private sealed record OfficialRow
    {
        public Guid TeamId { get; init; }

        public Month ReportMonth { get; init; }

        public string Kind { get; init; } = "";

        public string ScaleCode { get; init; } = "";

        public double Score { get; init; }

        public Scored Scored => new(EnumText.Parse<AssessmentKind>(Kind), ScaleCode, Score);
    }

    /// <summary>A team with one of its scores, or with none.</summary>
    private sealed record TeamScoreRow
    {
        public string Code { get; init; } = "";

        public string CodeKey { get; init; } = "";

        public string Name { get; init; } = "";

        public Month? ReportMonth { get; init; }

        public string? Kind { get; init; }

        public string? ScaleCode { get; init; }

        public double? Score { get; init; }

        public static TeamScore Together(Month month, IReadOnlyList<TeamScoreRow> rows)
        {
            var scores = Of(row => row.ReportMonth == month);
            var last = rows.FirstOrDefault(row => row.ReportMonth < month)?.ReportMonth;
            var gap = AssessmentRules.Gap(scores);
            return new TeamScore(
                rows[0].Code,
                rows[0].Name,
                month,
                Find(AssessmentKind.Self),
                Find(AssessmentKind.Director),
                Find(AssessmentKind.ImprovementAdvisor),
                Find(AssessmentKind.Reconciled),
                AssessmentRules.Official(scores)?.Value,
                gap,
                AssessmentRules.IsWide(gap),
                last is { } before ? new LastScore(before, AssessmentRules.Official(Of(row => row.ReportMonth == before))!.Value.Value) : null);

            List<Scored> Of(Func<TeamScoreRow, bool> which) =>
                [.. rows.Where(row => row.Kind is not null && which(row)).Select(row => new Scored(EnumText.Parse<AssessmentKind>(row.Kind!), row.ScaleCode!, row.Score!.Value))];

            double? Find(AssessmentKind kind) => scores.Find(score => score.Kind == kind) is { Scale: not null } found ? found.Value : null;
        }
    }
}
