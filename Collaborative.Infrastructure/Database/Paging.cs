using Collaborative.Domain;

namespace Collaborative.Infrastructure.Database;

/// <summary>Keyset paging: one row more than the page is read, and its presence means that there is a next page.</summary>
internal static class Paging
{
    /// <param name="asOf">For lists of figures: the last change that they know of.</param>
    public static Page<TView> Page<TRow, TView>(List<TRow> rows, int limit, Func<TRow, TView> view, Func<TRow, string> cursor, DateTimeOffset? asOf = null) => new(
        [.. rows.Take(limit).Select(view)],
        rows.Count > limit ? cursor(rows[limit - 1]) : null)
    {
        AsOf = asOf,
    };
}
