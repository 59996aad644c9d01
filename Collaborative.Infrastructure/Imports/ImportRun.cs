using System.Data;
using System.Globalization;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure.Access;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.Submissions;
using Collaborative.Infrastructure.Teams;

namespace Collaborative.Infrastructure.Imports;

/// <summary>
/// One worker's work on one import, from where the last one stopped. Each chunk of rows is a unit of work that also
/// writes the number of the next row under the worker's fence: a job killed anywhere goes on without doubling a row.
/// </summary>
internal sealed partial class ImportRun(IDatabase database, Attempts attempts, TimeProvider clock, ImportRecord job, long fence)
{
    public const string TranscriptStage = "transcript";
    public const string RowsStage = "rows";
    private const string WarningsStage = "warnings";
    private const string UndoStage = "undo";

    /// <summary>Rows in one unit of work; after each, whoever waits for the writer has a turn.</summary>
    private const int RowsInAChunk = 2000;

    /// <summary>Going over rows that are in already takes time; so often the lease is renewed meanwhile.</summary>
    private const int RowsBetweenSigns = 20_000;

    private const string Awaited = "awaited";

    private const int LongestText = 100;

    /// <summary>A measure that a profile does not speak of; its strata may have other names all the same.</summary>
    private static readonly MeasureMapping AsItIs = new();

    /// <summary>What is taken whole is one unit of work, for which everybody else waits.</summary>
    private const int MostRowsAtOnce = 50_000;

    internal static readonly SqlText LoadViewer =
        "SELECT k.Role, t.TeamId FROM ApiKey k LEFT JOIN ApiKeyTeam t ON t.ApiKeyId = k.Id WHERE k.Id = @keyId ORDER BY t.TeamId";

    /// <summary>
    /// Grows with every change of the collaborative's settings, teams and measures, and of the partner's profile. How many teams there are
    /// is told apart: another import may be making some all the time, and a new one is no matter to the rows of those that were there.
    /// </summary>
    internal static readonly SqlText RulesVersion =
        """
        SELECT c.Revision + t.Revisions - t.Teams
            + (SELECT COALESCE(SUM(m.Revision), 0) FROM Measure m WHERE m.CollaborativeId = c.Id)
            + (SELECT COALESCE(SUM(p.Revision), 0) FROM ImportProfile p WHERE p.CollaborativeId = c.Id AND p.CodeKey = @profileKey) AS Changes, t.Teams
        FROM Collaborative c
        CROSS JOIN (SELECT COALESCE(SUM(x.Revision), 0) AS Revisions, COUNT(*) AS Teams FROM Team x WHERE x.CollaborativeId = @collaborativeId) t
        WHERE c.Id = @collaborativeId
        """;

    internal static readonly SqlText KeyIsGood = "SELECT COUNT(*) FROM ApiKey WHERE Id = @keyId AND RevokedAt IS NULL AND ExpiresAt > @now";

    internal static readonly SqlText InsertRow =
        """
        INSERT INTO ImportRow (ImportId, RowNumber, Outcome, Team, Measure, ReportMonth, Problems, RawText, SourcePlace, ChangeJson)
        VALUES (@importId, @row, @outcome, @team, @measure, @month, @problems, @rawText, @place, @change)
        """;

    internal static readonly SqlText CurrentAtPlaces = new(
        $"SELECT {SubmissionRow.Columns} FROM json_each(@places) k CROSS JOIN Submission s ON s.MeasureId = k.value ->> 'MeasureId' AND s.TeamId = k.value ->> 'TeamId' AND s.ReportMonth = k.value ->> 'ReportMonth'",
        $"SELECT {SubmissionRow.Columns} FROM OPENJSON(@places) WITH (MeasureId UNIQUEIDENTIFIER '$.MeasureId', TeamId UNIQUEIDENTIFIER '$.TeamId', ReportMonth INT '$.ReportMonth') k JOIN Submission s ON s.MeasureId = k.MeasureId AND s.TeamId = k.TeamId AND s.ReportMonth = k.ReportMonth");

    internal static readonly SqlText PlacesOfRows = new(
        "SELECT r.RowNumber, r.SourcePlace FROM json_each(@rows) k CROSS JOIN ImportRow r ON r.ImportId = @importId AND r.RowNumber = k.value WHERE r.SourcePlace IS NOT NULL",
        "SELECT r.RowNumber, r.SourcePlace FROM OPENJSON(@rows) WITH (RowNumber INT '$') k JOIN ImportRow r ON r.ImportId = @importId AND r.RowNumber = k.RowNumber WHERE r.SourcePlace IS NOT NULL");

    internal static readonly SqlText LastRow = "SELECT COALESCE(MAX(r.RowNumber), 0) FROM ImportRow r WHERE r.ImportId = @importId";

    internal static readonly SqlText DropRows = "DELETE FROM ImportRow WHERE ImportId = @importId AND RowNumber <= @upTo";

    internal static readonly SqlText AwaitVerdict = "UPDATE ImportJob SET Verdict = @awaited WHERE Id = @importId";

    private readonly Dictionary<string, Target> teams = [];
    private readonly Dictionary<string, MeasureTarget> measures = [];
    private readonly Dictionary<(int Team, int Measure, Month Month), int> seen = [];

    /// <summary>In a dry run nothing is written, so what would be accepted is kept here for the checks of each series.</summary>
    private readonly Dictionary<Target, List<TouchedMonth>> planned = [];

    private readonly List<Row> plannedNow = [];

    private Viewer viewer = null!;
    private CollaborativeRow collaborative = null!;
    private CollaborativeState rules = null!;
    private RulesAre rulesAre = new();
    private LongForm form = null!;
    private Counts counts;
    private string stage = job.Stage;
    private long? transcribed = job.TranscribedBytes;
    private string? verdict = job.Verdict;
    private ProfileRow? profile;
    private ProfileMap? map;
    private readonly UnmappedCodes unmapped = new();
    private bool holdsBack;

    /// <summary>Whether rows are only said what would become of them.</summary>
    private bool IsPlan => job.IsDryRun || verdict == Awaited;

    /// <summary>Whether a person's word is asked for once the run has ended.</summary>
    public bool WaitsForReview => !job.IsDryRun && verdict == Awaited;

    /// <summary>All that there is to work through: the file, and its transcript where it needs one.</summary>
    public long TotalBytes => job.TotalBytes + (transcribed ?? 0);

    private bool IsTooMuchRejected => RejectionLimit.IsPassed(new RowCounts(counts.Accepted + counts.Unchanged + counts.Rejected, counts.Accepted, counts.Unchanged, counts.Warned, counts.Rejected));

    private ImportFormat Format => ImportFormat.Of(job.Format);

    /// <exception cref="LeaseLostException">Another worker has the job, or it was cancelled.</exception>
    public async Task Run(CancellationToken stopping)
    {
        counts = new Counts(job.AcceptedRows, job.UnchangedRows, job.WarnedRows, job.RejectedRows, job.CreatedTeams);
        var nextRow = job.NextRow;
        await LoadRules(stopping);
        if (stage == UndoStage)
        {
            await Undo(nextRow, stopping);
            return;
        }

        if (stage == TranscriptStage)
        {
            await Transcribe(stopping);
        }

        if (verdict is null && nextRow == ImportRowRecord.HeaderRow && !job.IsDryRun && job.ProfileCode is not null && profile is not { IsAutoAccepted: true } && viewer.Role == Role.Integration)
        {
            // Kept before the first row, so that whoever goes on with the job knows what its rows are.
            await Unit(RowsStage, nextRow, null, job.DoneBytes, session => session.Execute(AwaitVerdict, new { importId = job.Id, awaited = Awaited }, stopping), stopping);
            verdict = Awaited;
        }

        if (IsPlan && nextRow > ImportRowRecord.HeaderRow)
        {
            // A plan leaves nothing behind, so one that was broken off begins again.
            await DropAllRows(nextRow, stopping);
            nextRow = ImportRowRecord.HeaderRow;
        }

        if (job.ProfileCode is not null && profile is not { IsConfirmed: true } && nextRow == ImportRowRecord.HeaderRow)
        {
            await Survey(stopping);
        }

        if (stage == RowsStage && !IsTooMuchRejected)
        {
            if (IsToDate)
            {
                await GatherYearsToDate(nextRow, stopping);
            }

            nextRow = await ApplyRows(nextRow, stopping);
        }

        await ApplyWarnings(nextRow, stopping);
        if (IsTooMuchRejected)
        {
            throw new NotTakenException("failed", "tooManyRejected", string.Create(
                CultureInfo.InvariantCulture,
                $"More than {RejectionLimit.MostRows:N0} rows were rejected, and fewer were right, so the rest of the file was not read. {(IsPlan ? "Nothing was changed." : "What was accepted is kept, and undo puts it back.")} Mend what is wrong with most rows, such as a code or a column, and send the whole file again{(IsPlan ? "." : ": what is in already is found unchanged.")}"));
        }
    }

    private async Task LoadRules(CancellationToken cancellation)
    {
        var snapshot = await database.Read(session => Snapshot.Load(session, job.CollaborativeId, null, cancellation), cancellation)
            ?? throw new InvalidOperationException("The import's collaborative is gone.");
        var grants = await database.Read(session => session.Query<Grant>(LoadViewer, new { keyId = job.ApiKeyId }, cancellation), cancellation);
        viewer = new Viewer
        {
            KeyId = job.ApiKeyId,
            Name = job.CreatedBy,
            Role = EnumText.Parse<Role>(grants[0].Role),
            CollaborativeId = job.CollaborativeId,
            TeamIds = grants.Where(grant => grant.TeamId is not null).Select(grant => grant.TeamId!.Value).ToHashSet(),
        };
        collaborative = snapshot.Collaborative;
        rules = collaborative.State;
        var changes = collaborative.Revision + snapshot.Teams.Sum(team => team.Revision - 1) + snapshot.Measures.Sum(measure => measure.Revision);
        if (job.ProfileCode is { } code)
        {
            var found = await database.Read(session => PutProfileHandler.Current(session, job.CollaborativeId, code, cancellation), cancellation);
            changes += found?.Revision ?? 0;
            profile = found is { IsWithdrawn: false } ? found : null;
            map = profile is { IsConfirmed: true, Mappings: var mappings } ? new ProfileMap(mappings.Teams, mappings.Measures, mappings.Strata) : null;
        }

        rulesAre = new RulesAre { Changes = changes, Teams = snapshot.Teams.Count };
        foreach (var team in snapshot.Teams.Where(team => viewer.Sees(team.Id)))
        {
            teams[team.CodeKey] = new Target(teams.Count, team.Id, team.Code, team.State);
        }

        foreach (var measure in snapshot.Measures)
        {
            measures[measure.CodeKey] = new MeasureTarget(measures.Count, measure.Id, measure.Code, measure.State);
        }
    }

    private ImportBodyStream Body() => new(database, job.Id, transcribed is null ? 0 : Transcript.FirstPart);

    private LongForm Form(string header) => transcribed is null ? LongForm.Read(header).Value : LongForm.OfTranscript();

    private Row NewRow(CsvRecord record) => new() { Number = record.Line, Fields = transcribed is null ? record.Fields : Transcript.Restore(record.Fields), Problems = record.Problem is { } broken ? [broken] : [] };

    private async Task<int> ApplyRows(int nextRow, CancellationToken cancellation)
    {
        var before = transcribed is null ? 0 : job.TotalBytes;
        await using var body = Body();
        using var records = new CsvRecords(body);
        form = Form(records.Header);
        var isWhole = job.IsAtomic == true && !IsPlan;
        var chunk = new List<Row>(RowsInAChunk);
        if (nextRow == ImportRowRecord.HeaderRow)
        {
            chunk.Add(new Row { Number = ImportRowRecord.HeaderRow, Outcome = ImportRowRecord.HeaderOutcome, RawText = form.MendableHeader, Problems = [.. form.Ignored.Select(LongForm.IsIgnored)] });
        }

        var last = Math.Max(nextRow, ImportRowRecord.HeaderRow + 1);
        var skipped = 0;
        foreach (var record in records.Read(form.Delimiter))
        {
            var row = NewRow(record);
            Judge(row);
            last = row.Number + 1;
            if (row.Number < nextRow)
            {
                if (++skipped % RowsBetweenSigns == 0)
                {
                    await Unit(RowsStage, nextRow, null, job.DoneBytes, _ => Task.CompletedTask, cancellation);
                }

                continue;
            }

            chunk.Add(row);
            if (isWhole && chunk.Count > MostRowsAtOnce)
            {
                throw new NotTakenException("failed", "tooManyAtOnce", $"At most {MostRowsAtOnce} rows can be taken all or none. Send the file in parts, or without atomic.");
            }

            if (!isWhole && chunk.Count >= RowsInAChunk)
            {
                // The file may be read to its end and rows of it still wait here: all is done with the last of them.
                await Apply(chunk, last, Math.Min(before + body.Position, TotalBytes - 1), cancellation);
                if (IsTooMuchRejected)
                {
                    return last;
                }

                chunk.Clear();
            }
        }

        var known = counts;
        try
        {
            await Apply(chunk, last, TotalBytes, cancellation);
        }
        catch (HeldBackException)
        {
            // Nothing of the unit was kept; what became of each row is.
            holdsBack = true;
            counts = known;
            await Apply(chunk, last, TotalBytes, cancellation);
            throw new NotTakenException("failed", "notAllAccepted", $"{counts.Rejected} rows cannot be taken as they are, so none were. Mend them and send the whole file again.");
        }

        return last;
    }

    /// <summary>All that can be said of a row without looking at what is stored.</summary>
    private void Judge(Row row)
    {
        if (row.Problems.Count > 0)
        {
            return;
        }

        if (CsvRecords.IsUnreadable(row.Fields))
        {
            row.Problems.Add(CsvRecords.NotUtf8);
            return;
        }

        if (row.Fields.Length > form.Width && row.Fields.Skip(form.Width).Any(field => !string.IsNullOrWhiteSpace(field)))
        {
            row.Problems.Add(new RowProblem("columns", $"This row has {row.Fields.Length} cells, but the header names {form.Width} columns; check for a stray separator."));
            return;
        }

        row.TeamText = LongForm.Unquote(form.Cell(row.Fields, "team"));
        row.MeasureText = LongForm.Unquote(form.Cell(row.Fields, "measure"));
        row.MonthText = form.Cell(row.Fields, "month");
        var hasMonth = LongForm.TryMonth(row.MonthText ?? "", out var month);
        if (transcribed is not null && !TakeFindings(row))
        {
            row.TeamText = row.TeamText is { } code ? Known(code, hasMonth ? month : null)?.Code ?? code : null;
            return;
        }

        row.Team = FindTeam(row, hasMonth ? month : null);
        var (measure, mapping) = FindMeasure(row, hasMonth ? month : null);
        row.Measure = measure;
        if (transcribed is not null || map is not null)
        {
            // What is understood goes by our codes, in rows to be mended too: by them a team's data lead finds what is hers.
            (row.TeamText, row.MeasureText) = (row.Team?.Code ?? row.TeamText, row.Measure?.Code ?? row.MeasureText);
        }

        if (measure is not null && !TakeFindingsOf(row, measure, mapping))
        {
            return;
        }

        if (form.Cell(row.Fields, LongForm.StratumColumn) is not null)
        {
            // It is no occurrence of the month's figure either, which may stand in a row of its own.
            row.Problems.Add(LongForm.OfAStratum);
            return;
        }

        if (!hasMonth)
        {
            row.Problems.Add(new RowProblem(row.MonthText is null ? "required" : "month", "Write the month like 2026-03, 2026-03-31, 03/2026 or Mar 2026.", "month"));
        }
        else
        {
            row.Month = month;
            row.MonthText = month.ToString();
            if (row is { Team: { } team, Measure: { } found } && !seen.TryAdd((team.Index, found.Index, month), row.Number))
            {
                row.First = seen[(team.Index, found.Index, month)];
                row.Problems.Add(Duplicate($"on line {row.First}"));
                return;
            }
        }

        var body = form.Body(row.Fields, row.Problems);
        (row.Sent, row.Mapping) = (body, mapping);
        TellStrata(row);
        row.State = StateOf(body, mapping, measure, row.Problems);
    }

    /// <summary>The state that figures in the partner's units make; nothing, and what is wrong, where they make none.</summary>
    private SubmissionState? StateOf(SubmissionBody body, MeasureMapping? mapping, MeasureTarget? measure, List<RowProblem> problems)
    {
        if (map is not null && measure is not null)
        {
            body = map.Convert(body, mapping ?? AsItIs, measure.State.Kind);
        }

        problems.AddRange(SubmissionRules.ShapeErrors(body).Select(OfField));
        if (measure is null || problems.Count > 0)
        {
            return null;
        }

        var state = SubmissionRules.StateOf(body, measure.State.Kind);
        problems.AddRange(SubmissionRules.FigureErrors(state, measure.State.Kind, measure.State.Multiplier).Select(OfField));
        return state;
    }

    private static RowProblem Duplicate(string where) => new("duplicate", $"This team, measure and month are {where} already.");

    private static RowProblem OfField(FieldError error) => new(error.Code, error.Message, error.Pointer.TrimStart('/').Split('/')[0]);

    /// <summary>Throws the rows away, some in each unit of work so that nobody waits long; where the job stands changes with the last of them.</summary>
    private async Task DropAllRows(int nextRow, CancellationToken cancellation)
    {
        var last = await database.Read(session => session.First<int>(LastRow, new { importId = job.Id }, cancellation), cancellation);
        for (var upTo = RowsInAChunk; upTo < last; upTo += RowsInAChunk)
        {
            // Whose rows they are is no longer known once some are gone.
            await Drop(upTo, stage, nextRow, job.NextTeamKey);
        }

        (counts, stage) = (default, RowsStage);
        await Drop(last, RowsStage, ImportRowRecord.HeaderRow, null);

        Task Drop(int upTo, string at, int next, string? nextTeamKey) =>
            Unit(at, next, nextTeamKey, 0, session => session.Execute(DropRows, new { importId = job.Id, upTo }, cancellation), cancellation);
    }

    private Task Apply(List<Row> chunk, int nextRow, long doneBytes, CancellationToken cancellation) =>
        Unit(RowsStage, nextRow, null, doneBytes, async session =>
            {
                await ApplyChunk(session, chunk, cancellation);
                if (unmapped.All is { Count: > 0 } codes)
                {
                    await session.Execute(SetUnmapped, new { importId = job.Id, unmapped = StoredJson.Write(codes) }, cancellation);
                }
            },
            cancellation);

    private async Task ApplyChunk(Session session, List<Row> chunk, CancellationToken cancellation)
    {
        await StillHolds(session, cancellation, chunk.Exists(row => row.IsOfNoTeam || row.Team is { Id: null }));
        DateTimeOffset? at = null;
        using var current = session.Prepare(SubmitMeasureHandler.Current, ("@measureId", DbType.Guid), ("@teamId", DbType.Guid), ("@month", DbType.Int32));
        using var outcome = Outcomes(session);
        using var writer = SubmissionWriter.PrepareMany(session);
        await NameFirsts(session, chunk, cancellation);
        var together = session.Engine == Engine.SqlServer ? await CurrentOf(session, chunk, cancellation) : null;
        var reviewed = IsReviewed ? await TakeReviewed(session, chunk, cancellation) : null;
        using var toDate = IsToDate ? new YearsToDate(session, profile!.Id, job.Id) : null;
        var now = clock.GetUtcNow();
        foreach (var row in chunk)
        {
            if (row.Outcome == ImportRowRecord.HeaderOutcome)
            {
                await Record(outcome, row, cancellation, row.Problems);
                continue;
            }

            var problems = new List<RowProblem>(row.Problems);
            SubmissionRow? existing = null;
            if (problems.Count == 0)
            {
                var (team, measure) = (row.Team!, row.Measure!);
                if (together is not null)
                {
                    existing = team.Id is { } known ? together.GetValueOrDefault((measure.Id, known, row.Month)) : null;
                }
                else if (team.Id is { } teamId)
                {
                    current.Bind(measure.Id, teamId, row.Month);
                    await current.First(reader => existing = SubmissionRow.Read(reader), cancellation);
                }

                if (toDate is not null)
                {
                    await TakeOwn(row, toDate, problems, cancellation);
                }

                if (problems.Count == 0 && existing is not null && existing.StatusValue != SubmissionStatus.Withdrawn && existing.State == row.State)
                {
                    counts = counts with { Unchanged = counts.Unchanged + 1 };
                    row.Outcome = EnumText.Of(RowOutcome.Unchanged);
                    await Record(outcome, row, cancellation, row.OfToDate);
                    continue;
                }

                if (problems.Count == 0 && await ChangedSince(session, row, existing, cancellation) is { } changed)
                {
                    if (!changed.IsRefusal)
                    {
                        counts = counts with { Unchanged = counts.Unchanged + 1 };
                        row.Outcome = EnumText.Of(RowOutcome.Unchanged);
                        await Record(outcome, row, cancellation, [changed.Problem]);
                        continue;
                    }

                    problems.Add(changed.Problem);
                }

                if (problems.Count == 0 && SubmissionRules.Refusal(viewer, rules, collaborative.Status, team.State, row.Month, row.State!.Status, job.Reason, now) is { } refusal)
                {
                    problems.Add(new RowProblem(Naming.Of(refusal.Code), refusal.Detail, "month"));
                }
            }

            if (problems.Count == 0 && reviewed is not null && !IsAsReviewed(row, existing, reviewed))
            {
                problems.Add(OtherThanReviewed);
            }

            if (problems.Count == 0 && holdsBack)
            {
                problems.Add(new RowProblem("heldBack", "Nothing is wrong with this row; it waits for those that must be mended."));
            }

            if (problems.Count > 0)
            {
                counts = counts with { Rejected = counts.Rejected + 1 };
                row.Outcome = EnumText.Of(RowOutcome.Rejected);
                row.RawText = form.Mendable(row.Fields).Replace(CsvRecords.Unreadable, '\uFFFD').Replace('\0', '\uFFFD');
                problems.AddRange(row.Remarks ?? []);
                await Record(outcome, row, cancellation, problems);
                continue;
            }

            problems.AddRange(row.Remarks ?? []);
            problems.AddRange(row.OfToDate ?? []);
            if (existing is { StatusValue: not SubmissionStatus.Withdrawn } && existing.Origin == EnumText.Of(Origin.Typed))
            {
                problems.Add(new RowProblem("overwritesTyped", "This replaces a figure that a person typed."));
            }

            counts = counts with { Accepted = counts.Accepted + 1, Warned = counts.Warned + (problems.Count > 0 ? 1 : 0) };
            row.Outcome = EnumText.Of(RowOutcome.Accepted);
            if (IsPlan)
            {
                row.Change = Planned(row, existing);
                plannedNow.Add(row);
            }
            else
            {
                at ??= await session.Mark(job.CollaborativeId, clock, cancellation);
                await Write(session, writer, row, existing, at.Value, cancellation);
            }

            await Record(outcome, row, cancellation, problems);
        }

        await writer.Flush(cancellation);
        await outcome.Flush(cancellation);
        if (job.IsAtomic == true && !IsPlan && !holdsBack && counts.Rejected > 0)
        {
            throw new HeldBackException();
        }
    }

    /// <summary>Of a document people know the places and not our rows. They are looked up when they are needed: remembering them for all rows would take memory without end.</summary>
    private async Task NameFirsts(Session session, List<Row> chunk, CancellationToken cancellation)
    {
        var twice = transcribed is null ? [] : chunk.FindAll(row => row.First is not null);
        if (twice.Count == 0)
        {
            return;
        }

        var places = chunk.ToDictionary(row => row.Number, row => row.Place);
        var before = twice.Select(row => row.First!.Value).Where(first => !places.ContainsKey(first)).Distinct().ToList();
        if (before.Count > 0)
        {
            await session.Read(
                PlacesOfRows,
                new { importId = job.Id, rows = JsonSerializer.Serialize(before) },
                reader => places[reader.GetInt32(0)] = reader.GetString(1),
                cancellation);
        }

        foreach (var row in twice)
        {
            row.Problems[^1] = Duplicate(places.GetValueOrDefault(row.First!.Value) is { } place ? $"in {place}" : $"in row {row.First} of this import");
        }
    }

    /// <summary>What is there already where the rows of a chunk belong.</summary>
    private static Task<Dictionary<(Guid Measure, Guid Team, Month Month), SubmissionRow>> CurrentOf(Session session, List<Row> chunk, CancellationToken cancellation) => CurrentAt(
        session,
        chunk.Where(row => row is { Problems.Count: 0, Team.Id: not null, Measure: not null }).Select(row => (row.Measure!.Id, row.Team!.Id!.Value, row.Month)),
        cancellation);

    /// <summary>The figures of many places, in one look: one for each would be a journey to the server for each.</summary>
    private static async Task<Dictionary<(Guid Measure, Guid Team, Month Month), SubmissionRow>> CurrentAt(
        Session session, IEnumerable<(Guid Measure, Guid Team, Month Month)> places, CancellationToken cancellation)
    {
        var found = new Dictionary<(Guid, Guid, Month), SubmissionRow>();
        await session.Read(
            CurrentAtPlaces,
            new { places = JsonSerializer.Serialize(places.Select(place => new { MeasureId = place.Measure, TeamId = place.Team, ReportMonth = place.Month.ToYyyymm() })) },
            reader =>
            {
                var row = SubmissionRow.Read(reader);
                found[(row.MeasureId, row.TeamId, row.ReportMonth)] = row;
            },
            cancellation);
        return found;
    }

    /// <summary>The rows were judged by rules, teams and measures as they were, and for a key that was good: is it all still so?</summary>
    /// <param name="isOfAbsent">Whether it matters that a team was not there.</param>
    private async Task StillHolds(Session session, CancellationToken cancellation, bool isOfAbsent = false)
    {
        await session.Hold(job.CollaborativeId, cancellation);
        if (await session.First<int>(KeyIsGood, new { keyId = job.ApiKeyId, now = clock.NowToMillisecond() }, cancellation) == 0)
        {
            throw new KeyRevokedException();
        }

        var now = await session.First<RulesAre>(RulesVersion, new { collaborativeId = job.CollaborativeId, profileKey = job.ProfileCode is { } profileCode ? Code.KeyOf(profileCode) : null }, cancellation);
        if (now!.Changes != rulesAre.Changes || (isOfAbsent && now.Teams != rulesAre.Teams))
        {
            throw new RulesChangedException();
        }
    }

    private async Task Write(Session session, SubmissionWriter.Prepared writer, Row row, SubmissionRow? existing, DateTimeOffset at, CancellationToken cancellation)
    {
        var team = row.Team!;
        if (team.Id is null)
        {
            // The chunk may be tried again, so the team is only remembered once the chunk is kept.
            team.Pending ??= await Enrol(session, team, at, cancellation);
        }

        var next = SubmissionWriter.Next(
            existing, row.Measure!.Id, (team.Id ?? team.Pending)!.Value, row.Month, row.State!, at, job.CreatedBy, job.Reason, Origin.Import, job.Id, row.Number);
        await writer.Write(next, cancellation);
    }

    private async Task<Guid> Enrol(Session session, Target team, DateTimeOffset at, CancellationToken cancellation)
    {
        var id = Guid.CreateVersion7(at);
        await PutTeamHandler.Save(
            session,
            job.CollaborativeId,
            new TeamRow
            {
                Id = id,
                Code = team.Code,
                CodeKey = Code.KeyOf(team.Code),
                Revision = 1,
                Name = team.State.Name,
                EnrolledFrom = team.State.EnrolledFrom,
                RecordedAt = at,
                RecordedBy = job.CreatedBy,
            },
            "Named by an import.",
            isNew: true,
            cancellation);
        counts = counts with { Teams = counts.Teams + 1 };
        return id;
    }

    private static PreparedStatement Outcomes(Session session) => session.PrepareMany(
        InsertRow, "ImportRow", ("@importId", DbType.Guid, "ImportId"), ("@row", DbType.Int32, "RowNumber"), ("@outcome", DbType.String, "Outcome"),
        ("@team", DbType.String, "Team"), ("@measure", DbType.String, "Measure"), ("@month", DbType.String, "ReportMonth"), ("@problems", DbType.String, "Problems"),
        ("@rawText", DbType.String, "RawText"), ("@place", DbType.String, "SourcePlace"), ("@change", DbType.String, "ChangeJson"));

    private Task Record(PreparedStatement outcome, Row row, CancellationToken cancellation, List<RowProblem>? problems = null)
    {
        outcome.Bind(
            job.Id, row.Number, row.Outcome, Shorten(row.TeamText), Shorten(row.MeasureText), Shorten(row.MonthText),
            problems is { Count: > 0 } ? JsonSerializer.Serialize(problems) : null, row.RawText, Source(row), row.Change);
        return outcome.Execute(cancellation);
    }

    /// <summary>One unit of work under the fence: what it writes and how far the job has come are kept together, or neither is.</summary>
    /// <param name="stands">How far the job has come with it, where rows do not tell.</param>
    private async Task Unit(string stage, int nextRow, string? nextTeamKey, long doneBytes, Func<Session, Task> work, CancellationToken cancellation, long? stands = null)
    {
        var before = counts;
        await attempts.Run(
            token => database.Write<bool>(
                async session =>
                {
                    counts = before;
                    foreach (var team in teams.Values)
                    {
                        team.Pending = null;
                    }

                    plannedNow.Clear();

                    // First of all: on an engine with many writers this also keeps out, until the commit, whoever would take the job over.
                    if (await session.Execute(ImportQueue.Hold, new { id = job.Id, fence, until = clock.NowToMillisecond() + ImportQueue.Lease }, token) != 1)
                    {
                        throw new LeaseLostException();
                    }

                    await work(session);
                    var advanced = await session.Execute(
                        ImportQueue.Advance,
                        new
                        {
                            id = job.Id,
                            fence,
                            stage,
                            nextRow,
                            nextTeamKey,
                            doneBytes,
                            stands = stands ?? (stage == TranscriptStage ? doneBytes : job.TotalBytes + nextRow),
                            accepted = counts.Accepted,
                            unchanged = counts.Unchanged,
                            warned = counts.Warned,
                            rejected = counts.Rejected,
                            createdTeams = counts.Teams,
                            until = clock.NowToMillisecond() + ImportQueue.Lease,
                        },
                        token);
                    return advanced == 1 ? true : throw new LeaseLostException();
                },
                _ => true,
                token),
            cancellation);
        foreach (var team in teams.Values.Where(team => team.Id is null && team.Pending is not null))
        {
            team.Id = team.Pending;
            rulesAre = rulesAre with { Teams = rulesAre.Teams + 1 };
        }

        foreach (var row in plannedNow)
        {
            if (!planned.TryGetValue(row.Team!, out var list))
            {
                planned[row.Team!] = list = [];
            }

            list.Add(new TouchedMonth(row.Measure!, row.Month, row.State!, row.Number));
        }

        plannedNow.Clear();
    }

    private static string? Shorten(string? text, int most = LongestText) => text?.Length > most ? text[..most] : text;

    /// <summary>Where the figures come from: the place in the document, and what was taken off them, which is said in any case.</summary>
    private static string? Source(Row row) => row switch
    {
        { Less: null } => Shorten(row.Place),
        { Place: null } => row.Less,
        _ => $"{Shorten(row.Place, LongestText - row.Less.Length - 2)}; {row.Less}",
    };

    /// <summary>Of a file that is taken whole or not at all, a row cannot be taken.</summary>
    private sealed class HeldBackException() : Exception("Not every row can be taken.");

    private sealed record RulesAre
    {
        public int Changes { get; init; }

        public int Teams { get; init; }
    }

    private readonly record struct Counts(int Accepted, int Unchanged, int Warned, int Rejected, int Teams);

    private sealed record TouchedMonth(MeasureTarget Measure, Month Month, SubmissionState State, int Row);

    private sealed record MeasureTarget(int Index, Guid Id, string Code, MeasureState State);

    /// <summary>A team that rows name; without an id it comes into being with its first good row.</summary>
    private sealed class Target(int index, Guid? id, string code, TeamState state)
    {
        public int Index { get; } = index;

        public Guid? Id { get; set; } = id;

        /// <summary>The id within a unit of work that is not kept yet.</summary>
        public Guid? Pending { get; set; }

        public string Code { get; } = code;

        public TeamState State { get; } = state;
    }

    private sealed class Row
    {
        public required int Number { get; init; }

        public string[] Fields { get; init; } = [];

        public List<RowProblem> Problems { get; init; } = [];

        /// <summary>What is odd about it but keeps it out of nothing; most rows have none.</summary>
        public List<RowProblem>? Remarks { get; set; }

        /// <summary>Where in the document it comes from.</summary>
        public string? Place { get; set; }

        /// <summary>The number of the row that has the same team, measure and month; null where this is the first.</summary>
        public int? First { get; set; }

        /// <summary>What the document says that matters for some measures only.</summary>
        public List<Finding>? OfSome { get; set; }

        /// <summary>The revision that its template shows, 0 for none; null where it is of no template.</summary>
        public int? Shown { get; set; }

        public string Outcome { get; set; } = "";

        public string? TeamText { get; set; }

        public string? MeasureText { get; set; }

        public string? MonthText { get; set; }

        public Target? Team { get; set; }

        /// <summary>It names a team that is not there, which may come to be.</summary>
        public bool IsOfNoTeam { get; set; }

        public MeasureTarget? Measure { get; set; }

        public Month Month { get; set; }

        public SubmissionState? State { get; set; }

        /// <summary>The figures as the partner sent them.</summary>
        public SubmissionBody? Sent { get; set; }

        /// <summary>What makes the partner's figures ours.</summary>
        public MeasureMapping? Mapping { get; set; }

        /// <summary>The year to date that was taken off.</summary>
        public string? Less { get; set; }

        /// <summary>What is odd about working the month out.</summary>
        public List<RowProblem>? OfToDate { get; set; }

        public string? RawText { get; set; }

        /// <summary>What it would change, in a plan.</summary>
        public string? Change { get; set; }
    }

    private sealed record Grant
    {
        public string Role { get; init; } = "";

        public Guid? TeamId { get; init; }
    }
}
