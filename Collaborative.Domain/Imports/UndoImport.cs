using Collaborative.Domain.Access;

namespace Collaborative.Domain.Imports;

/// <summary>Puts back, as a job of its own, what an import changed, unless it was changed since.</summary>
/// <param name="Reason">Why; a director must say so for locked months.</param>
public sealed record UndoImport(Viewer Viewer, Guid CollaborativeId, Guid ImportId, string? Reason, string? IdempotencyKey) : ICommand<StartedImport>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Shape.Optional(Reason, "reason", Shape.TextLength).Concat(IdempotencyKey is { Length: 0 or > 255 }
        ? [new FieldError("Idempotency-Key", "length", "An Idempotency-Key has 1 to 255 characters.")]
        : []);
}

/// <param name="IsReplay">The same was asked before under the same Idempotency-Key.</param>
public sealed record StartedImport(ImportView View, bool IsReplay);
