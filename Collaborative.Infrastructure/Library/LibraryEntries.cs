using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Library;
using Collaborative.Domain.Pdsa;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Library;

internal sealed record LibraryEntryRow : VersionedRow<LibraryEntryView>
{
    public const string Subject = "libraryEntry";

    public const string Columns =
        $"{VersionColumns}, TeamId, TeamCode, TeamKey, Source, SourceCode, SourceKey, IdeaKey, IdeaCode, Decision, DegreeOfBelief, SharedAt, SearchText, DocumentJson";

    public Guid TeamId { get; init; }

    public string TeamCode { get; init; } = "";

    public string TeamKey { get; init; } = "";

    public string Source { get; init; } = "";

    public string SourceCode { get; init; } = "";

    public string SourceKey { get; init; } = "";

    public string? IdeaKey { get; init; }

    public string? IdeaCode { get; init; }

    public string? Decision { get; init; }

    public string? DegreeOfBelief { get; init; }

    /// <summary>When the team shared it, or shared it again after it had taken it back.</summary>
    public DateTimeOffset SharedAt { get; init; }

    public string SearchText { get; init; } = "";

    public string DocumentJson { get; init; } = "";

    /// <summary>No column of the entry: the team's name as it is now, where a list looks it up.</summary>
    public string? TeamName { get; init; }

    public override string AddressCode => $"{TeamCode}/{SourceCode}";

    public override LibraryEntryView View => new()
    {
        Team = TeamCode,
        TeamName = TeamName ?? TeamCode,
        Source = EnumText.Parse<LibrarySource>(Source),
        SourceCode = SourceCode,
        Idea = IdeaCode,
        Decision = Decision is { } decision ? EnumText.Parse<PdsaDecision>(decision) : null,
        DegreeOfBelief = DegreeOfBelief is { } belief ? EnumText.Parse<DegreeOfBelief>(belief) : null,
        Content = StoredJson.Read<LibraryContent>(DocumentJson),
        SharedAt = SharedAt,
        SharedBy = RecordedBy,
    };
}

/// <summary>What is to be harvested, and from where.</summary>
/// <param name="SourceCode">The code of the cycle, or the month of the report.</param>
/// <param name="Content">What the team shares; null when it shares nothing, or no longer.</param>
internal sealed record Harvest(Guid CollaborativeId, Guid TeamId, LibrarySource Source, string SourceCode, LibraryContent? Content)
{
    public string? IdeaCode { get; init; }

    public PdsaDecision? Decision { get; init; }

    public DegreeOfBelief? DegreeOfBelief { get; init; }
}

/// <summary>Entries come from what teams write anyway, in the same unit of work: shared with consent, and gone when the consent is.</summary>
internal static class LibraryEntries
{
    internal static readonly SqlText Load =
        $"SELECT {LibraryEntryRow.Columns} FROM LibraryEntry WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND Source = @source AND SourceKey = @sourceKey";

    /// <summary>The names by which an entry is found.</summary>
    internal static readonly SqlText LoadNames =
        """
        SELECT t.Code AS TeamCode, t.CodeKey AS TeamKey, t.Name AS TeamName, i.Title AS IdeaTitle
        FROM Team t
        LEFT JOIN ChangeIdea i ON i.CollaborativeId = t.CollaborativeId AND i.CodeKey = @ideaKey AND i.IsWithdrawn = 0 AND (i.TeamId IS NULL OR i.TeamId = t.Id)
        WHERE t.CollaborativeId = @collaborativeId AND t.Id = @teamId
        """;

    internal static readonly SqlText Insert = VersionedSql.Insert("LibraryEntry", LibraryEntryRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("LibraryEntry", LibraryEntryRow.Columns);

    /// <param name="at">The instant of the revision that the entry is harvested from.</param>
    public static async Task Gather(this Session session, Viewer viewer, Harvest harvest, DateTimeOffset at, CancellationToken cancellation)
    {
        var source = EnumText.Of(harvest.Source);
        var sourceKey = Code.KeyOf(harvest.SourceCode);
        var current = await session.First<LibraryEntryRow>(
            Load, new { collaborativeId = harvest.CollaborativeId, teamId = harvest.TeamId, source, sourceKey }, cancellation);
        if (harvest.Content is null)
        {
            if (current is { IsWithdrawn: false })
            {
                await Save(session, viewer, current with { IsWithdrawn = true }, isNew: false, at, "The team no longer shares it.", cancellation);
            }

            return;
        }

        var ideaKey = harvest.IdeaCode is { } idea ? Code.KeyOf(idea) : null;
        var names = (await session.First<Names>(LoadNames, new { collaborativeId = harvest.CollaborativeId, teamId = harvest.TeamId, ideaKey }, cancellation))!;
        var wanted = new LibraryEntryRow
        {
            Id = current?.Id ?? Guid.CreateVersion7(at),
            CollaborativeId = harvest.CollaborativeId,
            Revision = current?.Revision ?? 0,
            RecordedAt = current?.RecordedAt ?? default,
            RecordedBy = current?.RecordedBy ?? "",
            TeamId = harvest.TeamId,
            TeamCode = names.TeamCode,
            TeamKey = names.TeamKey,
            Source = source,
            SourceCode = current?.SourceCode ?? harvest.SourceCode,
            SourceKey = sourceKey,
            IdeaKey = ideaKey,
            IdeaCode = harvest.IdeaCode,
            Decision = harvest.Decision is { } decision ? EnumText.Of(decision) : null,
            DegreeOfBelief = harvest.DegreeOfBelief is { } belief ? EnumText.Of(belief) : null,
            SharedAt = current is { IsWithdrawn: false } ? current.SharedAt : at,
            SearchText = SearchWords.TextOf(harvest.Content, names.TeamName, names.IdeaTitle, harvest.IdeaCode),
            DocumentJson = StoredJson.Write(harvest.Content),
        };
        if (wanted != current)
        {
            await Save(session, viewer, wanted, current is null, at, null, cancellation);
        }
    }

    private static async Task Save(Session session, Viewer viewer, LibraryEntryRow row, bool isNew, DateTimeOffset at, string? reason, CancellationToken cancellation)
    {
        var saved = row with { Revision = row.Revision + 1, RecordedAt = at, RecordedBy = viewer.Name };
        if (await session.Execute(isNew ? Insert : Update, saved, cancellation) == 0)
        {
            throw new ConcurrentChangeException();
        }

        await session.Remember(new Change(viewer, row.CollaborativeId, row.TeamId, LibraryEntryRow.Subject, Preconditions.None, reason), saved, cancellation);
    }

    private sealed record Names
    {
        public string TeamCode { get; init; } = "";

        public string TeamKey { get; init; } = "";

        public string TeamName { get; init; } = "";

        public string? IdeaTitle { get; init; }
    }
}
