using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The checks that need whole series.</summary>
internal sealed partial class ImportRun
{
    private const int TeamsInAUnit = 20;

    internal static readonly SqlText TouchedTeams =
        "SELECT DISTINCT r.Team FROM ImportRow r WHERE r.ImportId = @importId AND r.Outcome = 'accepted' ORDER BY r.Team";

    internal static readonly SqlText TeamFigures =
        """
        SELECT s.MeasureId, s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.StandardDeviation, s.Gaps, s.NoDataReason, s.Strata, s.ImportId, s.ImportRow
        FROM Measure m
        JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = @teamId
        WHERE m.CollaborativeId = @collaborativeId AND s.Status = 'submitted'
        ORDER BY m.CodeKey, s.ReportMonth
        """;

    internal static readonly SqlText RowProblems = new(
        "SELECT r.RowNumber, r.Problems FROM json_each(@rows) k CROSS JOIN ImportRow r ON r.ImportId = @importId AND r.RowNumber = k.value WHERE r.Problems IS NOT NULL",
        "SELECT r.RowNumber, r.Problems FROM OPENJSON(@rows) WITH (RowNumber INT '$') k JOIN ImportRow r ON r.ImportId = @importId AND r.RowNumber = k.RowNumber WHERE r.Problems IS NOT NULL");

    internal static readonly SqlText SetProblems = "UPDATE ImportRow SET Problems = @problems WHERE ImportId = @importId AND RowNumber = @row";

    /// <summary>The same for many rows; the embedded engine would go over all rows of the import for each.</summary>
    internal static readonly SqlText SetProblemsOfMany = new(
        """
        UPDATE ImportRow SET Problems = k.value ->> 'Problems' FROM json_each(@rows) k
        WHERE ImportRow.ImportId = @importId AND ImportRow.RowNumber = k.value ->> 'RowNumber'
        """,
        """
        UPDATE ImportRow SET Problems = k.Problems FROM OPENJSON(@rows) WITH (RowNumber INT '$.RowNumber', Problems NVARCHAR(MAX) '$.Problems' AS JSON) k
        WHERE ImportRow.ImportId = @importId AND ImportRow.RowNumber = k.RowNumber
        """);

    /// <summary>The checks that need the whole series, team by team, once all rows are in.</summary>
    private async Task ApplyWarnings(int nextRow, CancellationToken cancellation)
    {
        if (IsPlan)
        {
            counts = counts with { Teams = planned.Keys.Count(team => team.Id is null) };
        }

        var keys = IsPlan
            ? planned.Keys.Select(team => Code.KeyOf(team.Code))
            : (await database.Read(session => session.Query<string>(TouchedTeams, new { importId = job.Id }, cancellation), cancellation)).Select(Code.KeyOf);
        var all = keys.Distinct().Order(StringComparer.Ordinal).ToList();
        var left = all.Index().Where(key => IsPlan || string.CompareOrdinal(key.Item, job.NextTeamKey) > 0);
        foreach (var group in left.Chunk(TeamsInAUnit))
        {
            await Unit(
                WarningsStage,
                nextRow,
                group[^1].Item,
                TotalBytes,
                async session =>
                {
                    var found = new Dictionary<int, IReadOnlyList<Warning>>();
                    foreach (var (_, key) in group)
                    {
                        await WarnOf(session, teams[key], found, cancellation);
                    }

                    if (found.Count > 0)
                    {
                        await Add(session, found, cancellation);
                    }
                },
                cancellation,
                stands: job.TotalBytes + nextRow + 1 + group[^1].Index);
        }
    }

    /// <summary>Checks one team's series; what is found is gathered by row.</summary>
    private async Task WarnOf(Session session, Target team, Dictionary<int, IReadOnlyList<Warning>> found, CancellationToken cancellation)
    {
        var touched = new List<TouchedMonth>();
        var series = new Dictionary<Guid, List<SeriesMonth>>();
        var byId = measures.Values.ToDictionary(measure => measure.Id);
        if (team.Id is { } teamId)
        {
            await session.Read(
                TeamFigures,
                new { teamId, collaborativeId = job.CollaborativeId },
                row =>
                {
                    var measureId = Binding.Guid(row.GetValue(0));
                    var month = Month.FromYyyymm(row.GetInt32(1));
                    var figures = SubmissionRow.ReadFigures(row, 2);
                    SeriesOf(measureId).Add(new SeriesMonth(month, figures));
                    if (!row.IsDBNull(10) && Binding.Guid(row.GetValue(10)) == job.Id)
                    {
                        var state = new SubmissionState
                        {
                            Status = SubmissionStatus.Submitted,
                            Figures = figures,
                            NoData = row.IsDBNull(8) ? null : row.GetString(8),
                            Strata = row.IsDBNull(9) ? null : row.GetString(9),
                        };
                        touched.Add(new TouchedMonth(byId[measureId], month, state, row.GetInt32(11)));
                    }
                },
                cancellation);
        }

        if (IsPlan)
        {
            touched = planned[team];
            foreach (var month in touched)
            {
                var months = SeriesOf(month.Measure.Id);
                months.RemoveAll(known => known.Month == month.Month);
                months.Add(new SeriesMonth(month.Month, month.State.Figures));
            }

            foreach (var months in series.Values)
            {
                months.Sort((a, b) => a.Month.CompareTo(b.Month));
            }
        }

        var arrays = series.ToDictionary(pair => pair.Key, pair => pair.Value.ToArray());
        var siblings = SiblingsByMonth(arrays);
        foreach (var month in touched)
        {
            var others = siblings?.GetValueOrDefault(month.Month)?.Where(sibling => sibling.Measure != month.Measure.Id).Select(sibling => sibling.Figures).ToList();
            var warnings = DataQuality.Check(month.Measure.State, month.Month, month.State, arrays[month.Measure.Id], others ?? []);
            if (warnings.Count > 0)
            {
                found[month.Row] = warnings;
            }
        }

        List<SeriesMonth> SeriesOf(Guid measureId)
        {
            if (!series.TryGetValue(measureId, out var months))
            {
                series[measureId] = months = [];
            }

            return months;
        }
    }

    /// <summary>The team's denominators of each month, where definitions of denominators can be compared at all.</summary>
    private Dictionary<Month, List<(Guid Measure, Sibling Figures)>>? SiblingsByMonth(Dictionary<Guid, SeriesMonth[]> series)
    {
        var defined = measures.Values.Where(measure => measure.State.DenominatorDefinition is not null).ToList();
        if (defined.Count < 2)
        {
            return null;
        }

        var byMonth = new Dictionary<Month, List<(Guid, Sibling)>>();
        foreach (var measure in defined)
        {
            foreach (var (month, figures) in series.GetValueOrDefault(measure.Id) ?? [])
            {
                if (!byMonth.TryGetValue(month, out var list))
                {
                    byMonth[month] = list = [];
                }

                list.Add((measure.Id, new Sibling(measure.State.Name, measure.State.DenominatorDefinition, figures.Denominator)));
            }
        }

        return byMonth;
    }

    /// <summary>Adds warnings to what is known of their rows already.</summary>
    private async Task Add(Session session, Dictionary<int, IReadOnlyList<Warning>> found, CancellationToken cancellation)
    {
        var known = (await session.Query<KnownProblems>(RowProblems, new { importId = job.Id, rows = JsonSerializer.Serialize(found.Keys) }, cancellation))
            .ToDictionary(row => row.RowNumber, row => JsonSerializer.Deserialize<List<RowProblem>>(row.Problems)!);
        var rows = new List<ProblemsOfRow>(found.Count);
        foreach (var (row, warnings) in found)
        {
            var problems = known.GetValueOrDefault(row) ?? [];
            counts = counts with { Warned = counts.Warned + (problems.Count == 0 ? 1 : 0) };
            problems.AddRange(warnings.Select(warning => new RowProblem(warning.Code, warning.Message)));
            rows.Add(new ProblemsOfRow(row, problems));
        }

        if (session.Engine == Engine.SqlServer)
        {
            await session.Execute(SetProblemsOfMany, new { importId = job.Id, rows = JsonSerializer.Serialize(rows) }, cancellation);
            return;
        }

        foreach (var row in rows)
        {
            await session.Execute(SetProblems, new { importId = job.Id, row = row.RowNumber, problems = JsonSerializer.Serialize(row.Problems) }, cancellation);
        }
    }

    private sealed record ProblemsOfRow(int RowNumber, List<RowProblem> Problems);

    private sealed record KnownProblems
    {
        public int RowNumber { get; init; }

        public string Problems { get; init; } = "";
    }
}
