using Collaborative.Domain.Access;

namespace Collaborative.Domain.ChangePackages;

/// <summary>One change that a team can test.</summary>
/// <param name="Measure">The code of the process measure that shows whether it is done.</param>
/// <param name="Evidence">Why it is believed to help, and how strongly.</param>
public sealed record PackageIdea(string? Code, string? Title, string? Description, string? Measure, string? Evidence);

/// <summary>A general notion of change, from which ideas are made.</summary>
public sealed record ChangeConcept(string? Code, string? Title, IReadOnlyList<PackageIdea>? Ideas);

/// <summary>What moves a primary driver.</summary>
public sealed record SecondaryDriver(string? Code, string? Title, IReadOnlyList<ChangeConcept>? Concepts);

/// <summary>What moves the aim.</summary>
public sealed record PrimaryDriver(string? Code, string? Title, IReadOnlyList<SecondaryDriver>? SecondaryDrivers);

public sealed record ChangePackageBody
{
    /// <summary>How much, by when, for whom.</summary>
    public string? Aim { get; init; }

    public IReadOnlyList<PrimaryDriver>? PrimaryDrivers { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Puts the collaborative's change package in place: its theory of what leads to the aim.</summary>
public sealed record PutChangePackage(Viewer Viewer, Guid CollaborativeId, ChangePackageBody Body, Preconditions Preconditions)
    : ICommand<Written<ChangePackageView>>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => ChangePackageRules.ShapeErrors(Body);
}

public sealed record GetChangePackage(Viewer Viewer, Guid CollaborativeId) : IQuery<ChangePackageView>;

public sealed record ChangePackageView
{
    public required string Aim { get; init; }

    public required IReadOnlyList<PrimaryDriver> PrimaryDrivers { get; init; }

    /// <summary>Ideas that the package no longer has, but that teams have tested: they stay with what was learned from them.</summary>
    public required IReadOnlyList<RetiredIdea> Retired { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

public sealed record RetiredIdea(string Code, string Title);
