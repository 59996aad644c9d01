using System.Globalization;
using System.Text;
using Collaborative.Domain.Access;

namespace Collaborative.Domain.Library;

/// <summary>What was learned, asked and answered on one day where the collaborative is.</summary>
/// <param name="On">Yesterday unless given: the last day that is complete.</param>
public sealed record GetDigest(Viewer Viewer, Guid CollaborativeId, DateOnly? On) : IQuery<Digest>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Shape.Day(On, "on");
}

public sealed record Digest
{
    public required string Collaborative { get; init; }

    public required string Name { get; init; }

    public required DateOnly On { get; init; }

    public required string TimeZone { get; init; }

    /// <summary>What teams shared that day, in the order in which they did.</summary>
    public required IReadOnlyList<LibraryEntryView> Entries { get; init; }

    public required IReadOnlyList<DigestPost> Questions { get; init; }

    public required IReadOnlyList<DigestPost> Answers { get; init; }

    public required IReadOnlyList<DigestPost> Comments { get; init; }

    /// <summary>Nothing happened: there is nothing to send.</summary>
    public required bool Quiet { get; init; }

    /// <param name="entries">Those shared that day.</param>
    /// <param name="posts">Those posted that day.</param>
    public static Digest Compose(
        string collaborative, string name, DateOnly on, string timeZone, IEnumerable<LibraryEntryView> entries, IEnumerable<DigestPost> posts)
    {
        LibraryEntryView[] shared = [.. entries.OrderBy(entry => entry.SharedAt)];
        var byKind = posts.OrderBy(post => post.PostedAt).ToLookup(post => post.Kind);
        return new Digest
        {
            Collaborative = collaborative,
            Name = name,
            On = on,
            TimeZone = timeZone,
            Entries = shared,
            Questions = [.. byKind[PostKind.Question]],
            Answers = [.. byKind[PostKind.Answer]],
            Comments = [.. byKind[PostKind.Comment]],
            Quiet = shared.Length == 0 && byKind.Count == 0,
        };
    }
}

/// <param name="InReplyToText">What it replies to, in its own words.</param>
public sealed record DigestPost(string Idea, string IdeaTitle, PostKind Kind, string Text, string? InReplyToText, string Author, DateTimeOffset PostedAt);

/// <summary>The digest as a mail: plain words, to be read on a phone between two patients.</summary>
public static class DigestText
{
    private const int LineLength = 76;

    public static string Subject(Digest digest) => digest.Quiet
        ? $"{digest.Name}: a quiet day"
        : $"{digest.Name}: {Said(digest)}";

    public static string Write(Digest digest)
    {
        var text = new StringBuilder();
        text.Append(CultureInfo.InvariantCulture, $"{digest.Name}\nWhat the teams learned on {digest.On.ToString("d MMMM yyyy", CultureInfo.InvariantCulture)}\n");
        if (digest.Quiet)
        {
            return text.Append("\nNothing new in the library that day.\n").ToString();
        }

        if (digest.Entries.Count > 0)
        {
            Heading(text, "New in the library");
            foreach (var entry in digest.Entries)
            {
                Entry(text, entry);
            }
        }

        Posts(text, "Questions", digest.Questions, "asked");
        Posts(text, "Answers", digest.Answers, "answered");
        Posts(text, "Comments", digest.Comments, "wrote");
        return text.ToString();
    }

    private static string Said(Digest digest)
    {
        var parts = new List<string>();
        Add(digest.Entries.Count, "lesson");
        Add(digest.Questions.Count, "question");
        Add(digest.Answers.Count, "answer");
        Add(digest.Comments.Count, "comment");
        return string.Join(", ", parts);

        void Add(int count, string what)
        {
            if (count > 0)
            {
                parts.Add(string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}"));
            }
        }
    }

    private static void Entry(StringBuilder text, LibraryEntryView entry)
    {
        var content = entry.Content;
        text.Append('\n');
        Paragraph(text, "* ", $"{entry.TeamName}: {content.Title}{(entry.Idea is { } idea ? $" [{idea}]" : "")}");
        Part(text, "Tried", content.Tried);
        if (content.Predictions is { Count: > 0 } predictions)
        {
            var came = predictions.Count(found => found.Happened == Pdsa.PredictionOutcome.AsPredicted);
            Part(text, "Predictions", string.Create(CultureInfo.InvariantCulture, $"{came} of {predictions.Count} came true"));
        }

        Part(text, "Learned", content.Learned);
        Part(text, "Next", content.Next);
        Part(text, "Decision", entry.Decision is { } decision ? Naming.Of(decision) : null);
        Part(text, "Degree of belief", entry.DegreeOfBelief is { } belief ? Naming.Of(belief) : null);
    }

    private static void Posts(StringBuilder text, string heading, IReadOnlyList<DigestPost> posts, string verb)
    {
        if (posts.Count == 0)
        {
            return;
        }

        Heading(text, heading);
        foreach (var post in posts)
        {
            text.Append('\n');
            Paragraph(text, "* ", $"{post.Author} {verb} about {post.IdeaTitle} [{post.Idea}]:");
            if (post.InReplyToText is { } asked)
            {
                Paragraph(text, "  > ", asked);
            }

            Paragraph(text, "  ", post.Text);
        }
    }

    private static void Heading(StringBuilder text, string words) => text.Append('\n').Append(words).Append('\n').Append('-', words.Length).Append('\n');

    private static void Part(StringBuilder text, string name, string? words)
    {
        if (words is not null)
        {
            Paragraph(text, "  ", $"{name}: {words}");
        }
    }

    /// <summary>Words on lines of a readable length; later lines stand under the first.</summary>
    private static void Paragraph(StringBuilder text, string first, string words)
    {
        var lead = first;
        var later = first.Contains('>', StringComparison.Ordinal) ? first : new string(' ', first.Length);
        foreach (var source in words.ReplaceLineEndings("\n").Split('\n'))
        {
            var line = new StringBuilder(lead);
            var isEmpty = true;
            foreach (var word in source.Split(' ', StringSplitOptions.RemoveEmptyEntries))
            {
                if (!isEmpty && line.Length + 1 + word.Length > LineLength)
                {
                    text.Append(line).Append('\n');
                    line.Clear().Append(later);
                    isEmpty = true;
                }

                line.Append(isEmpty ? "" : " ").Append(word);
                isEmpty = false;
            }

            text.Append(line.ToString().TrimEnd()).Append('\n');
            lead = later;
        }
    }
}
