using Collaborative.Domain;
using Collaborative.Domain.LearningSessions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.LearningSessions;

internal sealed record EvaluationRow : VersionedRow<EvaluationView>
{
    public const string Subject = "sessionEvaluation";

    public const string Columns = $"{VersionColumns}, SessionId, SessionCode, TeamId, TeamCode, RatingsJson, CommentText";

    public Guid SessionId { get; init; }

    public string SessionCode { get; init; } = "";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string RatingsJson { get; init; } = "";

    public string? CommentText { get; init; }

    public override string AddressCode => SessionCode;

    public IReadOnlyList<QuestionRating> Ratings => StoredJson.Read<IReadOnlyList<QuestionRating>>(RatingsJson);

    public override EvaluationView View => new()
    {
        Session = SessionCode,
        Team = TeamCode,
        Ratings = Ratings,
        Comments = CommentText,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutEvaluationHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutEvaluation, Outcome<Written<EvaluationView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {EvaluationRow.Columns} FROM SessionEvaluation WHERE CollaborativeId = @collaborativeId AND SessionId = @sessionId AND TeamId = @teamId";

    internal static readonly SqlText Insert = VersionedSql.Insert("SessionEvaluation", EvaluationRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("SessionEvaluation", EvaluationRow.Columns);

    internal static readonly SqlText Append =
        "INSERT INTO EvaluationRating (EvaluationId, EvaluationRevision, QuestionCode, Rating) VALUES (@evaluationId, @evaluationRevision, @questionCode, @rating)";

    public async Task<Outcome<Written<EvaluationView>>> Handle(PutEvaluation request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var learning = await session.First<LearningSessionRow>(
            ReadLearningSessionsHandler.Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Session) }, cancellationToken);
        if (learning is null)
        {
            return Problem.NotFound;
        }

        var scope = new { collaborativeId = request.CollaborativeId, sessionId = learning.Id, teamId = request.TeamId };
        var current = await session.First<EvaluationRow>(Load, scope, cancellationToken);
        var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
        var questions = learning.Questions.Select(question => question.Code!).ToList();
        var ratings = request.Body.Ratings ?? [];
        var unknown = ratings
            .Select((rating, i) => (Question: rating.Question!, Place: i))
            .Where(rating => !questions.Exists(question => Code.KeyOf(question) == Code.KeyOf(rating.Question)))
            .Select(rating => new FieldError($"/ratings/{rating.Place}/question", "unknown", $"{rating.Question} is no question of this session; it asks {string.Join(", ", questions)}."))
            .ToList();
        if (unknown.Count > 0)
        {
            return Problem.Invalid(unknown);
        }

        // In the order in which they are asked, so that the same ratings are the same evaluation.
        var ordered = questions
            .Select(question => new QuestionRating { Question = question, Rating = ratings.FirstOrDefault(rating => Code.KeyOf(rating.Question!) == Code.KeyOf(question))?.Rating })
            .Where(rating => rating.Rating is not null)
            .ToList();
        var wanted = new EvaluationRow
        {
            SessionId = learning.Id,
            SessionCode = learning.Code,
            TeamId = request.TeamId,
            TeamCode = context.Code,
            RatingsJson = StoredJson.Write(ordered),
            CommentText = Shape.Tidy(request.Body.Comments),
        };
        var today = context.Collaborative.Calendar.Today(clock.GetUtcNow());
        var written = await session.Put<EvaluationRow, EvaluationView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, EvaluationRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => today < learning.FirstDay
                ? new Problem(ProblemCode.DayInFuture, $"Session {learning.Code} begins on {learning.FirstDay:yyyy-MM-dd}; say what you thought of it afterwards.")
                : null);
        if (written is { Problem: null, Value.Kind: not WriteKind.Unchanged })
        {
            var kept = (await session.First<EvaluationRow>(Load, scope, cancellationToken))!;
            foreach (var rating in ordered)
            {
                await session.Execute(
                    Append, new { evaluationId = kept.Id, evaluationRevision = kept.Revision, questionCode = Code.KeyOf(rating.Question!), rating = rating.Rating!.Value }, cancellationToken);
            }
        }

        return written;
    }
}

internal sealed class ReadEvaluationsHandler(IDatabase database) :
    IRequestHandler<GetEvaluation, Outcome<EvaluationView>>,
    IRequestHandler<ListEvaluations, Outcome<Page<EvaluationView>>>,
    IRequestHandler<GetSessionKpis, Outcome<SessionKpis>>
{
    internal static readonly SqlText Load =
        $"""
        SELECT {VersionedSql.Of("e", EvaluationRow.Columns)}
        FROM SessionEvaluation e
        JOIN LearningSession s ON s.Id = e.SessionId
        WHERE e.CollaborativeId = @collaborativeId AND e.TeamId = @teamId AND s.CodeKey = @sessionKey AND s.IsWithdrawn = 0
        """;

    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("e", EvaluationRow.Columns)} {From} ORDER BY t.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("e", EvaluationRow.Columns)} {From} ORDER BY t.CodeKey");

    private const string From =
        """
        FROM LearningSession s
        JOIN SessionEvaluation e ON e.SessionId = s.Id
        JOIN Team t ON t.Id = e.TeamId
        WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey AND t.CodeKey > @after
        """;

    /// <summary>The session with every team of the collaborative, and how many of each came.</summary>
    internal static readonly SqlText Turnout =
        """
        SELECT s.Code, s.SessionNumber, s.FirstDay, s.LastDay, s.ExpectedPerTeam, s.QuestionsJson, c.StartMonth,
            t.Code AS TeamCode, t.EnrolledFrom, t.WithdrawnAfter, t.EnrolmentState, p.People, p.InPerson, p.SeniorLeaders
        FROM LearningSession s
        JOIN Collaborative c ON c.Id = s.CollaborativeId
        LEFT JOIN Team t ON t.CollaborativeId = s.CollaborativeId
        LEFT JOIN (
            SELECT h.TeamId, COUNT(DISTINCT a.MemberId) AS People,
                COUNT(DISTINCT CASE WHEN a.AttendanceMode = 'inPerson' THEN a.MemberId END) AS InPerson,
                SUM(CASE WHEN a.IsSeniorLeader = 1 THEN 1 ELSE 0 END) AS SeniorLeaders
            FROM LearningSession o
            JOIN AttendanceSheet h ON h.SessionId = o.Id
            JOIN SessionAttendance a ON a.SheetId = h.Id AND a.SheetRevision = h.Revision
            WHERE o.CollaborativeId = @collaborativeId AND o.CodeKey = @sessionKey
            GROUP BY h.TeamId
        ) p ON p.TeamId = t.Id
        WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey AND s.IsWithdrawn = 0
        ORDER BY t.CodeKey
        """;

    internal static readonly SqlText Ratings =
        """
        SELECT r.QuestionCode, COUNT(*) AS Answers, SUM(r.Rating) AS Total
        FROM LearningSession s
        JOIN SessionEvaluation e ON e.SessionId = s.Id
        JOIN EvaluationRating r ON r.EvaluationId = e.Id AND r.EvaluationRevision = e.Revision
        WHERE s.CollaborativeId = @collaborativeId AND s.CodeKey = @sessionKey
        GROUP BY r.QuestionCode
        """;

    public async Task<Outcome<EvaluationView>> Handle(GetEvaluation request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<EvaluationRow>(
                Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, sessionKey = Code.KeyOf(request.Session) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<EvaluationView>>> Handle(ListEvaluations request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<EvaluationView>>>(
            async session =>
            {
                var sessionKey = Code.KeyOf(request.Session);
                if (await session.First<int>(ReadAttendanceHandler.CountSessions, new { collaborativeId = request.CollaborativeId, sessionKey }, cancellationToken) == 0)
                {
                    return Problem.NotFound;
                }

                var rows = await session.Query<EvaluationRow>(
                    List, new { collaborativeId = request.CollaborativeId, sessionKey, after = request.AfterKey ?? "", take = request.Limit + 1 }, cancellationToken);
                return Paging.Page(rows, request.Limit, row => row.View, row => Code.KeyOf(row.TeamCode));
            },
            cancellationToken);

    public async Task<Outcome<SessionKpis>> Handle(GetSessionKpis request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<SessionKpis>>(
            async session =>
            {
                var scope = new { collaborativeId = request.CollaborativeId, sessionKey = Code.KeyOf(request.Session) };
                var teams = await session.Query<TurnoutRow>(Turnout, scope, cancellationToken);
                if (teams.Count == 0)
                {
                    return Problem.NotFound;
                }

                var rated = (await session.Query<RatingRow>(Ratings, scope, cancellationToken)).ToDictionary(row => row.QuestionCode, row => (row.Answers, row.Total), StringComparer.Ordinal);
                var first = teams[0];
                return TurnoutRules.Sum(
                    new SessionDates(first.Code, first.SessionNumber, first.FirstDay, first.LastDay),
                    first.ExpectedPerTeam,
                    first.StartMonth,
                    teams.Where(row => row.TeamCode is not null).Select(row => row.Turnout),
                    StoredJson.Read<IReadOnlyList<EvaluationQuestion>>(first.QuestionsJson),
                    rated);
            },
            cancellationToken);

    private sealed record RatingRow
    {
        public string QuestionCode { get; init; } = "";

        public int Answers { get; init; }

        public int Total { get; init; }
    }

    private sealed record TurnoutRow
    {
        public string Code { get; init; } = "";

        public int SessionNumber { get; init; }

        public DateOnly FirstDay { get; init; }

        public DateOnly LastDay { get; init; }

        public int ExpectedPerTeam { get; init; }

        public string QuestionsJson { get; init; } = "";

        public Month StartMonth { get; init; }

        /// <summary>Null: the collaborative has no team.</summary>
        public string? TeamCode { get; init; }

        public Month EnrolledFrom { get; init; }

        public Month? WithdrawnAfter { get; init; }

        public string? EnrolmentState { get; init; }

        public int? People { get; init; }

        public int? InPerson { get; init; }

        public int? SeniorLeaders { get; init; }

        public TeamTurnout Turnout => new(
            TeamCode!,
            TeamRow.Membership(EnrolledFrom, WithdrawnAfter, EnrolmentState),
            People ?? 0,
            InPerson ?? 0,
            SeniorLeaders > 0);
    }
}
