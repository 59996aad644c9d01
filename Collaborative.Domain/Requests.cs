using MediatR;

namespace Collaborative.Domain;

/// <summary>A request that changes something: one unit of work, kept whole or not at all.</summary>
public interface ICommand<T> : IRequest<Outcome<T>>
{
}

/// <summary>A request that only looks.</summary>
public interface IQuery<T> : IRequest<Outcome<T>>
{
}

/// <summary>A request that writes to a stream as it goes, and so cannot be tried a second time.</summary>
public interface IWritesAsItGoes
{
}

/// <summary>A request that can tell what is wrong with its own shape, without looking anything up.</summary>
public interface IHasShape
{
    IEnumerable<FieldError> ShapeErrors();
}

/// <summary>What a command answered that may be sent again under an Idempotency-Key.</summary>
/// <param name="IsReplay">It was sent before; this is the answer of then.</param>
public sealed record Answered<T>(T Value, bool IsReplay);

/// <summary>The one page of a list, and where the next begins.</summary>
/// <param name="After">The cursor of the next page, or null at the end.</param>
public sealed record Page<T>(IReadOnlyList<T> Items, string? After)
{
    /// <summary>The last change that a list of figures knows of.</summary>
    public DateTimeOffset? AsOf { get; init; }
}
