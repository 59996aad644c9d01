namespace Collaborative.Domain;

/// <summary>The If-Match and If-None-Match headers of a write.</summary>
public sealed record Preconditions
{
    public static readonly Preconditions None = new();

    /// <summary>If-Match: *</summary>
    public bool MatchesAny { get; init; }

    /// <summary>The revisions that If-Match names; null without the header. An ETag that is no revision of ours matches nothing.</summary>
    public IReadOnlyList<int>? Matches { get; init; }

    /// <summary>If-None-Match: *</summary>
    public bool OnlyCreate { get; init; }

    /// <summary>The revisions that If-None-Match names: the write must not find one of them.</summary>
    public IReadOnlyList<int> NoneMatches { get; init; } = [];

    public bool NamesARevision => MatchesAny || Matches is not null;
}

/// <summary>What a write does to the row that is there.</summary>
public enum WriteKind
{
    Create,
    Replace,

    /// <summary>The row is already as the request wants it: no revision is made, so that a retry is always safe.</summary>
    Unchanged,
}

/// <summary>What a write answers: the resource as it is now, its revision (the ETag), and what was done.</summary>
public sealed record Written<T>(T Value, int Revision, WriteKind Kind);

public static class Versioning
{
    /// <summary>The order of judgement of every PUT: equal first, then preconditions.</summary>
    /// <param name="currentRevision">The revision that is there, or null when there is nothing.</param>
    /// <param name="same">Whether what is there equals what is asked for.</param>
    public static Outcome<WriteKind> Decide(int? currentRevision, bool same, Preconditions preconditions)
    {
        if (currentRevision is not { } revision)
        {
            return preconditions.NamesARevision
                ? new Problem(ProblemCode.PreconditionFailed, "If-Match asks for something to replace, but there is nothing here yet.")
                : WriteKind.Create;
        }

        if (same)
        {
            return WriteKind.Unchanged;
        }

        if (preconditions.OnlyCreate)
        {
            return new Problem(ProblemCode.PreconditionFailed, $"If-None-Match: * asks to create only, but revision {revision} is already here.");
        }

        if (preconditions.NoneMatches.Contains(revision))
        {
            return new Problem(ProblemCode.PreconditionFailed, $"If-None-Match names revision {revision}, which is what is here.");
        }

        if (!preconditions.NamesARevision)
        {
            return new Problem(ProblemCode.PreconditionRequired,
                $"Something different is already here (revision {revision}). Look at it first, then send If-Match: \"{revision}\" to replace it.");
        }

        return CheckMatch(revision, preconditions) is { } stale ? stale : WriteKind.Replace;
    }

    /// <summary>A DELETE must say which revision it takes back.</summary>
    public static Problem? DecideDelete(int revision, Preconditions preconditions) =>
        preconditions.NamesARevision
            ? CheckMatch(revision, preconditions)
            : new Problem(ProblemCode.PreconditionRequired, $"Say which revision you take back: send If-Match: \"{revision}\".");

    private static Problem? CheckMatch(int revision, Preconditions preconditions) =>
        preconditions.MatchesAny || preconditions.Matches!.Contains(revision)
            ? null
            : new Problem(ProblemCode.PreconditionFailed,
                $"Somebody changed this since you looked: it is now revision {revision}. Look again, then decide.");
}
