using System.Text;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports;

/// <summary>One record of a CSV file.</summary>
/// <param name="Line">The line on which it begins; the header of a file without blank lines is line 1.</param>
/// <param name="Problem">Why it could not be split into fields; its only field is then its text.</param>
internal readonly record struct CsvRecord(int Line, string[] Fields, RowProblem? Problem);

/// <summary>The records of a CSV file in the order of the file, those that could not be split into fields among them.</summary>
internal sealed class CsvRecords : IDisposable
{
    /// <summary>What cannot be read becomes a character that no text here may hold, so that it is never taken for what somebody wrote.</summary>
    public const char Unreadable = '\u0001';

    private static readonly Encoding Utf8 = Encoding.GetEncoding("utf-8", EncoderFallback.ReplacementFallback, new DecoderReplacementFallback(Unreadable.ToString()));

    private readonly StreamReader text;
    private readonly int headerLines;

    public CsvRecords(Stream body)
    {
        text = new StreamReader(body, Utf8, detectEncodingFromByteOrderMarks: false, bufferSize: 64 * 1024);
        Header = "";
        while (string.IsNullOrWhiteSpace(Header) || LongForm.IsForSpreadsheets(Header))
        {
            headerLines++;
            Header = text.ReadLine() ?? throw new InvalidOperationException("The import's file is gone.");
        }
    }

    /// <summary>The first line that says something.</summary>
    public string Header { get; }

    public IEnumerable<CsvRecord> Read(char delimiter)
    {
        using var records = new RecordReader(text, delimiter);
        using var parser = records.SplitIntoFields();
        while (true)
        {
            var found = parser.Read();
            var line = found ? records.Lines.Dequeue() : int.MaxValue;
            while (records.Broken.TryPeek(out var broken) && broken.Line < line)
            {
                records.Broken.Dequeue();
                yield return new CsvRecord(broken.Line + headerLines, [broken.Text], new RowProblem(broken.Code, broken.Message));
            }

            if (!found)
            {
                yield break;
            }

            var fields = parser.Current.ToArray();
            if (!Array.TrueForAll(fields, string.IsNullOrWhiteSpace))
            {
                // A row of separators only is what a spreadsheet leaves under its table.
                yield return new CsvRecord(line + headerLines, fields, null);
            }
        }
    }

    public static bool IsUnreadable(string[] fields) => Array.Exists(fields, field => field.AsSpan().IndexOfAny(Unreadable, '\0') >= 0);

    public static readonly RowProblem NotUtf8 = new("encoding", "This row is not in UTF-8. Save the file as “CSV UTF-8” and send the row again.");

    public void Dispose() => text.Dispose();
}
