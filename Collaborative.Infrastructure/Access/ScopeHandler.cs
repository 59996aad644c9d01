using System.Collections.Concurrent;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Access;

/// <summary>Addresses that were found before. Codes never change and nothing is ever deleted, so a full answer stays true.</summary>
internal sealed class ScopeCache
{
    private const int Most = 100_000;

    private readonly ConcurrentDictionary<(string Collaborative, string? Team, string? Measure), Scope> found = new();

    public Scope? Find((string, string?, string?) address) => found.GetValueOrDefault(address);

    public void Keep((string, string?, string?) address, Scope scope)
    {
        if (found.Count >= Most)
        {
            found.Clear();
        }

        found[address] = scope;
    }
}

internal sealed class ScopeHandler(IDatabase database, ScopeCache cache)
    : IRequestHandler<ResolveScope, Outcome<Scope>>, IRequestHandler<ResolveImportScope, Outcome<Scope>>
{
    internal static readonly SqlText Find =
        """
        SELECT c.Id AS CollaborativeId, t.Id AS TeamId, m.Id AS MeasureId
        FROM Collaborative c
        LEFT JOIN Team t ON t.CollaborativeId = c.Id AND t.CodeKey = @team
        LEFT JOIN Measure m ON m.CollaborativeId = c.Id AND m.CodeKey = @measure
        WHERE c.CodeKey = @collaborative
        """;

    /// <summary>
    /// A data lead reviews what is of their own teams alone: rows of others, good or bad, are not theirs to see. Whose they are is known once
    /// all of them are read, and not of an import that has none. Who gave their word for it sees on what becomes of it, while its rows are read once more.
    /// </summary>
    public const string IsForReviewBy =
        """
        @lead IS NOT NULL AND j.Verdict IS NOT NULL AND (j.ReviewKeyId = @lead OR (
            j.DoneBytes = j.TotalBytes + COALESCE(j.TranscribedBytes, 0)
            AND EXISTS (SELECT 1 FROM ImportRow r WHERE r.ImportId = j.Id AND r.Outcome <> 'header')
            AND NOT EXISTS (
                SELECT 1 FROM ImportRow r WHERE r.ImportId = j.Id AND r.Outcome <> 'header' AND NOT EXISTS (
                    SELECT 1 FROM Team t JOIN ApiKeyTeam k ON k.TeamId = t.Id AND k.ApiKeyId = @lead WHERE t.CollaborativeId = j.CollaborativeId AND t.CodeKey = LOWER(r.Team)))))
        """;

    internal static readonly SqlText FindImport =
        $"""
        SELECT j.CollaborativeId, j.ApiKeyId AS ImportKeyId, CASE WHEN {IsForReviewBy} THEN 1 ELSE 0 END AS IsForReview
        FROM ImportJob j
        WHERE j.Id = @importId AND j.State <> 'receiving'
        """;

    public static Guid? Lead(Viewer viewer) => viewer.Role == Role.DataLead ? viewer.KeyId : null;

    public async Task<Outcome<Scope>> Handle(ResolveScope request, CancellationToken cancellationToken)
    {
        if (request.Collaborative is null)
        {
            return Scope.Empty;
        }

        var address = (Code.KeyOf(request.Collaborative), request.Team is null ? null : Code.KeyOf(request.Team), request.Measure is null ? null : Code.KeyOf(request.Measure));
        if (cache.Find(address) is { } known)
        {
            return known;
        }

        var scope = await database.Read(
            session => session.First<Scope>(Find, new { collaborative = address.Item1, team = address.Item2, measure = address.Item3 }, cancellationToken),
            cancellationToken) ?? Scope.Empty;
        if (scope.CollaborativeId is not null && (request.Team is null || scope.TeamId is not null) && (request.Measure is null || scope.MeasureId is not null))
        {
            cache.Keep(address, scope);
        }

        return scope;
    }

    public async Task<Outcome<Scope>> Handle(ResolveImportScope request, CancellationToken cancellationToken) =>
        await database.Read(session => session.First<Scope>(FindImport, new { importId = request.ImportId, lead = Lead(request.Viewer) }, cancellationToken), cancellationToken) ?? Scope.Empty;
}
