using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Imports;

namespace Collaborative.Infrastructure.Imports.Formats;

/// <summary>The long CSV form, whose rows are taken as they stand.</summary>
internal sealed class LongCsvFormat : ImportFormat
{
    public override string Name => LongForm.Name;

    public override FileFamily Family => FileFamily.Csv;

    public override bool IsLongForm => true;

    public override Outcome<Recognised> Recognise(ReadOnlySpan<byte> head)
    {
        var header = Header(head);
        if (header.Problem is { } unreadable)
        {
            return unreadable;
        }

        var names = LongForm.WrittenNames(header.Value).Names;
        return LongForm.Read(header.Value).Problem is not { } problem ? PatientColumns.FirstIn(names) is { } patient ? PatientColumns.Refusal(patient) : new Recognised(this)
            : WideForm.WhyNot(names) is { } why ? Unreadable(why)
            : problem;
    }

    public override IEnumerable<LongRow?> Translate(ImportSource source) => throw new InvalidOperationException("The long form needs no transcript.");

    /// <summary>The first line of a CSV file in UTF-8 that is not blank.</summary>
    public static Outcome<string> Header(ReadOnlySpan<byte> head)
    {
        if (head.StartsWith((ReadOnlySpan<byte>)[0xFF, 0xFE]) || head.StartsWith((ReadOnlySpan<byte>)[0xFE, 0xFF]))
        {
            return Unreadable("The file is in UTF-16. Save it as “CSV UTF-8” and send it again.");
        }

        if (head.Contains((byte)0))
        {
            return Unreadable("This is not a text file. Save the sheet as “CSV UTF-8” and send that, or send a workbook with its own Content-Type.");
        }

        if (head.StartsWith(Encoding.UTF8.Preamble))
        {
            head = head[Encoding.UTF8.Preamble.Length..];
        }

        var text = Encoding.UTF8.GetString(head);
        var header = text.AsSpan().TrimStart("\r\n");
        var end = header.IndexOfAny('\r', '\n');
        if (end > 0 && LongForm.IsForSpreadsheets(header[..end]))
        {
            header = header[end..].TrimStart("\r\n");
            end = header.IndexOfAny('\r', '\n');
        }

        if (header.IsWhiteSpace())
        {
            return Unreadable("The file is empty.");
        }

        if (end < 0 && head.Length >= BeginImport.HeadBytes)
        {
            return Unreadable("The first line is too long to be a header.");
        }

        return (end < 0 ? header : header[..end]).ToString();
    }
}
