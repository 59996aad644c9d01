using System.Text;
using System.Text.Json;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>The transcript of a document into the long form, in parts that are kept behind those of the document itself.</summary>
internal sealed class Transcript
{
    /// <summary>The first part of a transcript; no document has as many parts.</summary>
    public const int FirstPart = 1_000_000;

    /// <summary>So much is gathered before a part is kept.</summary>
    public const int PartBytes = 256 * 1024;

    /// <summary>A row of more findings than this has been said enough about.</summary>
    private const int MostFindings = 20;

    private readonly StringBuilder text = new();

    public Transcript() => text.Append(string.Join(',', LongForm.TranscriptColumns)).Append('\n');

    public bool IsFull => text.Length >= PartBytes;

    public byte[] Take()
    {
        var part = Encoding.UTF8.GetBytes(text.ToString());
        text.Clear();
        return part;
    }

    /// <summary>Adds a row; line breaks are written as \n and \r, so that every row is one line.</summary>
    public void Add(LongRow row)
    {
        if (row.Strata is { Length: > MostInACell })
        {
            row = row with { Strata = null, Findings = [.. row.Findings, new Finding("tooMany", $"There are more strata than can be read; a submission holds at most {SubmissionRules.MostStrata}.", IsError: true)] };
        }

        Text(row.Team);
        Text(row.Measure);
        Figure(row.Month);
        Figure(row.Numerator);
        Figure(row.Denominator);
        Figure(row.Value);
        Figure(row.N);
        Figure(row.Sd);
        Figure(row.Values);
        Text(row.NoData);
        Text(row.Note);
        Text(row.Strata);
        Figure(row.Place);
        Text(row.TeamName);
        Text(row.MeasureName);
        Figure(Written(row.Findings));
        Figure(row.Shown);
        text[^1] = '\n';
    }

    /// <summary>As many findings as a cell takes, those that keep the row out before the others.</summary>
    private static string? Written(IReadOnlyList<Finding> findings)
    {
        var said = findings.OrderBy(finding => !finding.IsError).Take(MostFindings).ToList();
        while (said.Count > 0)
        {
            var text = JsonSerializer.Serialize(said);
            if (text.Length <= MostInACell)
            {
                return text;
            }

            said.RemoveAt(said.Count - 1);
        }

        return null;
    }

    /// <summary>What the column of findings holds.</summary>
    public static IReadOnlyList<Finding> Findings(string cell) => JsonSerializer.Deserialize<List<Finding>>(cell)!;

    /// <summary>The cells of a row as they were before they were written on one line.</summary>
    public static string[] Restore(string[] fields) => Array.Exists(fields, field => field.Contains('\\')) ? Array.ConvertAll(fields, Restore) : fields;

    private static string Restore(string field)
    {
        var plain = new StringBuilder(field.Length);
        for (var i = 0; i < field.Length; i++)
        {
            if (field[i] == '\\' && i + 1 < field.Length)
            {
                i++;
                plain.Append(field[i] switch { 'n' => '\n', 'r' => '\r', var other => other });
            }
            else
            {
                plain.Append(field[i]);
            }
        }

        return plain.ToString();
    }

    private void Text(string? cell)
    {
        if (cell is not null)
        {
            LongForm.AppendText(text, Tidy(cell));
        }

        text.Append(',');
    }

    /// <summary>Figures are read as they stand: an apostrophe in front would make −5 a text.</summary>
    private void Figure(string? cell)
    {
        if (cell is not null)
        {
            text.Append('"').Append(Tidy(cell).Replace("\"", "\"\"", StringComparison.Ordinal)).Append('"');
        }

        text.Append(',');
    }

    private static string Tidy(string cell)
    {
        var kept = cell.Length > MostInACell ? cell[..MostInACell] : cell;
        return kept.AsSpan().IndexOfAny("\\\r\n\0") < 0
            ? kept
            : kept.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\r", "\\r", StringComparison.Ordinal).Replace("\n", "\\n", StringComparison.Ordinal).Replace('\0', '\uFFFD');
    }

    /// <summary>More than any cell that means something; a row of such cells is still one that is read.</summary>
    private const int MostInACell = 60_000;
}
