using Collaborative.Domain;
using Collaborative.Domain.Pdsa;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Pdsa;

internal sealed class ReadPdsaHandler(IDatabase database) :
    IRequestHandler<GetPdsa, Outcome<PdsaView>>,
    IRequestHandler<ListTeamPdsa, Outcome<Page<PdsaView>>>,
    IRequestHandler<ListPdsa, Outcome<Page<PdsaView>>>,
    IRequestHandler<ListRamps, Outcome<RampsView>>
{
    /// <summary>A cycle and the one before it on the ramp.</summary>
    internal static readonly SqlText LoadWithBefore =
        $"""
        SELECT {PdsaRow.Columns} FROM PdsaCycle
        WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0
            AND (CodeKey = @codeKey OR CodeKey = (SELECT f.AfterKey FROM PdsaCycle f WHERE f.TeamId = @teamId AND f.CodeKey = @codeKey))
        ORDER BY CodeKey
        """;

    internal static readonly SqlText OfTeam =
        $"SELECT {PdsaRow.Columns} FROM PdsaCycle WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 ORDER BY CodeKey";

    internal static readonly SqlText LoadTeam = "SELECT t.Code FROM Team t WHERE t.CollaborativeId = @collaborativeId AND t.Id = @teamId";

    internal static readonly SqlText RetiredIdeas =
        "SELECT i.CodeKey FROM ChangeIdea i WHERE i.CollaborativeId = @collaborativeId AND i.IsRetired = 1 AND i.IsWithdrawn = 0 ORDER BY i.CodeKey";

    internal static readonly SqlText TeamList = new(
        $"SELECT {PdsaRow.Columns} {FromTeam} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {PdsaRow.Columns} {FromTeam} ORDER BY CodeKey");

    internal static readonly SqlText List = new(
        $"SELECT {PdsaRow.Columns} {FromAll} ORDER BY TeamKey, CodeKey LIMIT @take",
        $"SELECT TOP (@take) {PdsaRow.Columns} {FromAll} ORDER BY TeamKey, CodeKey");

    private const string Filters =
        """
        AND IsWithdrawn = 0
            AND (@ideaKey IS NULL OR IdeaKey = @ideaKey)
            AND (@measureKey IS NULL OR MeasureId = (SELECT m.Id FROM Measure m WHERE m.CollaborativeId = @collaborativeId AND m.CodeKey = @measureKey))
            AND (@state IS NULL OR State = @state)
            AND (@decision IS NULL OR Decision = @decision)
            AND (@startedFrom IS NULL OR StartedOn >= @startedFrom)
            AND (@startedTo IS NULL OR StartedOn <= @startedTo)
        """;

    private const string FromTeam = $"FROM PdsaCycle WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey > @after {Filters}";

    private const string FromAll =
        $"""
        FROM PdsaCycle p WHERE CollaborativeId = @collaborativeId AND TeamKey >= @afterTeam AND (TeamKey > @afterTeam OR CodeKey > @afterCode)
            AND (@teamKey IS NULL OR TeamKey = @teamKey)
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = p.TeamId))
            {Filters}
        """;

    public async Task<Outcome<PdsaView>> Handle(GetPdsa request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<PdsaView>>(
            async session =>
            {
                var codeKey = Code.KeyOf(request.Code);
                var rows = await session.Query<PdsaRow>(
                    LoadWithBefore, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey }, cancellationToken);
                if (rows.Find(row => row.CodeKey == codeKey) is not { } found)
                {
                    return Problem.NotFound;
                }

                var retired = found.IdeaKey is null ? [] : await session.Query<string>(RetiredIdeas, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                var view = found.View;
                return view with { Warnings = PdsaRules.Warnings(view, rows.Find(row => row.CodeKey == found.AfterKey)?.View, retired.Contains(found.IdeaKey!)) };
            },
            cancellationToken);

    public async Task<Outcome<Page<PdsaView>>> Handle(ListTeamPdsa request, CancellationToken cancellationToken)
    {
        var asked = new Asked(request.Filter);
        var rows = await database.Read(
            session => session.Query<PdsaRow>(
                TeamList,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    teamId = request.TeamId,
                    after = request.AfterKey ?? "",
                    ideaKey = asked.IdeaKey,
                    measureKey = asked.MeasureKey,
                    state = asked.State,
                    decision = asked.Decision,
                    startedFrom = request.Filter.From,
                    startedTo = request.Filter.To,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }

    public async Task<Outcome<Page<PdsaView>>> Handle(ListPdsa request, CancellationToken cancellationToken)
    {
        var asked = new Asked(request.Filter);
        var rows = await database.Read(
            session => session.Query<PdsaRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    afterTeam = request.After?.TeamKey ?? "",
                    afterCode = request.After?.CodeKey ?? "",
                    teamKey = asked.TeamKey,
                    limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                    ideaKey = asked.IdeaKey,
                    measureKey = asked.MeasureKey,
                    state = asked.State,
                    decision = asked.Decision,
                    startedFrom = request.Filter.From,
                    startedTo = request.Filter.To,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => $"{row.TeamKey} {row.CodeKey}");
    }

    public async Task<Outcome<RampsView>> Handle(ListRamps request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<RampsView>>(
            async session =>
            {
                var parameters = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId };
                var rows = await session.Query<PdsaRow>(OfTeam, parameters, cancellationToken);
                var team = rows.Count > 0 ? rows[0].TeamCode : await session.First<string>(LoadTeam, parameters, cancellationToken);
                var retired = rows.Count > 0 ? await session.Query<string>(RetiredIdeas, parameters, cancellationToken) : [];
                var ideaKey = request.Idea is { } idea ? Code.KeyOf(idea) : null;
                var ramps = Ramps.Of(rows.ConvertAll(row => row.View), retired.ToHashSet());
                return new RampsView(team!, [.. ramps.Where(ramp => ideaKey is null || ramp.Cycles.Any(step => step.Cycle.Idea is { } tested && Code.KeyOf(tested) == ideaKey))]);
            },
            cancellationToken);

    /// <summary>A filter in the words of the database.</summary>
    private readonly struct Asked(PdsaFilter filter)
    {
        public string? TeamKey => filter.Team is { } team ? Code.KeyOf(team) : null;

        public string? IdeaKey => filter.Idea is { } idea ? Code.KeyOf(idea) : null;

        public string? MeasureKey => filter.Measure is { } measure ? Code.KeyOf(measure) : null;

        public string? State => filter.State is { } state ? EnumText.Of(state) : null;

        public string? Decision => filter.Decision is { } decision ? EnumText.Of(decision) : null;
    }
}
