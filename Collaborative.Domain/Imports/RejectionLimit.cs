namespace Collaborative.Domain.Imports;

/// <summary>
/// Where an import ends before its file does. Each rejected row is kept until somebody has mended it, but nobody mends a hundred thousand
/// rows one by one: where most are wrong, one thing is wrong with all of them.
/// </summary>
public static class RejectionLimit
{
    public const int MostRows = 100_000;

    /// <summary>A file of which most is right is read to its end, however long it is.</summary>
    public static bool IsPassed(RowCounts counts) => counts.Rejected > MostRows && counts.Rejected > (long)counts.Accepted + counts.Unchanged;
}
