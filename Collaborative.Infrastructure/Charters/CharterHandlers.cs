using Collaborative.Domain;
using Collaborative.Domain.Charters;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Charters;

internal sealed record CharterRow : VersionedRow<CharterView>
{
    public const string Subject = "charter";

    public const string Columns = $"{VersionColumns}, OwnerId, State, ReviewComment, AcceptedAt, DocumentJson";

    public Guid OwnerId { get; init; }

    public string State { get; init; } = "";

    public string? ReviewComment { get; init; }

    public DateTimeOffset? AcceptedAt { get; init; }

    /// <summary>The prose; written in one way, so that equal texts are equal.</summary>
    public string DocumentJson { get; init; } = "";

    public override string AddressCode => Subject;

    public CharterState StateValue => EnumText.Parse<CharterState>(State);

    public override CharterView View => StoredJson.Read<CharterView>(DocumentJson) with
    {
        State = StateValue,
        ReviewComment = ReviewComment,
        AcceptedAt = AcceptedAt,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed record CharterReviewRow : VersionedRow<CharterReviewView>
{
    public const string Subject = "charterReview";

    public const string Columns = $"{VersionColumns}, OwnerId, CharterRevision, Verdict, Comment";

    public Guid OwnerId { get; init; }

    public int CharterRevision { get; init; }

    public string Verdict { get; init; } = "";

    public string? Comment { get; init; }

    public override string AddressCode => "review";

    public override CharterReviewView View => new()
    {
        Verdict = EnumText.Parse<CharterVerdict>(Verdict),
        Comment = Comment,
        CharterRevision = CharterRevision,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutCharterHandler(UnitOfWork unitOfWork, TimeProvider clock) :
    IRequestHandler<PutCharter, Outcome<Written<CharterView>>>,
    IRequestHandler<ReviewCharter, Outcome<Written<CharterReviewView>>>
{
    internal static readonly SqlText Load = $"SELECT {CharterRow.Columns} FROM Charter WHERE CollaborativeId = @collaborativeId AND OwnerId = @ownerId";

    internal static readonly SqlText Insert = VersionedSql.Insert("Charter", CharterRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("Charter", CharterRow.Columns);

    internal static readonly SqlText LoadReview = $"SELECT {CharterReviewRow.Columns} FROM CharterReview WHERE CollaborativeId = @collaborativeId AND OwnerId = @ownerId";

    internal static readonly SqlText InsertReview = VersionedSql.Insert("CharterReview", CharterReviewRow.Columns);

    internal static readonly SqlText UpdateReview = VersionedSql.Update("CharterReview", CharterReviewRow.Columns);

    internal static readonly SqlText Measures = "SELECT m.Code FROM Measure m WHERE m.CollaborativeId = @collaborativeId ORDER BY m.CodeKey";

    internal static readonly SqlText Start = "SELECT c.StartMonth FROM Collaborative c WHERE c.Id = @collaborativeId";

    public async Task<Outcome<Written<CharterView>>> Handle(PutCharter request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var owner = new { collaborativeId = request.CollaborativeId, ownerId = request.TeamId ?? request.CollaborativeId };
        var current = await session.First<CharterRow>(Load, owner, cancellationToken);
        var codes = (await session.Query<string>(Measures, owner, cancellationToken)).ToDictionary(Code.KeyOf);
        var errors = (request.Body.Measures ?? [])
            .Select((code, i) => codes.ContainsKey(Code.KeyOf(code)) ? null : new FieldError($"/measures/{i}", "unknown", $"There is no measure {code} in this collaborative."))
            .OfType<FieldError>().ToList();
        var asked = request.Body.Status ?? CharterStatus.Draft;
        var start = await session.First<Month>(Start, owner, cancellationToken);
        if (asked == CharterStatus.Submitted && AimStatement.Deadline(request.Body.Aim?.ByWhen) is { } deadline && deadline < start.FirstDay)
        {
            errors.Add(new FieldError("/aim/byWhen", "order", $"The aim ends before the collaborative begins in {start}; check the year."));
        }

        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        var text = CharterText.Of(request.Body);
        var document = StoredJson.Write(text with { Measures = text.Measures?.Select(code => codes[Code.KeyOf(code)]).Distinct().ToList() });
        var wanted = new CharterRow
        {
            OwnerId = owner.ownerId,
            State = EnumText.Of(CharterRules.Next(current?.StateValue, current?.DocumentJson == document, asked)),
            ReviewComment = current?.ReviewComment,
            AcceptedAt = current?.AcceptedAt,
            DocumentJson = document,
        };
        return await session.Put<CharterRow, CharterView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, CharterRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken);
    }

    public async Task<Outcome<Written<CharterReviewView>>> Handle(ReviewCharter request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var owner = new { collaborativeId = request.CollaborativeId, ownerId = request.TeamId ?? request.CollaborativeId };
        if (await session.First<CharterRow>(Load, owner, cancellationToken) is not { } charter)
        {
            return new Problem(ProblemCode.CharterNotSubmitted, "There is no charter here yet; it can be reviewed once it is written and submitted.");
        }

        var (verdict, readRevision) = (request.Body.Verdict!.Value, request.Body.CharterRevision!.Value);
        var change = new Change(request.Viewer, request.CollaborativeId, request.TeamId, CharterReviewRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Comment));
        var written = await session.Put<CharterReviewRow, CharterReviewView>(
            change,
            InsertReview,
            UpdateReview,
            await session.First<CharterReviewRow>(LoadReview, owner, cancellationToken),
            new CharterReviewRow { OwnerId = owner.ownerId, CharterRevision = readRevision, Verdict = EnumText.Of(verdict), Comment = change.Reason },
            clock,
            cancellationToken,
            () => CharterRules.ReviewRefusal(charter.StateValue, charter.Revision, readRevision));
        if (written is { IsRefused: false, Value.Kind: not WriteKind.Unchanged })
        {
            var isAccepted = verdict == CharterVerdict.Accepted;
            await session.Save<CharterRow, CharterView>(
                change with { Subject = CharterRow.Subject },
                Update,
                charter with
                {
                    State = EnumText.Of(isAccepted ? CharterState.Accepted : CharterState.Returned),
                    ReviewComment = change.Reason,
                    AcceptedAt = charter.AcceptedAt ?? (isAccepted ? written.Value.Value.RecordedAt : null),
                },
                clock,
                cancellationToken);
        }

        return written;
    }
}

internal sealed class ReadChartersHandler(IDatabase database) :
    IRequestHandler<GetCharter, Outcome<CharterView>>,
    IRequestHandler<GetCharterReview, Outcome<CharterReviewView>>,
    IRequestHandler<GetCharterDraft, Outcome<CharterText>>,
    IRequestHandler<ListCharters, Outcome<Page<TeamCharterView>>>
{
    internal static readonly SqlText Start =
        """
        SELECT c.Name, c.Aim, h.DocumentJson
        FROM Team t
        JOIN Collaborative c ON c.Id = t.CollaborativeId
        LEFT JOIN Charter h ON h.OwnerId = c.Id AND h.State <> 'draft'
        WHERE t.Id = @teamId AND c.Id = @collaborativeId
        """;

    internal static readonly SqlText RequiredMeasures = "SELECT m.Code FROM Measure m WHERE m.CollaborativeId = @collaborativeId AND m.IsRequired = 1 ORDER BY m.CodeKey";

    internal static readonly SqlText FirstActive =
        """
        SELECT c.TimeZone, s.LaunchedAt, COALESCE(l.FirstDay, d.FirstSessionDay) AS FirstSessionDay
        FROM Collaborative c
        LEFT JOIN CollaborativeStage s ON s.CollaborativeId = c.Id
        LEFT JOIN LearningSession l ON l.CollaborativeId = c.Id AND l.SessionNumber = 1 AND l.IsWithdrawn = 0
        LEFT JOIN ProgrammeCalendar d ON d.CollaborativeId = c.Id
        WHERE c.Id = @collaborativeId
        """;

    private const string ListColumns = "t.Code, t.CodeKey, t.Name, h.State, h.AcceptedAt";

    private const string ListFrom =
        """
        FROM Team t
        LEFT JOIN Charter h ON h.OwnerId = t.Id
        WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey > @after AND (@state IS NULL OR h.State = @state)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = t.Id))
        ORDER BY t.CodeKey
        """;

    internal static readonly SqlText List = new($"SELECT {ListColumns} {ListFrom} LIMIT @take", $"SELECT TOP (@take) {ListColumns} {ListFrom}");

    public async Task<Outcome<CharterView>> Handle(GetCharter request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<CharterRow>(
                PutCharterHandler.Load, new { collaborativeId = request.CollaborativeId, ownerId = request.TeamId ?? request.CollaborativeId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<CharterReviewView>> Handle(GetCharterReview request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<CharterReviewRow>(
                PutCharterHandler.LoadReview, new { collaborativeId = request.CollaborativeId, ownerId = request.TeamId ?? request.CollaborativeId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<CharterText>> Handle(GetCharterDraft request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<CharterText>>(
            async session =>
            {
                var parameters = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId };
                var start = (await session.First<StartRow>(Start, parameters, cancellationToken))!;
                var charter = start.DocumentJson is { } document ? StoredJson.Read<CharterText>(document) : new CharterText();
                return CharterRules.DraftOf(
                    charter, start.Name, start.Aim, charter.Measures ?? await session.Query<string>(RequiredMeasures, parameters, cancellationToken));
            },
            cancellationToken);

    public async Task<Outcome<Page<TeamCharterView>>> Handle(ListCharters request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<TeamCharterView>>>(
            async session =>
            {
                var dates = (await session.First<DatesRow>(FirstActive, new { collaborativeId = request.CollaborativeId }, cancellationToken))!;
                var rows = await session.Query<TeamRow>(
                    List,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        after = request.AfterKey ?? "",
                        state = request.State is { } state ? EnumText.Of(state) : null,
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.View(dates), row => row.CodeKey);
            },
            cancellationToken);

    private sealed record StartRow
    {
        public string Name { get; init; } = "";

        public string Aim { get; init; } = "";

        public string? DocumentJson { get; init; }
    }

    /// <summary>When work began, or is planned to.</summary>
    private sealed record DatesRow
    {
        public string TimeZone { get; init; } = "";

        public DateTimeOffset? LaunchedAt { get; init; }

        public DateOnly? FirstSessionDay { get; init; }

        public Month? FirstActive => (LaunchedAt is { } launched ? DayOf(launched) : FirstSessionDay) is { } day ? Month.Of(day) : null;

        public DateOnly DayOf(DateTimeOffset instant) => DateOnly.FromDateTime(TimeZoneInfo.ConvertTime(instant, TimeZoneInfo.FindSystemTimeZoneById(TimeZone)).DateTime);
    }

    private sealed record TeamRow
    {
        public string Code { get; init; } = "";

        public string CodeKey { get; init; } = "";

        public string Name { get; init; } = "";

        public string? State { get; init; }

        public DateTimeOffset? AcceptedAt { get; init; }

        public TeamCharterView View(DatesRow dates)
        {
            var state = State is null ? (CharterState?)null : EnumText.Parse<CharterState>(State);
            return new TeamCharterView(
                Code, Name, state, AcceptedAt, CharterRules.Flag(state, AcceptedAt is { } accepted ? dates.DayOf(accepted) : null, dates.FirstActive));
        }
    }
}
