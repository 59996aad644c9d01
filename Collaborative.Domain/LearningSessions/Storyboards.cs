using System.Text;
using Collaborative.Domain.Access;

namespace Collaborative.Domain.LearningSessions;

public enum StoryboardFormat
{
    Pdf,
    Png,
    Jpeg,
    Pptx,
}

/// <summary>Begins to take in the file of a storyboard, which comes in parts.</summary>
public sealed record BeginStoryboard(Guid CollaborativeId, Guid TeamId, string Session, StoryboardFormat Format) : ICommand<Guid>;

public sealed record AppendStoryboardPart(Guid FileId, int Part, byte[] Content) : ICommand<int>;

/// <summary>Makes the file that has come in the team's storyboard for a session; what was there before stays as an earlier revision.</summary>
/// <param name="ContentHash">SHA-256 of the whole file, in hexadecimal.</param>
public sealed record PutStoryboard(
    Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session, Guid FileId, StoryboardFormat Format, string ContentHash, int TotalBytes, Preconditions Preconditions)
    : ICommand<Written<StoryboardView>>;

/// <summary>Throws away a file that did not become a storyboard.</summary>
public sealed record DropStoryboardFile(Guid FileId) : ICommand<int>;

public sealed record WithdrawStoryboard(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session, string? Reason, Preconditions Preconditions)
    : ICommand<Written<StoryboardView>>;

/// <param name="Revision">An earlier one; the present one unless given.</param>
public sealed record FindStoryboard(Viewer Viewer, Guid CollaborativeId, Guid TeamId, string Session, int? Revision) : IQuery<StoryboardFile>;

/// <summary>Where a storyboard's file is, and what it is.</summary>
public sealed record StoryboardFile
{
    public required Guid FileId { get; init; }

    public required string Session { get; init; }

    public required string Team { get; init; }

    public required int Revision { get; init; }

    public required StoryboardFormat Format { get; init; }

    public required int TotalBytes { get; init; }
}

/// <summary>One part of a file that was found before; empty beyond the last.</summary>
public sealed record ReadStoryboardPart(Guid FileId, int Part) : IQuery<byte[]>;

/// <summary>Which teams have a storyboard for a session, of those that the viewer may see.</summary>
public sealed record ListStoryboards(Viewer Viewer, Guid CollaborativeId, string Session, string? AfterKey, int Limit) : IQuery<Page<StoryboardView>>;

public sealed record StoryboardView
{
    public required string Session { get; init; }

    public required string Team { get; init; }

    public required StoryboardFormat Format { get; init; }

    public required int Bytes { get; init; }

    /// <summary>Of the whole file, in hexadecimal.</summary>
    public required string Sha256 { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

public static class StoryboardFormats
{
    /// <summary>A storyboard is a poster or a few slides.</summary>
    public const int MostBytes = 25 * 1024 * 1024;

    private static readonly Dictionary<StoryboardFormat, (string MediaType, string Extension)> Known = new()
    {
        [StoryboardFormat.Pdf] = ("application/pdf", "pdf"),
        [StoryboardFormat.Png] = ("image/png", "png"),
        [StoryboardFormat.Jpeg] = ("image/jpeg", "jpg"),
        [StoryboardFormat.Pptx] = ("application/vnd.openxmlformats-officedocument.presentationml.presentation", "pptx"),
    };

    public static IReadOnlyList<string> MediaTypes { get; } = [.. Known.Values.Select(known => known.MediaType)];

    public static string MediaType(StoryboardFormat format) => Known[format].MediaType;

    public static string Extension(StoryboardFormat format) => Known[format].Extension;

    public static StoryboardFormat? OfMediaType(string? mediaType) =>
        Known.Where(known => known.Value.MediaType.Equals(mediaType, StringComparison.OrdinalIgnoreCase)).Select(known => (StoryboardFormat?)known.Key).FirstOrDefault();
}

/// <summary>Looks at a file as it comes in: whether it is what it is said to be.</summary>
public sealed class StoryboardCheck(StoryboardFormat format)
{
    /// <summary>Every presentation has this part by this name (ECMA-376), and a zip file holds names as they are.</summary>
    private static readonly byte[] Presentation = Encoding.ASCII.GetBytes("ppt/presentation.xml");

    private static readonly byte[] Macros = Encoding.ASCII.GetBytes("vbaProject.bin");

    private bool begun;
    private bool beginsRight;
    private bool hasPresentation;
    private bool hasMacros;
    private byte[] tail = [];

    public void Take(ReadOnlySpan<byte> part)
    {
        if (part.IsEmpty)
        {
            return;
        }

        if (!begun)
        {
            begun = true;
            beginsRight = part.StartsWith(Signature(format));
        }

        if (format == StoryboardFormat.Pptx)
        {
            // A name may lie across two parts.
            byte[] seamless = [.. tail, .. part];
            hasPresentation |= seamless.AsSpan().IndexOf(Presentation) >= 0;
            hasMacros |= seamless.AsSpan().IndexOf(Macros) >= 0;
            tail = seamless[Math.Max(0, seamless.Length - Presentation.Length)..];
        }
    }

    /// <summary>What speaks against the file once all of it is there; null if it is what it is said to be.</summary>
    public string? WhyNot() => this switch
    {
        { begun: false } => "The file is empty.",
        { beginsRight: false } => $"This is no {Name} file, whatever its Content-Type says; save it as one, or send the type that it has.",
        _ when format == StoryboardFormat.Pptx && !hasPresentation => "This is no PowerPoint presentation; save it as .pptx.",
        { hasMacros: true } => "The presentation has macros in it; save it as .pptx without macros.",
        _ => null,
    };

    private string Name => format switch
    {
        StoryboardFormat.Pptx => "PowerPoint",
        _ => format.ToString().ToUpperInvariant(),
    };

    private static ReadOnlySpan<byte> Signature(StoryboardFormat format) => format switch
    {
        StoryboardFormat.Pdf => "%PDF-"u8,
        StoryboardFormat.Png => [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A],
        StoryboardFormat.Jpeg => [0xFF, 0xD8, 0xFF],
        _ => [0x50, 0x4B, 0x03, 0x04],
    };
}
