using System.Reflection;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Archives;
using Collaborative.Domain.Imports;
using Collaborative.Domain.LearningSessions;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Submissions;

namespace Collaborative.Infrastructure.Archives;

/// <summary>
/// Judges the rows of an archive against one another before any is written: all of one collaborative, no id twice, no reference
/// that leads out of it, revisions one after the other, and each row one that this program can show.
/// </summary>
internal sealed class ArchiveCheck
{
    /// <summary>Of what kind of thing the history keeps which document.</summary>
    private static readonly Dictionary<string, Type> Documents = ArchiveTables.All
        .Where(table => table.Row?.GetField("Subject") is not null)
        .Select(table => ((string)table.Row!.GetField("Subject")!.GetRawConstantValue()!, table.Row.GetProperty("View")!.PropertyType))
        .Append((ImportEnd.Subject, typeof(ImportEnd)))
        .ToDictionary();

    private readonly ArchiveFile archive;
    private readonly ArchiveIds ids;

    /// <summary>The current revision of each thing and its instant, until its revisions have been seen.</summary>
    private readonly Dictionary<Guid, (long Revision, DateTimeOffset At)> current = [];

    private readonly Dictionary<Guid, MeasureState> measures = [];
    private readonly Dictionary<Guid, (StoryboardFormat Format, int Bytes)> files = [];
    private Guid collaborativeId;
    private DateTimeOffset changedAt;

    public ArchiveCheck(ArchiveFile archive) => (this.archive, ids) = (archive, archive.Ids);

    /// <exception cref="ArchiveRefusedException">Something is not as it should be; the sentence says what and where.</exception>
    public void Run(CancellationToken cancellation)
    {
        foreach (var table in ArchiveTables.All)
        {
            new TableCheck(this, table).Run(cancellation);
        }

        if (current.Count > 0)
        {
            throw new ArchiveRefusedException("Something in the archive has no revisions, or others than it says.");
        }

        CheckFiles();
    }

    private void CheckFiles()
    {
        foreach (var (id, part) in archive.Files)
        {
            if (!files.Remove(id, out var file) || part.Bytes != file.Bytes)
            {
                throw new ArchiveRefusedException($"{part.Name} does not belong to any storyboard of the archive, or has another size.");
            }

            var check = new StoryboardCheck(file.Format);
            foreach (var piece in archive.Pieces(part, ImportArchiveHandler.PieceBytes))
            {
                check.Take(piece);
            }

            if (check.WhyNot() is { } why)
            {
                throw new ArchiveRefusedException($"{part.Name}: {why}");
            }
        }

        if (files.Count > 0)
        {
            throw new ArchiveRefusedException("The file of a storyboard is missing from the archive.");
        }
    }

    /// <summary>The check of one table: what is looked for is worked out once, and then each row goes by.</summary>
    private sealed class TableCheck
    {
        private readonly ArchiveCheck all;
        private readonly ArchiveTable table;
        private readonly int id;
        private readonly int owner;
        private readonly int recordedAt;
        private readonly int revision;
        private readonly int[] subject;
        private readonly List<int> references;
        private readonly List<int> documents;
        private readonly List<(int Id, int Code, string Table)> codesOfOthers = [];
        private readonly List<(int Code, int Key)> keys = [];
        private readonly List<(int Column, Guid Id)> laterReferences = [];
        private readonly (int Column, PropertyInfo Property)[] properties = [];
        private readonly PropertyInfo[] shown = [];
        private object?[]? last;

        public TableCheck(ArchiveCheck all, ArchiveTable table)
        {
            this.all = all;
            this.table = table;
            id = table.Key is ["Id"] ? table.IndexOf("Id") : -1;
            owner = table.IndexOf("CollaborativeId");
            recordedAt = table.IndexOf("RecordedAt");

            // What has revisions of its own, one row for each: the last column of the key counts them.
            revision = recordedAt >= 0 && table.Key is [_, .., "Revision" or "DataVersion"] ? table.IndexOf(table.Key[^1]) : -1;
            subject = [.. table.Key.Take(table.Key.Count - 1).Select(table.IndexOf)];
            references = [.. Enumerable.Range(0, table.Carried.Count).Where(i => table.Carried[i].RefersTo.Count > 0)];
            documents = [.. Enumerable.Range(0, table.Carried.Count).Where(i => table.Carried[i].Kind == ColumnKind.Json)];
            for (var i = 0; i < table.Carried.Count; i++)
            {
                var column = table.Carried[i];
                if (column is { RefersTo: [var other] } && column.Name.EndsWith("Id", StringComparison.Ordinal) && table.IndexOf(column.Name[..^2] + "Code") is >= 0 and var code)
                {
                    codesOfOthers.Add((i, code, other));
                }

                if (column.Name.EndsWith("Code", StringComparison.Ordinal) && table.IndexOf(column.Name == "Code" ? "CodeKey" : column.Name[..^4] + "Key") is >= 0 and var key)
                {
                    keys.Add((i, key));
                }
            }

            if (table.Row is { } type)
            {
                properties = [.. Enumerable.Range(0, table.Carried.Count)
                    .Select(i => (i, Property: type.GetProperty(table.Carried[i].Name))).Where(pair => pair.Property is { CanWrite: true }).Select(pair => (pair.i, pair.Property!))];
                shown = [.. type.GetProperties().Where(property => !property.CanWrite)];
            }
        }

        public void Run(CancellationToken cancellation)
        {
            var count = 0L;
            foreach (var (number, values) in all.archive.Rows(table))
            {
                cancellation.ThrowIfCancellationRequested();
                count = number;
                if (WhyNot(values) is { } why)
                {
                    throw new ArchiveRefusedException($"{table.Part}, line {number}: {why}");
                }

                last = values;
            }

            EndRevisions();
            foreach (var (column, value) in laterReferences)
            {
                if (!all.ids.Contains(table.Name, value))
                {
                    throw new ArchiveRefusedException($"{table.Part}: {table.Carried[column].Member} refers to something that is not in the archive.");
                }
            }

            if (table == ArchiveTables.Collaborative && count != 1)
            {
                throw new ArchiveRefusedException("An archive holds one collaborative, and this one does not.");
            }
        }

        /// <returns>What speaks against a row; null when nothing does.</returns>
        private string? WhyNot(object?[] values) =>
            Identity(values) ?? References(values) ?? Codes(values) ?? Revisions(values) ?? Documents(values) ?? Shown(values);

        private string? Identity(object?[] values)
        {
            if (table == ArchiveTables.Collaborative)
            {
                all.collaborativeId = (Guid)values[id]!;
                all.changedAt = (DateTimeOffset)values[table.IndexOf("ChangedAt")]!;
                if (all.changedAt > all.archive.Manifest.AsOf)
                {
                    return "its last change is later than what the archive knows of.";
                }
            }

            if (owner >= 0 && (Guid)values[owner]! != all.collaborativeId)
            {
                return "it belongs to another collaborative.";
            }

            var code = table.IndexOf("Code") is >= 0 and var i ? (string)values[i]! : null;
            if (code is not null && !Code.IsValid(code))
            {
                return Code.Rule;
            }

            // An import that took nothing is in the history, and no change.
            if (recordedAt >= 0 && (DateTimeOffset)values[recordedAt]! > (table.Name == "HistoryEntry" ? all.archive.Manifest.AsOf : all.changedAt))
            {
                return "it is later than the last change of the collaborative.";
            }

            if (id < 0)
            {
                return null;
            }

            if (!all.ids.Add(table.Name, (Guid)values[id]!, code))
            {
                return "its id is that of another row.";
            }

            if (recordedAt >= 0 && table.IndexOf("Revision") is >= 0 and var at)
            {
                all.current.Add((Guid)values[id]!, ((int)values[at]!, (DateTimeOffset)values[recordedAt]!));
            }

            return null;
        }

        private string? References(object?[] values)
        {
            foreach (var i in references)
            {
                if (values[i] is not Guid value || table.Carried[i].RefersTo.Any(other => other == "*" ? all.ids.Contains(value) : all.ids.Contains(other, value)))
                {
                    continue;
                }

                // Within a table a row may refer to one further down.
                if (table.Carried[i].RefersTo is not [var only] || only != table.Name)
                {
                    return $"{table.Carried[i].Member} refers to something that is not in the archive.";
                }

                laterReferences.Add((i, value));
            }

            return null;
        }

        private string? Codes(object?[] values)
        {
            foreach (var (at, code, other) in codesOfOthers)
            {
                if (values[at] is Guid value && all.ids.Code(other, value) is { } known && known != (string?)values[code])
                {
                    return $"{table.Carried[code].Member} is not the code of what {table.Carried[at].Member} refers to.";
                }
            }

            foreach (var (code, key) in keys)
            {
                if ((values[code] is string text ? Code.KeyOf(text) : null) != (string?)values[key])
                {
                    return $"{table.Carried[key].Member} is not the key of {table.Carried[code].Member}.";
                }
            }

            return null;
        }

        /// <summary>Revisions of one thing stand together, from the first to the last, each later than the one before.</summary>
        private string? Revisions(object?[] values)
        {
            if (revision < 0)
            {
                return null;
            }

            var number = Convert.ToInt64(values[revision], System.Globalization.CultureInfo.InvariantCulture);
            if (last is null || !subject.All(i => values[i]!.Equals(last[i])))
            {
                EndRevisions();
                // The stage that a collaborative begins in is its first revision, and no entry of the history.
                return number == 1 || (number == 2 && table.Name == "HistoryEntry") ? null : "the revisions before it are missing.";
            }

            return number != Convert.ToInt64(last[revision], System.Globalization.CultureInfo.InvariantCulture) + 1 ? "revisions do not follow one another."
                : (DateTimeOffset)values[recordedAt]! <= (DateTimeOffset)last[recordedAt]! ? "it is not later than the revision before it."
                : null;
        }

        /// <summary>The last revision must be the one that the thing itself says is its last.</summary>
        private void EndRevisions()
        {
            if (revision < 0 || last is null || subject.Length != 1)
            {
                return;
            }

            var number = Convert.ToInt64(last[revision], System.Globalization.CultureInfo.InvariantCulture);
            var at = (DateTimeOffset)last[recordedAt]!;
            var thing = (Guid)last[subject[0]]!;

            // That an import ended is one entry of the history, and no revision of it.
            var isRight = table.Key[^1] == "DataVersion" ? at == all.changedAt
                : all.current.Remove(thing, out var known) ? known == (number, at)
                : all.ids.Contains("ImportJob", thing);
            if (!isRight)
            {
                throw new ArchiveRefusedException($"{table.Part}: the last revision of something is not the one that it is at.");
            }
        }

        /// <summary>Documents must be such as can be written again; those of the history such as its things are shown as.</summary>
        private string? Documents(object?[] values)
        {
            foreach (var i in documents)
            {
                if (values[i] is string text && !CanBeRead(() => JsonSerializer.Serialize(StoredJson.Read<JsonElement>(text))))
                {
                    return $"{table.Carried[i].Member} is no document that can be shown.";
                }
            }

            string? Value(string column) => (string?)values[table.IndexOf(column)];
            return table.Name switch
            {
                "HistoryEntry" when !ArchiveCheck.Documents.TryGetValue(Value("Subject")!, out var type) || !CanBeRead(() => StoredJson.Read(Value("Content")!, type)) =>
                    "content is not what the history keeps of such a thing.",
                "ReportSnapshot" when !CanBeRead(() => StoredJson.Read<MonthlyReportView>(Value("Document")!)) => "document is no report.",
                "ImportRow" when Value("Outcome") != ImportRowRecord.HeaderOutcome && !CanBeRead(() => EnumText.Parse<RowOutcome>(Value("Outcome")!))
                    || (Value("Problems") is { } problems && !CanBeRead(() => JsonSerializer.Deserialize<List<RowProblem>>(problems)))
                    || (Value("ChangeJson") is { } change && !CanBeRead(() => StoredJson.Read<PlannedChange>(change))) => "it is no row of an import.",
                _ => null,
            };
        }

        /// <summary>Makes of the row what the system makes of it, and judges figures as if they were sent anew.</summary>
        private string? Shown(object?[] values)
        {
            if (table.Name == "StoryboardFile")
            {
                if (!CanBeRead(() => EnumText.Parse<StoryboardFormat>((string)values[table.IndexOf("Format")]!)))
                {
                    return "format is not known.";
                }

                all.files.Add((Guid)values[id]!, (EnumText.Parse<StoryboardFormat>((string)values[table.IndexOf("Format")]!), (int)values[table.IndexOf("TotalBytes")]!));
            }

            if (table.Row is not { } type)
            {
                return null;
            }

            var row = Activator.CreateInstance(type)!;
            foreach (var (column, property) in properties)
            {
                property.SetValue(row, values[column]);
            }

            if (!CanBeRead(() => Array.ForEach(shown, property => property.GetValue(row))))
            {
                return "something in it is not what this program would have written.";
            }

            switch (row)
            {
                case MeasureRow measure when id >= 0:
                    all.measures.Add(measure.Id, measure.State);
                    return null;
                case SubmissionRow submission when all.measures.GetValueOrDefault(submission.MeasureId) is { } measure:
                    return !CanBeRead(() => (EnumText.Parse<Origin>(submission.Origin), submission.Figures.GapValues, StratumText.Read(submission.Strata)))
                            ? "its origin, values or strata are none."
                        : SubmissionRules.FigureErrors(submission.State, measure.Kind, measure.Multiplier) is [var error, ..] ? error.Message
                        : null;
                default:
                    return null;
            }
        }

        /// <summary>Whatever a reader makes of what it cannot read, it is the archive's fault.</summary>
        private static bool CanBeRead(Action read)
        {
            try
            {
                read();
                return true;
            }
            catch (Exception exception) when (exception is not OutOfMemoryException)
            {
                return false;
            }
        }

        private static bool CanBeRead<T>(Func<T> read) => CanBeRead(() => { _ = read(); });
    }
}
