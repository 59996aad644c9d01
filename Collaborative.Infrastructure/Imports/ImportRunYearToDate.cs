using System.Data;
using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Imports;

/// <summary>
/// Partners whose figures are of the year to date. What they sent is kept as they sent it, apart from the months that are worked out of it:
/// a later file starts from there, whatever a person has made of the months since. What an import brought that was undone does not count.
/// </summary>
internal sealed partial class ImportRun
{
    private const string LastSentFrom =
        "FROM YearToDateFigure y WHERE y.ProfileId = @profileId AND y.MeasureId = @measureId AND y.TeamId = @teamId AND y.ReportMonth = @month AND y.IsUndone = 0";

    internal static readonly SqlText LastSent = new(
        $"SELECT y.ImportId, y.ImportRow, y.FiguresJson {LastSentFrom} ORDER BY y.Revision DESC LIMIT 1",
        $"SELECT TOP (1) y.ImportId, y.ImportRow, y.FiguresJson {LastSentFrom} ORDER BY y.Revision DESC");

    internal static readonly SqlText KeepSent =
        """
        INSERT INTO YearToDateFigure (ProfileId, MeasureId, TeamId, ReportMonth, Revision, ImportId, ImportRow, IsUndone, FiguresJson)
        SELECT @profileId, @measureId, @teamId, @month, COALESCE(MAX(y.Revision), 0) + 1, @importId, @row, 0, @figures
        FROM YearToDateFigure y
        WHERE y.ProfileId = @profileId AND y.MeasureId = @measureId AND y.TeamId = @teamId AND y.ReportMonth = @month
        """;

    internal static readonly SqlText UndoneBy = "SELECT j.UndoesId FROM ImportJob j WHERE j.Id = @importId";

    internal static readonly SqlText CountSent = "UPDATE YearToDateFigure SET IsUndone = @isUndone WHERE ImportId = @importId";

    /// <summary>The years to date of this file, each with its row; null where the row has to be mended first.</summary>
    private readonly Dictionary<(int Team, int Measure, Month Month), (SubmissionBody? Sent, int Row)> sentHere = [];

    private bool IsToDate => profile?.Reading.Rule == PeriodRule.YearToDate;

    /// <summary>Which years to date the file has: rows come in any order, and a month is worked out from the one before it.</summary>
    private async Task GatherYearsToDate(int nextRow, CancellationToken cancellation)
    {
        await LookThrough(nextRow, row =>
        {
            if (row is { Team: { } team, Measure: { } measure } && LongForm.TryMonth(row.MonthText ?? "", out var month))
            {
                sentHere.TryAdd((team.Index, measure.Index, month), (row.Problems.Count == 0 && row.Sent?.NoData is null ? row.Sent : null, row.Number));
            }

            return Task.CompletedTask;
        }, cancellation);
        seen.Clear();
        unmapped.Clear();
    }

    /// <summary>Puts the month's own figures into the place of the year to date, or says why they cannot be told.</summary>
    private async Task TakeOwn(Row row, YearsToDate stored, List<RowProblem> problems, CancellationToken cancellation)
    {
        var (team, measure, sent) = (row.Team!, row.Measure!, row.Sent!);

        // The unit of work may be tried again.
        (row.Less, row.OfToDate) = (null, null);
        if (sent.NoData is not null)
        {
            return;
        }

        await Keep(row, stored, cancellation);

        if (YearToDate.IsFirst(row.Month, profile!.Reading.YearStartsIn))
        {
            return;
        }

        var earlier = row.Month.AddMonths(-1);
        SubmissionBody? before;
        if (sentHere.TryGetValue((team.Index, measure.Index, earlier), out var here))
        {
            before = here.Sent;
            row.Less = string.Create(CultureInfo.InvariantCulture, $"less {earlier} of line {here.Row}");
        }
        else if (await stored.Last(measure, team, earlier, cancellation) is { } kept)
        {
            before = kept.Sent;
            row.Less = string.Create(CultureInfo.InvariantCulture, $"less {earlier} of import {kept.ImportId:D}, line {kept.Row}");
        }
        else
        {
            before = null;
        }

        if (before is null)
        {
            problems.Add(new RowProblem("noYearToDateBefore", here.Row > 0
                ? $"The year to date until {earlier}, on line {here.Row}, has no figures that {row.Month} could be worked out from. Mend that first."
                : $"The year to date until {earlier} is not known, so {row.Month} cannot be worked out. Send {earlier} too, in the same file or before.", "month"));
            return;
        }

        var (own, finding) = YearToDate.Own(sent, before, measure.State.Kind, row.Month);
        if (finding is { IsError: true })
        {
            problems.Add(new RowProblem(finding.Code, finding.Message));
        }
        else
        {
            row.State = StateOf(own!, row.Mapping, measure, problems);
            if (finding is not null)
            {
                (row.OfToDate ??= []).Add(new RowProblem(finding.Code, finding.Message));
            }
        }
    }

    /// <summary>Keeps what was sent, unless it is what was sent last or only a plan; where it is something else, the month that was worked out from the old is told.</summary>
    private async Task Keep(Row row, YearsToDate stored, CancellationToken cancellation)
    {
        var (team, measure) = (row.Team!, row.Measure!);
        var figures = StoredJson.Write(row.Sent! with { Note = null, Reason = null });
        var last = await stored.Last(measure, team, row.Month, cancellation);
        if (last?.Json == figures)
        {
            return;
        }

        if (!IsPlan && !holdsBack)
        {
            await stored.Keep(measure, team, row, figures, cancellation);
        }

        var next = row.Month.AddMonths(1);
        if (last is not null && !YearToDate.IsFirst(next, profile!.Reading.YearStartsIn) && !sentHere.ContainsKey((team.Index, measure.Index, next))
            && await stored.Last(measure, team, next, cancellation) is not null)
        {
            row.OfToDate = [new RowProblem("yearToDateAfter", $"{next} was worked out from what the year to date until {row.Month} was before. Send {next} again.")];
        }
    }

    /// <summary>After an import was put back, or that was taken back in turn: whether what it brought counts.</summary>
    private async Task CountAfterUndo(Session session, CancellationToken cancellation)
    {
        var (first, isUndone) = (job.UndoesId!.Value, true);
        while (await session.First<Undoing>(UndoneBy, new { importId = first }, cancellation) is { UndoesId: { } earlier })
        {
            (first, isUndone) = (earlier, !isUndone);
        }

        await session.Execute(CountSent, new { importId = first, isUndone }, cancellation);
    }

    private sealed record Undoing
    {
        public Guid? UndoesId { get; init; }
    }

    /// <summary>The table of what was sent, within one unit of work.</summary>
    private sealed class YearsToDate(Session session, Guid profileId, Guid importId) : IDisposable
    {
        private readonly PreparedStatement last = session.Prepare(
            LastSent, ("@profileId", DbType.Guid), ("@measureId", DbType.Guid), ("@teamId", DbType.Guid), ("@month", DbType.Int32));

        private readonly PreparedStatement keep = session.Prepare(
            KeepSent, ("@profileId", DbType.Guid), ("@measureId", DbType.Guid), ("@teamId", DbType.Guid), ("@month", DbType.Int32),
            ("@importId", DbType.Guid), ("@row", DbType.Int32), ("@figures", DbType.String));

        public async Task<(SubmissionBody Sent, string Json, Guid ImportId, int Row)?> Last(MeasureTarget measure, Target team, Month month, CancellationToken cancellation)
        {
            (SubmissionBody, string, Guid, int)? found = null;
            last.Bind(profileId, measure.Id, team.Id, month);
            await last.First(
                reader =>
                {
                    var json = reader.GetString(2);
                    found = (StoredJson.Read<SubmissionBody>(json), json, reader.GetGuid(0), reader.GetInt32(1));
                },
                cancellation);
            return found;
        }

        public Task Keep(MeasureTarget measure, Target team, Row row, string figures, CancellationToken cancellation)
        {
            keep.Bind(profileId, measure.Id, team.Id, row.Month, importId, row.Number, figures);
            return keep.Execute(cancellation);
        }

        public void Dispose()
        {
            last.Dispose();
            keep.Dispose();
        }
    }
}
