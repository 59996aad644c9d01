using Collaborative.Domain;
using Collaborative.Domain.Library;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.Library;

internal sealed class LibraryHandler(IDatabase database) : IRequestHandler<ListLibrary, Outcome<Page<LibraryEntryView>>>
{
    internal static readonly SqlText List = new(
        $"SELECT {VersionedSql.Of("e", LibraryEntryRow.Columns)}, t.Name AS TeamName {From} ORDER BY e.SharedAt DESC LIMIT @take",
        $"SELECT TOP (@take) {VersionedSql.Of("e", LibraryEntryRow.Columns)}, t.Name AS TeamName {From} ORDER BY e.SharedAt DESC");

    private const string From =
        """
        FROM LibraryEntry e
        JOIN Team t ON t.Id = e.TeamId
        WHERE e.CollaborativeId = @collaborativeId AND e.SharedAt < @before AND e.IsWithdrawn = 0
            AND (@teamKey IS NULL OR e.TeamKey = @teamKey)
            AND (@ideaKey IS NULL OR e.IdeaKey = @ideaKey)
            AND (@decision IS NULL OR e.Decision = @decision)
            AND (@degreeOfBelief IS NULL OR e.DegreeOfBelief = @degreeOfBelief)
            AND (@source IS NULL OR e.Source = @source)
            AND (@driverKey IS NULL OR EXISTS (
                SELECT 1 FROM ChangeIdea i
                WHERE i.CollaborativeId = e.CollaborativeId AND i.CodeKey = e.IdeaKey AND i.IsWithdrawn = 0 AND (i.TeamId IS NULL OR i.TeamId = e.TeamId)
                    AND (i.PrimaryDriverKey = @driverKey OR i.SecondaryDriverKey = @driverKey OR i.ConceptKey = @driverKey)))
            AND (@word1 IS NULL OR e.SearchText LIKE @word1)
            AND (@word2 IS NULL OR e.SearchText LIKE @word2)
            AND (@word3 IS NULL OR e.SearchText LIKE @word3)
            AND (@word4 IS NULL OR e.SearchText LIKE @word4)
            AND (@word5 IS NULL OR e.SearchText LIKE @word5)
            AND (@word6 IS NULL OR e.SearchText LIKE @word6)
            AND (@word7 IS NULL OR e.SearchText LIKE @word7)
            AND (@word8 IS NULL OR e.SearchText LIKE @word8)
        """;

    /// <summary>No entry is shared later.</summary>
    private static readonly DateTimeOffset EndOfTime = new(9999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public async Task<Outcome<Page<LibraryEntryView>>> Handle(ListLibrary request, CancellationToken cancellationToken)
    {
        var filter = request.Filter;
        var rows = await database.Read(
            session => session.Query<LibraryEntryRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    before = request.Before ?? EndOfTime,
                    teamKey = KeyOf(filter.Team),
                    ideaKey = KeyOf(filter.Idea),
                    driverKey = KeyOf(filter.Driver),
                    decision = filter.Decision is { } decision ? EnumText.Of(decision) : null,
                    degreeOfBelief = filter.DegreeOfBelief is { } belief ? EnumText.Of(belief) : null,
                    source = filter.Source is { } source ? EnumText.Of(source) : null,
                    word1 = Pattern(0),
                    word2 = Pattern(1),
                    word3 = Pattern(2),
                    word4 = Pattern(3),
                    word5 = Pattern(4),
                    word6 = Pattern(5),
                    word7 = Pattern(6),
                    word8 = Pattern(7),
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => Binding.Text(row.SharedAt));

        // Folded words are letters and digits, so that nothing in them is a wildcard.
        string? Pattern(int number) => number < filter.Words.Count ? $"%{filter.Words[number]}%" : null;
    }

    private static string? KeyOf(string? code) => code is null ? null : Code.KeyOf(code);
}
