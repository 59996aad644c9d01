using Collaborative.Domain;
using Collaborative.Domain.ChangePackages;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.ChangePackages;

internal sealed class IdeaMatrixHandler(IDatabase database, TimeProvider clock) : IRequestHandler<GetIdeaMatrix, Outcome<IdeaMatrix>>, IRequestHandler<GetDriverDiagram, Outcome<DriverDiagram>>
{
    private const string Calendar = "c.Code, c.Name, c.StartMonth, c.TimeZone, c.ReportDueDay, c.LockAfterDays";

    internal static readonly SqlText Ideas =
        $"""
        SELECT {Calendar}, i.Code AS IdeaCode, i.CodeKey AS IdeaKey, i.Title, i.TeamId, i.IsRetired
        FROM Collaborative c
        LEFT JOIN ChangeIdea i ON i.CollaborativeId = c.Id AND i.IsWithdrawn = 0
        WHERE c.Id = @collaborativeId
        ORDER BY i.IsRetired, i.Place, i.CodeKey
        """;

    internal static readonly SqlText Package =
        $"""
        SELECT {Calendar}, k.DocumentJson, k.Revision
        FROM Collaborative c
        JOIN ChangePackage k ON k.CollaborativeId = c.Id AND k.IsWithdrawn = 0
        WHERE c.Id = @collaborativeId
        """;

    /// <summary>What each team has said of each idea, and how many of its cycles have begun; a team with neither has one row.</summary>
    internal static readonly SqlText Work =
        """
        SELECT t.Id, t.Code, t.Name, t.WithdrawnAfter, x.IdeaKey, x.Status, x.SinceOn, x.Cycles
        FROM Team t
        LEFT JOIN (
            SELECT g.TeamId, g.IdeaKey, g.Status, g.SinceOn, 0 AS Cycles
            FROM IdeaProgress g WHERE g.CollaborativeId = @collaborativeId AND g.IsWithdrawn = 0
            UNION ALL
            SELECT p.TeamId, p.IdeaKey, NULL, NULL, COUNT(*) AS Cycles
            FROM PdsaCycle p WHERE p.CollaborativeId = @collaborativeId AND p.IsWithdrawn = 0 AND p.IdeaKey IS NOT NULL AND p.State <> 'planned'
            GROUP BY p.TeamId, p.IdeaKey
        ) x ON x.TeamId = t.Id
        WHERE t.CollaborativeId = @collaborativeId
        ORDER BY t.CodeKey
        """;

    public async Task<Outcome<IdeaMatrix>> Handle(GetIdeaMatrix request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<IdeaMatrix>>(
            async session =>
            {
                var ideas = await session.Query<IdeaOfMatrix>(Ideas, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                var teams = await Teams(session, request.CollaborativeId, ideas[0], cancellationToken);
                var columns = ideas.FindAll(idea => idea is { IdeaKey: not null, TeamId: null });
                var own = ideas.Where(idea => idea.TeamId is not null).ToLookup(idea => idea.TeamId!.Value);
                return new IdeaMatrix(
                    ideas[0].Code,
                    ideas[0].Name,
                    columns.ConvertAll(idea => new MatrixIdea
                    {
                        Code = idea.IdeaCode!,
                        Title = idea.Title!,
                        Retired = idea.IsRetired ?? false,
                        Totals = IdeaTotals.Of(teams.Select(team => team.Cell(idea.IdeaKey!).Status)),
                    }),
                    teams.Count,
                    [
                        // The totals are everybody's; the rows are those that the viewer may look at.
                        .. teams.Where(team => request.Viewer.Sees(team.Id)).Select(team => new MatrixTeam(
                            team.Code,
                            team.Name,
                            columns.ConvertAll(idea => team.Cell(idea.IdeaKey!)),
                            [.. own[team.Id].Select(idea => new OwnIdea(idea.IdeaCode!, idea.Title!, team.Cell(idea.IdeaKey!)))])),
                    ]);
            },
            cancellationToken);

    public async Task<Outcome<DriverDiagram>> Handle(GetDriverDiagram request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<DriverDiagram>>(
            async session =>
            {
                if (await session.First<PackageOfDiagram>(Package, new { collaborativeId = request.CollaborativeId }, cancellationToken) is not { } package)
                {
                    return Problem.NotFound;
                }

                var teams = await Teams(session, request.CollaborativeId, package, cancellationToken);
                var document = StoredJson.Read<ChangePackageDocument>(package.DocumentJson);
                var totals = ChangePackageRules.Ideas(document.PrimaryDrivers)
                    .Select(idea => Code.KeyOf(idea.Idea.Code!))
                    .ToDictionary(key => key, key => IdeaTotals.Of(teams.Select(team => team.Cell(key).Status)));
                return DriverDiagram.Of(package.Code, package.Name, document.Aim, document.PrimaryDrivers, teams.Count, totals, package.Revision);
            },
            cancellationToken);

    /// <summary>The teams that take part this month, by code, with what they do.</summary>
    private async Task<List<TeamWork>> Teams(Session session, Guid collaborativeId, CalendarRow calendar, CancellationToken cancellation)
    {
        var month = calendar.Calendar.CurrentMonth(clock.GetUtcNow());
        var teams = new List<TeamWork>();
        TeamWork? last = null;
        await session.Read(
            Work,
            new { collaborativeId },
            row =>
            {
                var code = row.GetString(1);
                if (last?.Code != code)
                {
                    last = new TeamWork(Binding.Guid(row.GetValue(0)), code, row.GetString(2));
                    if (row.IsDBNull(3) || Month.FromYyyymm(row.GetInt32(3)) >= month)
                    {
                        teams.Add(last);
                    }
                }

                if (!row.IsDBNull(4))
                {
                    last.Add(
                        row.GetString(4),
                        row.IsDBNull(5) ? null : EnumText.Parse<IdeaStatus>(row.GetString(5)),
                        row.IsDBNull(6) ? null : Binding.Date(row.GetValue(6)),
                        row.GetInt32(7));
                }
            },
            cancellation);
        return teams;
    }

    private record NamedCalendar : CalendarRow
    {
        public string Code { get; init; } = "";

        public string Name { get; init; } = "";
    }

    private sealed record IdeaOfMatrix : NamedCalendar
    {
        public string? IdeaCode { get; init; }

        public string? IdeaKey { get; init; }

        public string? Title { get; init; }

        public Guid? TeamId { get; init; }

        public bool? IsRetired { get; init; }
    }

    private sealed record PackageOfDiagram : NamedCalendar
    {
        public string DocumentJson { get; init; } = "";

        public int Revision { get; init; }
    }

    private sealed class TeamWork(Guid id, string code, string name)
    {
        private readonly Dictionary<string, (IdeaStatus? Stated, DateOnly? Since, int Cycles)> ideas = [];

        public Guid Id => id;

        public string Code => code;

        public string Name => name;

        public void Add(string ideaKey, IdeaStatus? stated, DateOnly? since, int cycles)
        {
            var known = ideas.GetValueOrDefault(ideaKey);
            ideas[ideaKey] = (stated ?? known.Stated, since ?? known.Since, known.Cycles + cycles);
        }

        public MatrixCell Cell(string ideaKey) => ideas.TryGetValue(ideaKey, out var known) ? MatrixCell.Of(known.Stated, known.Since, known.Cycles) : MatrixCell.NotStarted;
    }
}
