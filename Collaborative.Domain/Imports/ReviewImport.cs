using Collaborative.Domain.Access;

namespace Collaborative.Domain.Imports;

public enum ReviewVerdict
{
    Accepted,
    Rejected,
}

/// <summary>A person's word on an import that waits for it.</summary>
public sealed record ReviewBody
{
    public ReviewVerdict? Verdict { get; init; }

    public string? Note { get; init; }
}

public sealed record ReviewImport(Viewer Viewer, Guid CollaborativeId, Guid ImportId, ReviewBody Body) : ICommand<ImportView>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() =>
        Shape.Given(Body.Verdict, "/verdict", "the verdict: accepted or rejected").Concat(Shape.Optional(Body.Note, "/note", Shape.TextLength));
}

public sealed record ReviewView(ReviewVerdict Verdict, string By, DateTimeOffset At, string? Note);
