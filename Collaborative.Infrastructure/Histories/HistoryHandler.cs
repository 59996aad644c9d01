using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Histories;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Histories;

internal sealed class HistoryHandler(IDatabase database) : IRequestHandler<GetHistory, Outcome<Page<HistoryEntryView>>>
{
    private static readonly string Conditions =
        $"""
            AND h.RecordedAt >= @fromAt AND h.RecordedAt <= @toAt AND h.RecordedAt <= @beforeAt
            AND (h.RecordedAt < @beforeAt OR h.SubjectId < @beforeId)
            AND (@subject IS NULL OR h.Subject = @subject)
            AND (@code IS NULL OR h.AddressCode = @code)
            AND (@recordedBy IS NULL OR h.RecordedBy = @recordedBy)
            AND (@everyKind = 1 OR h.Subject IN ({Texts(HistoryRules.Open)})
                OR (@comparisons = 1 AND h.Subject IN ({Texts(HistoryRules.OfComparisons)}))
                OR (@imports = 1 AND h.Subject IN ({Texts(HistoryRules.OfImports)})))
            AND (h.TeamId IS NULL OR (@teams = 1
                AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = h.TeamId))))
        ORDER BY h.RecordedAt DESC, h.SubjectId DESC
        """;

    private const string Columns = "h.SubjectId, h.Revision, t.Code AS TeamCode, h.Subject, h.AddressCode, h.IsWithdrawn, h.Content, h.RecordedAt, h.RecordedBy, h.Reason";

    private static readonly string From = $"FROM HistoryEntry h LEFT JOIN Team t ON t.Id = h.TeamId WHERE h.CollaborativeId = @collaborativeId {Conditions}";

    internal static readonly SqlText List = new($"SELECT {Columns} {From} LIMIT @take", $"SELECT TOP (@take) {Columns} {From}");

    // One team's entries are few among those of all: they are found by the team, not by going through the whole collaborative's.
    private static readonly string OfTeam = $"FROM Team t JOIN HistoryEntry h ON h.TeamId = t.Id WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey = @teamKey {Conditions}";

    internal static readonly SqlText ListOfTeam = new($"SELECT {Columns} {OfTeam} LIMIT @take", $"SELECT TOP (@take) {Columns} {OfTeam}");

    /// <summary>Nothing is recorded later.</summary>
    private static readonly DateTimeOffset EndOfTime = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public async Task<Outcome<Page<HistoryEntryView>>> Handle(GetHistory request, CancellationToken cancellationToken)
    {
        var sight = HistoryRules.Sight(request.Viewer);
        var rows = await database.Read(
            session => session.Query<Row>(
                request.TeamKey is null ? List : ListOfTeam,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    fromAt = request.From ?? DateTimeOffset.MinValue,
                    toAt = request.To ?? EndOfTime,
                    beforeAt = request.After?.RecordedAt ?? EndOfTime,
                    beforeId = request.After?.SubjectId ?? Guid.Empty,
                    subject = request.Subject,
                    teamKey = request.TeamKey,
                    code = request.Code,
                    recordedBy = request.By,
                    everyKind = sight.EveryKind,
                    comparisons = sight.Comparisons,
                    imports = sight.Imports,
                    teams = sight.Teams,
                    limitedKey = sight.OwnTeamsOnly ? request.Viewer.KeyId : (Guid?)null,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => new HistoryCursor(row.RecordedAt, row.SubjectId).ToString());
    }

    private static string Texts(IEnumerable<string> subjects) => string.Join(", ", subjects.Select(subject => $"'{subject}'"));

    private sealed record Row
    {
        public Guid SubjectId { get; init; }

        public int Revision { get; init; }

        public string? TeamCode { get; init; }

        public string Subject { get; init; } = "";

        public string AddressCode { get; init; } = "";

        public bool IsWithdrawn { get; init; }

        public string Content { get; init; } = "{}";

        public DateTimeOffset RecordedAt { get; init; }

        public string RecordedBy { get; init; } = "";

        public string? Reason { get; init; }

        public HistoryEntryView View => new()
        {
            Subject = Subject,
            Code = AddressCode,
            Team = TeamCode,
            Revision = Revision,
            Withdrawn = IsWithdrawn,
            Content = StoredJson.Read<JsonElement>(Content),
            RecordedAt = RecordedAt,
            RecordedBy = RecordedBy,
            Reason = Reason,
        };
    }
}
