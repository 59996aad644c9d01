using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Rosters;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Teams;
using MediatR;

namespace Collaborative.Infrastructure.Rosters;

internal sealed class RosterHandler(IDatabase database, TimeProvider clock)
    : IRequestHandler<ReviewRoster, Outcome<RosterReview>>, IRequestHandler<ListRosters, Outcome<Page<RosterReview>>>
{
    internal static readonly SqlText PeopleOfTeam =
        """
        SELECT TeamId, RolesJson, TimePercent FROM TeamMember
        WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 AND FromDay <= @onDay AND (ToDay IS NULL OR ToDay >= @onDay)
        """;

    internal static readonly SqlText Teams = new(
        $"SELECT t.Id, t.Code, t.CodeKey, c.TimeZone {TeamsFrom} ORDER BY t.CodeKey LIMIT @take",
        $"SELECT TOP (@take) t.Id, t.Code, t.CodeKey, c.TimeZone {TeamsFrom} ORDER BY t.CodeKey");

    internal static readonly SqlText PeopleOfTeams =
        """
        SELECT p.TeamId, p.RolesJson, p.TimePercent
        FROM Team t
        JOIN TeamMember p ON p.TeamId = t.Id
        WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey > @after AND t.CodeKey <= @last
            AND p.IsWithdrawn = 0 AND p.FromDay <= @onDay AND (p.ToDay IS NULL OR p.ToDay >= @onDay)
        """;

    private const string TeamsFrom =
        """
        FROM Team t
        JOIN Collaborative c ON c.Id = t.CollaborativeId
        WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey > @after AND (t.EnrolmentState IS NULL OR t.EnrolmentState NOT IN ('declined', 'withdrawn'))
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = t.Id))
        """;

    public async Task<Outcome<RosterReview>> Handle(ReviewRoster request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<RosterReview>>(
            async session =>
            {
                var context = await TeamContext.Read(session, request.CollaborativeId, request.TeamId, cancellationToken);
                var on = request.On ?? context.Collaborative.Calendar.Today(clock.GetUtcNow());
                var people = await session.Query<PersonRow>(
                    PeopleOfTeam, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, onDay = on }, cancellationToken);
                return RosterRules.Review(context.Code, on, people.ConvertAll(row => row.Person));
            },
            cancellationToken);

    public async Task<Outcome<Page<RosterReview>>> Handle(ListRosters request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<Page<RosterReview>>>(
            async session =>
            {
                var after = request.AfterKey ?? "";
                var teams = await session.Query<TeamRef>(
                    Teams,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        after,
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        take = request.Limit + 1,
                    },
                    cancellationToken);
                if (teams.Count == 0)
                {
                    return new Page<RosterReview>([], null);
                }

                var on = request.On ?? ReportingCalendar.Today(teams[0].TimeZone, clock.GetUtcNow());
                var people = (await session.Query<PersonRow>(
                    PeopleOfTeams, new { collaborativeId = request.CollaborativeId, after, last = teams[^1].CodeKey, onDay = on }, cancellationToken)).ToLookup(row => row.TeamId, row => row.Person);
                return Paging.Page(teams, request.Limit, team => RosterRules.Review(team.Code, on, [.. people[team.Id]]), team => team.CodeKey);
            },
            cancellationToken);

    private sealed record TeamRef
    {
        public Guid Id { get; init; }

        public string Code { get; init; } = "";

        public string CodeKey { get; init; } = "";

        public string TimeZone { get; init; } = "";
    }

    private sealed record PersonRow
    {
        public Guid TeamId { get; init; }

        public string RolesJson { get; init; } = "";

        public double? TimePercent { get; init; }

        public RosterEntry Person => new(StoredJson.Read<IReadOnlyList<TeamRole>>(RolesJson), TimePercent);
    }
}
