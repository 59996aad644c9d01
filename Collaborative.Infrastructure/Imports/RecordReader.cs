using System.Text;
using CsvHelper;

namespace Collaborative.Infrastructure.Imports;

/// <summary>A record that cannot be split into fields, set aside so that it leaves the others alone.</summary>
/// <param name="Line">The line on which it begins; the header is line 1.</param>
internal sealed record BrokenRecord(int Line, string Code, string Message, string Text);

/// <summary>
/// The records of a CSV text, as a reader that the CSV library can take without harm: every record that comes out has
/// its quotation marks in order and a bounded length; what does not is set aside with its line number.
/// </summary>
/// <remarks>Blank lines are left out. Memory is bounded by <see cref="MostCharacters"/>, whatever the file holds.</remarks>
internal sealed class RecordReader(TextReader source, char delimiter) : TextReader
{
    /// <summary>Longer records hold no month's figures.</summary>
    public const int MostCharacters = 256 * 1024;

    /// <summary>A quoted field may run on for this long, with every mark in a text of the longest kind doubled; past that its closing mark is taken to be missing.</summary>
    private const int MostInAField = 4 * Domain.Shape.TextLength;

    /// <summary>Lines that were looked at in vain for a closing mark are looked at again for so many at a time only, so that work does not grow with the square of the file.</summary>
    private const int MostLinesAgain = 100;

    private const int KeptOfBroken = 1000;

    private readonly char[] buffer = new char[32 * 1024];
    private readonly Queue<Line> ahead = new();
    private int filled;
    private int position;
    private int nextLine = 1;
    private int lookedAtInVain;
    private string current = "";
    private int offset;

    /// <summary>The CSV library's reader over these records: it splits them into fields and leaves the cells as they are.</summary>
    public CsvReader SplitIntoFields() => CsvReader.Create(
        this,
        new CsvReaderOptions
        {
            Separator = delimiter,
            HasHeader = false,
            TrimWhitespace = false,
            SkipEmptyLines = false,
            AllowLineBreaksInQuotes = true,
            MaxRecordSize = 4 * MostCharacters,
        },
        leaveOpen: true);

    /// <summary>The lines on which the records that came out begin, oldest first; the consumer takes one for each record.</summary>
    public Queue<int> Lines { get; } = new();

    /// <summary>What was set aside, oldest first.</summary>
    public Queue<BrokenRecord> Broken { get; } = new();

    public override int Peek() => Fill() ? current[offset] : -1;

    public override int Read() => Fill() ? current[offset++] : -1;

    public override int Read(char[] target, int index, int count) => Read(target.AsSpan(index, count));

    /// <summary>Hands out one record at a time, so that no more is read ahead than is asked for.</summary>
    public override int Read(Span<char> target)
    {
        if (target.IsEmpty || !Fill())
        {
            return 0;
        }

        var taken = Math.Min(target.Length, current.Length - offset);
        current.AsSpan(offset, taken).CopyTo(target);
        offset += taken;
        return taken;
    }

    private bool Fill()
    {
        if (offset < current.Length)
        {
            return true;
        }

        if (NextRecord() is not { } record)
        {
            return false;
        }

        current = record;
        offset = 0;
        return true;
    }

    private string? NextRecord()
    {
        while (NextLine() is { } line)
        {
            if (line.IsTooLong)
            {
                Broken.Enqueue(new BrokenRecord(line.Number, "lineTooLong", $"This line has more than {MostCharacters} characters.", line.Text));
            }
            else if (!line.Text.Contains('"'))
            {
                if (!string.IsNullOrWhiteSpace(line.Text))
                {
                    Lines.Enqueue(line.Number);
                    return line.Text + '\n';
                }
            }
            else if (Quoted(line) is { } record)
            {
                Lines.Enqueue(line.Number);
                return record;
            }
        }

        return null;
    }

    /// <summary>Joins the lines of a record whose fields run over several; null when its quotation marks are not in order.</summary>
    private string? Quoted(Line first)
    {
        var state = Scan(first.Text, inside: false);
        if (state == Marks.Closed)
        {
            return first.Text + '\n';
        }

        if (state == Marks.Open)
        {
            var text = new StringBuilder(first.Text).Append(first.Ending);
            var taken = new List<Line>();
            var most = first.Number < lookedAtInVain ? MostLinesAgain : int.MaxValue;
            while (state == Marks.Open && taken.Count < most && text.Length - first.Text.Length < MostInAField && NextLine() is { } line)
            {
                taken.Add(line);
                text.Append(line.Text).Append(line.Ending);
                state = line.IsTooLong ? Marks.Stray : Scan(line.Text, inside: true);
            }

            if (state == Marks.Closed)
            {
                return text.ToString();
            }

            lookedAtInVain = Math.Max(lookedAtInVain, taken.Count > 0 ? taken[^1].Number : 0);
            PutBack(taken);
        }

        Broken.Enqueue(new BrokenRecord(
            first.Number,
            "quotes",
            "The quotation marks on this line are not in order; a field with a quotation mark inside must be quoted, and the mark doubled.",
            first.Text.Length > KeptOfBroken ? first.Text[..KeptOfBroken] : first.Text));
        return null;
    }

    private void PutBack(List<Line> lines)
    {
        var later = ahead.ToArray();
        ahead.Clear();
        foreach (var line in lines.Concat(later))
        {
            ahead.Enqueue(line);
        }
    }

    /// <summary>RFC 4180: a mark opens a field only at its start, and closes it only at its end; inside it is doubled.</summary>
    private Marks Scan(string text, bool inside)
    {
        var atStart = !inside;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (inside)
            {
                if (c != '"')
                {
                    continue;
                }

                if (i + 1 < text.Length && text[i + 1] == '"')
                {
                    i++;
                    continue;
                }

                inside = false;
                if (i + 1 < text.Length && text[i + 1] != delimiter)
                {
                    return Marks.Stray;
                }
            }
            else if (c == '"')
            {
                if (!atStart)
                {
                    return Marks.Stray;
                }

                inside = true;
            }

            atStart = c == delimiter && !inside;
        }

        return inside ? Marks.Open : Marks.Closed;
    }

    private Line? NextLine() => ahead.TryDequeue(out var line) ? line : TakeLine();

    private Line? TakeLine()
    {
        StringBuilder? gathered = null;
        var tooLong = false;
        while (Available())
        {
            var rest = buffer.AsSpan(position, filled - position);
            var end = rest.IndexOfAny('\r', '\n');
            var part = end < 0 ? rest : rest[..end];
            position += part.Length;
            if (end >= 0 && gathered is null)
            {
                var text = part.ToString();
                return new Line(nextLine++, text, TakeEnding(), false);
            }

            gathered ??= new StringBuilder();
            if (tooLong || gathered.Length + part.Length > MostCharacters)
            {
                // The rest of an overlong line is read past, not kept.
                gathered.Append(part[..Math.Clamp(KeptOfBroken - gathered.Length, 0, part.Length)]);
                gathered.Length = Math.Min(gathered.Length, KeptOfBroken);
                tooLong = true;
            }
            else
            {
                gathered.Append(part);
            }

            if (end >= 0)
            {
                return new Line(nextLine++, gathered.ToString(), TakeEnding(), tooLong);
            }
        }

        return gathered is null ? null : new Line(nextLine++, gathered.ToString(), "\n", tooLong);
    }

    private bool Available()
    {
        if (position < filled)
        {
            return true;
        }

        filled = source.Read(buffer, 0, buffer.Length);
        position = 0;
        return filled > 0;
    }

    private string TakeEnding()
    {
        if (buffer[position++] == '\n')
        {
            return "\n";
        }

        if (!Available() || buffer[position] != '\n')
        {
            return "\r";
        }

        position++;
        return "\r\n";
    }

    private enum Marks
    {
        Closed,
        Open,
        Stray,
    }

    /// <param name="Ending">As it was written, so that a line break inside a field stays what it is.</param>
    private sealed record Line(int Number, string Text, string Ending, bool IsTooLong);
}
