using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>What an import can read. A format recognises its files by their beginning and turns them into rows of the long form.</summary>
internal abstract class ImportFormat
{
    /// <summary>All formats; for each kind of file the first that recognises it has it.</summary>
    public static readonly IReadOnlyList<ImportFormat> All = [new LongCsvFormat(), new WideCsvFormat(), new XlsxFormat(), new FhirFormat(), new QrdaFormat()];

    /// <summary>How a job names it.</summary>
    public abstract string Name { get; }

    public abstract FileFamily Family { get; }

    /// <summary>Whether its rows are taken as they are, without a transcript.</summary>
    public virtual bool IsLongForm => false;

    /// <summary>Judges the beginning of a file: a refusal, or whether the file leaves its measure to be named.</summary>
    public abstract Outcome<Recognised> Recognise(ReadOnlySpan<byte> head);

    /// <summary>The rows of a whole file, one at a time; memory does not grow with the file. Null is a sign of life where no row comes for long.</summary>
    /// <exception cref="UnreadableFileException">The file cannot be read to its end.</exception>
    public abstract IEnumerable<LongRow?> Translate(ImportSource source);

    public static ImportFormat Of(string name) => All.First(format => format.Name == name);

    /// <summary>The format of a file: by its Content-Type, and within that by its content.</summary>
    public static Outcome<Recognised> Recognise(FileFamily? family, ReadOnlySpan<byte> head)
    {
        var seen = FamilyOf(head);
        if (family is not (null or FileFamily.Csv) && seen != family)
        {
            return new Problem(ProblemCode.UnsupportedMediaType, $"The Content-Type says {Say(family.Value)}, but the file looks like {Say(seen)}; send it with the type that it is.");
        }

        Problem? refusal = null;
        foreach (var format in All.Where(format => format.Family == (family ?? seen)))
        {
            var found = format.Recognise(head);
            if (found.Problem is not { } problem)
            {
                return found;
            }

            if (problem.Code != ProblemCode.ImportUnreadable)
            {
                return problem;
            }

            refusal ??= problem;
        }

        return refusal!;
    }

    private static FileFamily FamilyOf(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith("PK\u0003\u0004"u8))
        {
            return FileFamily.Workbook;
        }

        if (head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF, 0, (byte)'<']) || head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE, (byte)'<', 0]))
        {
            return FileFamily.Xml;
        }

        var text = head.StartsWith(Encoding.UTF8.Preamble) ? head[Encoding.UTF8.Preamble.Length..] : head;
        return text.TrimStart(" \t\r\n"u8) switch
        {
            [(byte)'{', ..] => FileFamily.Json,
            [(byte)'<', ..] => FileFamily.Xml,
            _ => FileFamily.Csv,
        };
    }

    private static string Say(FileFamily family) => family switch
    {
        FileFamily.Workbook => "a workbook",
        FileFamily.Json => "FHIR as JSON",
        FileFamily.Xml => "XML",
        _ => "something else",
    };

    protected static Problem Unreadable(string detail) => new(ProblemCode.ImportUnreadable, detail);
}

/// <param name="NamesNoMeasure">The file has no column for the measure: it is all of one.</param>
/// <param name="MayNameNoMeasure">Whether it does can only be told later.</param>
/// <param name="MeasureColumns">The measures that columns are named after: one of them at least must be known, or the file is no table of figures.</param>
internal sealed record Recognised(ImportFormat Format, bool NamesNoMeasure = false, bool MayNameNoMeasure = false, IReadOnlyList<string>? MeasureColumns = null);

/// <summary>The file that is held, and what the request says of it.</summary>
/// <param name="Open">Opens the file at its beginning; it may be read more than once.</param>
/// <param name="OpenSeekable">The same, for those who jump about in it.</param>
/// <param name="Measure">The measure of a file that names none.</param>
/// <param name="IsMeasure">Whether a code is that of a measure, by which a column may be named.</param>
internal sealed record ImportSource(Func<Stream> Open, Func<Stream> OpenSeekable, string? Measure, PeriodReading Periods, Func<string, bool>? IsMeasure = null);

/// <summary>The file cannot be read to its end, and nothing of it is taken.</summary>
internal class UnreadableFileException(string code, string message) : Exception(message)
{
    public UnreadableFileException(string message)
        : this("unreadable", message)
    {
    }

    public string Code { get; } = code;
}

/// <summary>The file turned out to be about single patients: it is thrown away at once. The message repeats nothing of it.</summary>
internal sealed class PatientLevelException(string what) : UnreadableFileException(PatientCode, Sentence(what))
{
    public const string PatientCode = "patientLevelData";

    public static Problem Refusal(string what) => new(ProblemCode.PatientLevelData, Sentence(what));

    private static string Sentence(string what) => $"The file holds {what}. Only counts for a whole month may be sent here; the file was deleted and nothing of it was kept.";
}

/// <summary>One row of the long form as a translator found it, in the partner's own codes. Figures are text, so that what is no number is told as such.</summary>
internal sealed record LongRow
{
    /// <summary>Where in the document it stands: “entry 17, group 2”.</summary>
    public required string Place { get; init; }

    public string? Team { get; init; }

    /// <summary>What the partner calls the team, to propose whom it means.</summary>
    public string? TeamName { get; init; }

    public string? Measure { get; init; }

    public string? MeasureName { get; init; }

    public string? Month { get; init; }

    public string? Numerator { get; init; }

    public string? Denominator { get; init; }

    public string? Value { get; init; }

    public string? N { get; init; }

    public string? Sd { get; init; }

    /// <summary>The gaps of a between measure, as the long form writes them.</summary>
    public string? Values { get; init; }

    public string? NoData { get; init; }

    public string? Note { get; init; }

    /// <summary>As <see cref="Domain.Submissions.StratumText"/> writes it.</summary>
    public string? Strata { get; init; }

    public IReadOnlyList<Finding> Findings { get; init; } = [];

    /// <summary>Of our own template: the revision that the row shows.</summary>
    public string? Shown { get; init; }
}
