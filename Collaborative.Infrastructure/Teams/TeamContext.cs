using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Enrolments;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Teams;

/// <summary>A team and the rules of its collaborative: what all that it writes about a month is judged by.</summary>
internal sealed record TeamContext
{
    internal static readonly SqlText Load =
        """
        SELECT c.Name AS CollaborativeName, c.Aim, c.StartMonth, c.EndMonth, c.BaselineFrom, c.TimeZone, c.ReportDueDay, c.LockAfterDays, c.Status,
            t.Code, t.CodeKey, t.Name, t.EnrolledFrom, t.WithdrawnAfter, t.EnrolmentState
        FROM Collaborative c
        JOIN Team t ON t.CollaborativeId = c.Id
        WHERE c.Id = @collaborativeId AND t.Id = @teamId
        """;

    public string CollaborativeName { get; init; } = "";

    public string Aim { get; init; } = "";

    public Month StartMonth { get; init; }

    public Month EndMonth { get; init; }

    public Month BaselineFrom { get; init; }

    public string TimeZone { get; init; } = "";

    public int ReportDueDay { get; init; }

    public int? LockAfterDays { get; init; }

    public string Status { get; init; } = "";

    public string Code { get; init; } = "";

    public string CodeKey { get; init; } = "";

    public string Name { get; init; } = "";

    public Month EnrolledFrom { get; init; }

    public Month? WithdrawnAfter { get; init; }

    public string? EnrolmentState { get; init; }

    public CollaborativeState Collaborative => new()
    {
        Name = CollaborativeName,
        Topic = "",
        Aim = Aim,
        StartMonth = StartMonth,
        EndMonth = EndMonth,
        BaselineFrom = BaselineFrom,
        TimeZone = TimeZone,
        ReportDueDay = ReportDueDay,
        LockAfterDays = LockAfterDays,
    };

    public TeamState Team => new()
    {
        Name = Name,
        EnrolledFrom = EnrolledFrom,
        WithdrawnAfter = WithdrawnAfter,
        Enrolment = EnrolmentState is { } state ? EnumText.Parse<EnrolmentState>(state) : null,
    };

    /// <summary>The policy has seen to it that both are there.</summary>
    public static async Task<TeamContext> Read(Session session, Guid collaborativeId, Guid teamId, CancellationToken cancellation) =>
        (await session.First<TeamContext>(Load, new { collaborativeId, teamId }, cancellation))!;
}
