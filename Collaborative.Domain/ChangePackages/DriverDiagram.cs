using Collaborative.Domain.Access;

namespace Collaborative.Domain.ChangePackages;

/// <summary>The change package as a diagram: what leads to the aim, and how many teams are how far with each idea.</summary>
public sealed record GetDriverDiagram(Viewer Viewer, Guid CollaborativeId) : IQuery<DriverDiagram>;

public sealed record DriverDiagram
{
    public required string Collaborative { get; init; }

    public required string Name { get; init; }

    public required string Aim { get; init; }

    public required IReadOnlyList<DiagramPrimaryDriver> PrimaryDrivers { get; init; }

    /// <summary>How many teams the totals are of.</summary>
    public required int Teams { get; init; }

    /// <summary>The revision of the change package that is drawn.</summary>
    public required int Revision { get; init; }

    /// <param name="totals">How many teams are how far, by the idea's key.</param>
    public static DriverDiagram Of(
        string collaborative, string name, string aim, IReadOnlyList<PrimaryDriver> primaryDrivers, int teams, IReadOnlyDictionary<string, IdeaTotals> totals, int revision)
    {
        return new DriverDiagram
        {
            Collaborative = collaborative,
            Name = name,
            Aim = aim,
            Teams = teams,
            Revision = revision,
            PrimaryDrivers = [.. primaryDrivers.Select(primary => new DiagramPrimaryDriver(primary.Code!, primary.Title!, [.. (primary.SecondaryDrivers ?? []).Select(Secondary)]))],
        };

        DiagramSecondaryDriver Secondary(SecondaryDriver driver) =>
            new(driver.Code!, driver.Title!, [.. (driver.Concepts ?? []).Select(concept => new DiagramConcept(concept.Code!, concept.Title!, [.. (concept.Ideas ?? []).Select(Idea)]))]);

        DiagramIdea Idea(PackageIdea idea) =>
            new(idea.Code!, idea.Title!, idea.Measure, totals.GetValueOrDefault(Code.KeyOf(idea.Code!)) ?? new IdeaTotals(teams, 0, 0, 0));
    }
}

public sealed record DiagramPrimaryDriver(string Code, string Title, IReadOnlyList<DiagramSecondaryDriver> SecondaryDrivers);

public sealed record DiagramSecondaryDriver(string Code, string Title, IReadOnlyList<DiagramConcept> Concepts);

public sealed record DiagramConcept(string Code, string Title, IReadOnlyList<DiagramIdea> Ideas);

public sealed record DiagramIdea(string Code, string Title, string? Measure, IdeaTotals Totals);
