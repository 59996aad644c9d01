using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;

namespace Collaborative.Domain.Archives;

/// <summary>Writes everything of a collaborative, as one state of it, into a ZIP archive that another server takes in.</summary>
/// <param name="Program">The version of the program that writes it, for whoever reads the archive later.</param>
public sealed record WriteArchive(Guid CollaborativeId, string Program, Stream Output) : IQuery<ArchiveManifest>, IWritesAsItGoes;

/// <summary>Reads an archive to its end and judges all of it; nothing is written.</summary>
/// <param name="File">The whole archive; it must be able to seek, and stays open until the answer is disposed of.</param>
public sealed record CheckArchive(Stream File) : IQuery<CheckedArchive>;

/// <summary>Makes a collaborative out of an archive that has been checked: all of it, or nothing.</summary>
/// <param name="Code">Another code for it. It is then a copy with ids of its own, which can stand beside the original.</param>
/// <param name="Fingerprint">What the idempotency key is good for.</param>
public sealed record ImportArchive(Viewer Viewer, CheckedArchive Archive, string? Code, string? IdempotencyKey, string Fingerprint) : ICommand<ImportedArchive>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors() => Code is null ? [] : Shape.Code(Code, "code");
}

/// <param name="IsReplay">The same request was answered before, under the same idempotency key.</param>
public sealed record ImportedArchive(CollaborativeView View, bool IsReplay);

/// <summary>An archive that has been found sound.</summary>
public abstract class CheckedArchive : IDisposable
{
    public abstract ArchiveManifest Manifest { get; }

    public void Dispose()
    {
        Dispose(true);
        GC.SuppressFinalize(this);
    }

    protected abstract void Dispose(bool disposing);
}

/// <summary>The last entry of an archive: what it is, and what is in it.</summary>
public sealed record ArchiveManifest
{
    public const string Name = "manifest.json";

    public string Format { get; init; } = "";

    public int Version { get; init; }

    public DateTimeOffset MadeAt { get; init; }

    /// <summary>Which version of the program wrote it.</summary>
    public string Program { get; init; } = "";

    /// <summary>The last migration of the database that it was read from.</summary>
    public int SchemaVersion { get; init; }

    public string Collaborative { get; init; } = "";

    /// <summary>The last that it knows of: the last change, or an import after it that changed nothing.</summary>
    public DateTimeOffset AsOf { get; init; }

    public IReadOnlyList<ArchivePart> Parts { get; init; } = [];
}

/// <param name="Rows">How many lines it has; null for a file.</param>
/// <param name="Bytes">Its size when it is unpacked.</param>
/// <param name="Sha256">Of what it is when it is unpacked, in hexadecimal.</param>
public sealed record ArchivePart(string Name, long? Rows, long Bytes, string Sha256);

/// <summary>What an archive may be, as far as its manifest tells.</summary>
public static class ArchiveRules
{
    public const string Format = "collaborative-archive";

    public const int Version = 1;

    /// <summary>The database is written to in one piece, and its other writers wait meanwhile: at the pace measured, less than half a minute.</summary>
    public const long MostRows = 2_000_000;

    public const long MostBytes = 8L * 1024 * 1024 * 1024;

    public const int MostParts = 20_000;

    /// <summary>Up to here nobody asks how well something was packed.</summary>
    private const long FewBytes = 64L * 1024 * 1024;

    /// <summary>Rows of the same kind resemble each other, but not like this.</summary>
    private const long MostRatio = 200;

    /// <summary>Two servers' clocks may differ.</summary>
    private static readonly TimeSpan ClockDifference = TimeSpan.FromDays(1);

    /// <param name="schemaVersion">That of this program.</param>
    /// <param name="packedBytes">The size of the whole archive as it was sent.</param>
    public static Problem? Judge(ArchiveManifest manifest, int schemaVersion, long packedBytes, DateTimeOffset now)
    {
        if (manifest.Format != Format || manifest.Version < 1)
        {
            return Unreadable("The file is no archive of a collaborative; send one as GET …/archive gives it.");
        }

        if (manifest.Version > Version || manifest.SchemaVersion > schemaVersion)
        {
            return new Problem(ProblemCode.ArchiveTooNew, $"The archive was written by a newer program ({Shorten(manifest.Program)}). Update this server, then send it again.");
        }

        if (manifest.MadeAt > now + ClockDifference || manifest.AsOf > manifest.MadeAt + ClockDifference)
        {
            return Unreadable("The archive says that it was made in the future. Compare the clocks of the two servers.");
        }

        if (manifest.Parts.Count > MostParts || manifest.Parts.DistinctBy(part => part.Name).Count() != manifest.Parts.Count
            || manifest.Parts.Any(part => part is not { Name: not null, Sha256: not null, Bytes: >= 0 and <= MostBytes, Rows: null or (>= 0 and <= long.MaxValue / MostParts) }))
        {
            return Unreadable("The manifest does not list the parts of the archive as it should; have the archive made anew.");
        }

        if (manifest.Parts.Sum(part => part.Rows ?? 0) is > MostRows and var rows)
        {
            return new Problem(ProblemCode.TooLarge, $"The archive has {rows} rows; at most {MostRows} are taken in at once. Move the database as a whole: see backup and restore.");
        }

        return Sum(manifest.Parts) is var bytes && (bytes > MostBytes || (bytes > FewBytes && bytes / MostRatio > packedBytes))
            ? Unreadable("What the archive would unpack to is out of all proportion to its size.")
            : null;
    }

    public static Problem Unreadable(string why) => new(ProblemCode.ArchiveUnreadable, why);

    private static decimal Sum(IEnumerable<ArchivePart> parts) => parts.Sum(part => (decimal)part.Bytes);

    private static string Shorten(string? text) => text is null or "" ? "of unknown version" : text.Length > 40 ? text[..40] : text;
}
