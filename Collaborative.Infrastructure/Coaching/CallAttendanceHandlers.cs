using Collaborative.Domain;
using Collaborative.Domain.Coaching;
using Collaborative.Domain.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Coaching;

internal sealed record CallSheetRow : VersionedRow<CallAttendanceView>
{
    public const string Subject = "callAttendance";

    public const string Columns = $"{VersionColumns}, CallId, CallCode, TeamsJson";

    public Guid CallId { get; init; }

    public string CallCode { get; init; } = "";

    public string TeamsJson { get; init; } = "";

    public override string AddressCode => CallCode;

    public override CallAttendanceView View => new()
    {
        Call = CallCode,
        Teams = StoredJson.Read<IReadOnlyList<string>>(TeamsJson),
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed record CallTeamRow
{
    public Guid Id { get; init; }

    public string Code { get; init; } = "";

    public string CodeKey { get; init; } = "";

    public Month EnrolledFrom { get; init; }

    public Month? WithdrawnAfter { get; init; }

    public string? EnrolmentState { get; init; }

    public Month StartMonth { get; init; }

    public string TimeZone { get; init; } = "";

    public CallTeam Team => new(Id, Code, TeamRow.Membership(EnrolledFrom, WithdrawnAfter, EnrolmentState));
}

internal sealed class PutCallAttendanceHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutCallAttendance, Outcome<Written<CallAttendanceView>>>
{
    internal static readonly SqlText LoadCall =
        $"SELECT {CoachingCallRow.Columns} FROM CoachingCall WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText Load = $"SELECT {CallSheetRow.Columns} FROM CallSheet WHERE CollaborativeId = @collaborativeId AND CallId = @callId";

    internal static readonly SqlText Insert = VersionedSql.Insert("CallSheet", CallSheetRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("CallSheet", CallSheetRow.Columns);

    internal static readonly SqlText Teams =
        """
        SELECT t.Id, t.Code, t.CodeKey, t.EnrolledFrom, t.WithdrawnAfter, t.EnrolmentState, c.StartMonth, c.TimeZone
        FROM Collaborative c
        JOIN Team t ON t.CollaborativeId = c.Id
        WHERE c.Id = @collaborativeId
        ORDER BY t.CodeKey
        """;

    internal static readonly SqlText Append = "INSERT INTO CallAttendance (SheetId, SheetRevision, TeamId) VALUES (@sheetId, @sheetRevision, @teamId)";

    public async Task<Outcome<Written<CallAttendanceView>>> Handle(PutCallAttendance request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var call = await session.First<CoachingCallRow>(LoadCall, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Call) }, cancellationToken);
        if (call is null)
        {
            return Problem.NotFound;
        }

        var scope = new { collaborativeId = request.CollaborativeId, callId = call.Id };
        var current = await session.First<CallSheetRow>(Load, scope, cancellationToken);
        var known = (await session.Query<CallTeamRow>(Teams, new { collaborativeId = request.CollaborativeId }, cancellationToken)).ToDictionary(row => row.CodeKey, StringComparer.Ordinal);
        var errors = request.Body.Teams!.Select((team, i) => Wrong(team, i, known, call)).OfType<FieldError>().ToList();
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        var present = request.Body.Teams!.Select(team => known[Code.KeyOf(team)]).OrderBy(team => team.CodeKey, StringComparer.Ordinal).ToList();
        var wanted = new CallSheetRow { CallId = call.Id, CallCode = call.Code, TeamsJson = StoredJson.Write(present.Select(team => team.Code)) };
        var written = await session.Put<CallSheetRow, CallAttendanceView>(
            new Change(request.Viewer, request.CollaborativeId, call.TeamId, CallSheetRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => call.StartsAt > clock.GetUtcNow()
                ? new Problem(ProblemCode.DayInFuture, $"The call begins at {call.StartsAt:yyyy-MM-dd HH:mm} UTC; note down who was on it afterwards.")
                : null);
        if (written is { Problem: null, Value.Kind: not WriteKind.Unchanged })
        {
            var sheet = (await session.First<CallSheetRow>(Load, scope, cancellationToken))!;
            foreach (var team in present)
            {
                await session.Execute(Append, new { sheetId = sheet.Id, sheetRevision = sheet.Revision, teamId = team.Id }, cancellationToken);
            }
        }

        return written;
    }

    private static FieldError? Wrong(string team, int i, Dictionary<string, CallTeamRow> known, CoachingCallRow call) =>
        !known.TryGetValue(Code.KeyOf(team), out var row) ? new FieldError($"/teams/{i}", "unknown", $"There is no team {team} in this collaborative.")
        : call.TeamId is { } only && only != row.Id ? new FieldError($"/teams/{i}", "notForCall", $"This call is with {call.TeamCode} alone.")
        : null;
}

internal sealed class ReadCallAttendanceHandler(IDatabase database)
    : IRequestHandler<GetCallAttendance, Outcome<CallAttendanceView>>, IRequestHandler<GetCallKpis, Outcome<CallKpis>>
{
    internal static readonly SqlText Load =
        $"""
        SELECT {VersionedSql.Of("h", CallSheetRow.Columns)}
        FROM CallSheet h
        JOIN CoachingCall c ON c.Id = h.CallId
        WHERE h.CollaborativeId = @collaborativeId AND c.CodeKey = @codeKey AND c.IsWithdrawn = 0
        """;

    internal static readonly SqlText Held =
        """
        SELECT c.Code, c.Kind, c.Title, c.StartsAt, a.TeamId
        FROM CoachingCall c
        JOIN CallSheet h ON h.CallId = c.Id
        LEFT JOIN CallAttendance a ON a.SheetId = h.Id AND a.SheetRevision = h.Revision
        WHERE c.CollaborativeId = @collaborativeId AND c.IsWithdrawn = 0 AND c.Kind IN ('allTeam', 'seniorLeader', 'measurementLead')
            AND (@kind IS NULL OR c.Kind = @kind)
            AND (@fromAt IS NULL OR c.StartsAt >= @fromAt)
            AND (@toAt IS NULL OR c.StartsAt <= @toAt)
        ORDER BY c.StartsAt, c.CodeKey
        """;

    public async Task<Outcome<CallAttendanceView>> Handle(GetCallAttendance request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<CallSheetRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Call) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<CallKpis>> Handle(GetCallKpis request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<CallKpis>>(
            async session =>
            {
                var rows = await session.Query<HeldRow>(
                    Held,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        kind = request.Kind is { } kind ? EnumText.Of(kind) : null,
                        fromAt = request.From,
                        toAt = request.To,
                    },
                    cancellationToken);
                var teams = await session.Query<CallTeamRow>(PutCallAttendanceHandler.Teams, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                var held = rows.GroupBy(row => row.Code, StringComparer.Ordinal).Select(call => new CallRoll(
                    call.Key, EnumText.Parse<CallKind>(call.First().Kind), call.First().Title, call.First().StartsAt, call.Select(row => row.TeamId).OfType<Guid>().ToHashSet())).ToList();
                return teams.Count == 0
                    ? new CallKpis([.. held.Select(call => new CallTurnout(call.Code, call.Kind, call.Title, call.StartsAt, 0, 0, null))], [])
                    : CallRules.Kpis(held, teams.ConvertAll(row => row.Team), teams[0].StartMonth, at => ReportingCalendar.Today(teams[0].TimeZone, at));
            },
            cancellationToken);

    private sealed record HeldRow
    {
        public string Code { get; init; } = "";

        public string Kind { get; init; } = "";

        public string Title { get; init; } = "";

        public DateTimeOffset StartsAt { get; init; }

        /// <summary>Null: no team was on the call.</summary>
        public Guid? TeamId { get; init; }
    }
}
