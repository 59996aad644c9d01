using Collaborative.Domain.Access;

namespace Collaborative.Domain.Imports;

/// <summary>The forms in which the figures of a collaborative leave it.</summary>
public enum ExportForm
{
    /// <summary>The long form that an import reads.</summary>
    Csv,

    /// <summary>A workbook to read and to work with, which an import reads too.</summary>
    Workbook,

    /// <summary>A FHIR Bundle of MeasureReports.</summary>
    FhirBundle,

    /// <summary>The same resources, one on each line.</summary>
    FhirLines,
}

/// <summary>Which of the figures that the viewer may see are wanted.</summary>
public sealed record ExportChoice
{
    public static readonly ExportChoice Everything = new();

    public string? TeamKey { get; init; }

    public string? MeasureKey { get; init; }

    public Month? From { get; init; }

    public Month? To { get; init; }
}

/// <summary>Judges whether an export can be had, before the first byte of it is sent.</summary>
public sealed record PrepareExport(Viewer Viewer, Guid CollaborativeId, ExportForm Form, ExportChoice Choice, DateTimeOffset? AsOf) : IQuery<PreparedExport>, IHasShape
{
    public IEnumerable<FieldError> ShapeErrors()
    {
        if (Choice is { From: { } from, To: { } to } && to < from)
        {
            yield return new FieldError("to", "range", "The last month must not be before the first.");
        }
    }
}

/// <param name="At">The last change that the export knows of.</param>
/// <param name="ChartFrom">The first month of the charts in it.</param>
/// <param name="ChartTo">The last month of the charts in it.</param>
/// <param name="Tag">The same for equal bytes.</param>
public sealed record PreparedExport(DateTimeOffset At, Month ChartFrom, Month ChartTo, string Tag);

/// <summary>Writes the submitted figures that the viewer may see, in the form that an import reads.</summary>
public sealed record ExportSubmissions(Viewer Viewer, Guid CollaborativeId, DateTimeOffset? AsOf, Stream Output) : IQuery<int>, IWritesAsItGoes
{
    public ExportChoice Choice { get; init; } = ExportChoice.Everything;
}

/// <summary>Writes the figures as a workbook: a sheet for each measure with its chart, and one that an import reads.</summary>
public sealed record ExportWorkbook(Viewer Viewer, Guid CollaborativeId, ExportChoice Choice, PreparedExport Prepared, Stream Output) : IQuery<int>, IWritesAsItGoes;

/// <summary>Writes the figures as FHIR MeasureReports of type summary.</summary>
/// <param name="AsLines">One resource on each line, instead of a bundle.</param>
public sealed record ExportReports(Viewer Viewer, Guid CollaborativeId, ExportChoice Choice, PreparedExport Prepared, bool AsLines, Stream Output) : IQuery<int>, IWritesAsItGoes;

/// <summary>What a workbook can hold.</summary>
public static class WorkbookLimits
{
    /// <summary>Microsoft, “Excel specifications and limits”: rows of a sheet, characters of a cell.</summary>
    private const int MostRows = 1_048_576;

    private const int MostCharacters = 32_767;

    /// <summary>What our own import reads; people lose their way in far fewer.</summary>
    private const int MostMeasures = 250;

    /// <summary>Above the rows of teams a measure's sheet has its chart and the figures of all teams.</summary>
    private const int RowsAboveTeams = 100;

    /// <param name="figures">How many there are.</param>
    /// <param name="rowsOfTeams">How many rows the teams take on the largest sheet of a measure.</param>
    /// <param name="longestStrata">Characters of the longest strata of one figure.</param>
    public static Problem? Refusal(long figures, int measures, long rowsOfTeams, int longestStrata)
    {
        if (figures + 1 > MostRows)
        {
            return Full($"There are {figures} figures, and a sheet has {MostRows} rows.");
        }

        if (rowsOfTeams + RowsAboveTeams > MostRows)
        {
            return Full($"The teams take {rowsOfTeams} rows, and a sheet has {MostRows}.");
        }

        if (measures > MostMeasures)
        {
            return Full($"There are {measures} measures, and a workbook has room for the sheets of {MostMeasures}.");
        }

        return longestStrata > MostCharacters ? Full($"The strata of one figure take {longestStrata} characters, and a cell holds {MostCharacters}.") : null;
    }

    private static Problem Full(string why) =>
        new(ProblemCode.WorkbookFull, $"{why} Ask for a part with team, measure, from and to, or for all of it as CSV or FHIR.");
}
