using Collaborative.Domain.Access;

namespace Collaborative.Domain.ChangePackages;

/// <summary>Which team is how far with which idea: everyone's for faculty and directors, a team's own row and the totals for the team.</summary>
public sealed record GetIdeaMatrix(Viewer Viewer, Guid CollaborativeId) : IQuery<IdeaMatrix>;

/// <param name="Ideas">Those of the package from the top of the driver diagram to its foot, then the retired ones, with how many teams are how far.</param>
/// <param name="Teams">How many teams the totals are of.</param>
/// <param name="Items">A row for each team that the viewer may look at, by code.</param>
public sealed record IdeaMatrix(string Collaborative, string Name, IReadOnlyList<MatrixIdea> Ideas, int Teams, IReadOnlyList<MatrixTeam> Items);

public sealed record MatrixIdea
{
    public required string Code { get; init; }

    public required string Title { get; init; }

    public required bool Retired { get; init; }

    public required IdeaTotals Totals { get; init; }
}

/// <summary>How many teams are how far with an idea.</summary>
public sealed record IdeaTotals(int NotStarted, int Testing, int Implemented, int Spread)
{
    public static IdeaTotals Of(IEnumerable<IdeaStatus> statuses)
    {
        Span<int> counts = stackalloc int[4];
        foreach (var status in statuses)
        {
            counts[(int)status]++;
        }

        return new IdeaTotals(counts[0], counts[1], counts[2], counts[3]);
    }
}

/// <param name="Cells">One for each of the matrix's ideas, in their order.</param>
/// <param name="OwnIdeas">What the team tests beside the package.</param>
public sealed record MatrixTeam(string Team, string Name, IReadOnlyList<MatrixCell> Cells, IReadOnlyList<OwnIdea> OwnIdeas);

public sealed record OwnIdea(string Code, string Title, MatrixCell Cell);

/// <summary>How far one team is with one idea.</summary>
/// <param name="Derived">Whether nobody has said so: a PDSA cycle shows it.</param>
/// <param name="Cycles">How many PDSA cycles have begun.</param>
public sealed record MatrixCell(IdeaStatus Status, bool Derived, DateOnly? Since, int Cycles)
{
    public static readonly MatrixCell NotStarted = new(IdeaStatus.NotStarted, false, null, 0);

    /// <summary>A cycle that has begun is a test, whether anybody has said so or not; implemented and spread are people's words.</summary>
    /// <param name="stated">What the team has said; null when nothing.</param>
    /// <param name="cycles">How many PDSA cycles have begun.</param>
    public static MatrixCell Of(IdeaStatus? stated, DateOnly? since, int cycles) =>
        cycles > 0 && (stated ?? IdeaStatus.NotStarted) == IdeaStatus.NotStarted
            ? new MatrixCell(IdeaStatus.Testing, true, null, cycles)
            : new MatrixCell(stated ?? IdeaStatus.NotStarted, false, since, cycles);
}
