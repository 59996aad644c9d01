using System.Globalization;
using System.Text;
using System.Text.Json;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.RunCharts;

namespace Collaborative.Api.Verbs;

/// <summary>The analysis of POST /analysis without a server: a file in, the judged series out.</summary>
internal static class AnalyseVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api analyse FILE [options]
        Judges a series in a CSV file by the engine that draws the charts; nothing is stored. - reads standard input.

        The first line names the columns: label (or month, or period), and value, or numerator and denominator. Rows are taken in
        their order. A blank cell is a gap. Several rows of one label are the observations of a subgroup; their mean is plotted.

          --kind KIND              proportion, rate, count, ratio, mean (unless given), median, daysBetween or casesBetween.
          --direction DIRECTION    Which way is good: increase, decrease or neutral (unless given).
          --multiplier N           Turns quotients into plotted units; 100 for proportions and 1 otherwise, unless given.
          --goal N                 In plotted units.
          --type TYPE              run (unless given), xmr, mr, p, pPrime, u, uPrime, c, g, t, xbar, s, iPrime or auto.
          --rules RULES            perla (unless given) or anhoej for a run chart; shewhart3Sigma (unless given), westernElectric,
                                   nelson, healthCareDataGuide or makingDataCount for the rest.
          --runs-table TABLE       perla2011 (unless given) or exact.
          --freeze N               The first N positions, gaps included, set the centre line.
          --phase LABEL            A new phase begins here; give it once for each phase.
          --exclude LABEL          Shown, but takes no part; give it once for each point.
          --centre N               A centre line in plotted units instead of the computed one.
          --screen true|false      Whether outlying moving ranges are left out of the limits; true unless given.
          --shift N, --trend N     How many points make a shift (6) and a trend (5) under perla.
          --minimum-points N       Below so many points with a figure (10) a run chart is not judged.
          --svg OUT.svg            Also writes the picture.
          --json, --csv            Prints the answer of POST /analysis, or a row for each position, instead of words.
        """;

    private const string StandardInput = "-";

    private static readonly string[] Valued =
    [
        "kind", "direction", "multiplier", "goal", "type", "rules", "runs-table", "freeze", "phase", "exclude", "centre", "screen", "shift", "trend",
        "minimum-points", "svg",
    ];

    public static async Task<int> Run(string[] args, TextWriter output, Stream? input)
    {
        var options = new Options(args, Valued, "json", "csv");
        var path = options.Position(0, "the file to analyse, or - for standard input");
        if (options.Positions.Count > 1)
        {
            throw new UsageException("Give one file; a label with a blank in it needs quotation marks.");
        }

        if (options.Has("json") && options.Has("csv"))
        {
            throw new UsageException("Give --json or --csv, not both.");
        }

        var asked = Ask(options);
        await using var file = path == StandardInput ? input ?? Console.OpenStandardInput() : File.OpenRead(path);
        var points = SeriesFile.Read(file).OrFail();
        var name = path == StandardInput ? "Standard input" : Path.GetFileNameWithoutExtension(path);
        var judged = Judge(asked with { Points = points, Measure = asked.Measure! with { Name = name.Length > Shape.NameLength ? name[..Shape.NameLength] : name } });
        if (options.One("svg") is { } picture)
        {
            await File.WriteAllTextAsync(picture, ChartSvg.Draw(judged.Chart));
        }

        await output.WriteAsync(
            options.Has("json") ? JsonSerializer.Serialize(judged.Answer, Json.Options) + Environment.NewLine
            : options.Has("csv") ? ChartCsv.Write(judged.Chart)
            : Text(judged.Chart));
        return 0;
    }

    private static PostedAnalysis Ask(Options options) => new()
    {
        Measure = new PostedMeasure
        {
            Kind = Named<MeasureKind>(options, "kind"),
            Direction = Named<Direction>(options, "direction"),
            Multiplier = Number(options, "multiplier"),
            Goal = Number(options, "goal") is { } goal ? new Goal { Value = goal } : null,
        },
        Chart = new PostedChart
        {
            Type = Named<ChartType>(options, "type"),
            Rules = Named<RuleSet>(options, "rules"),
            RunsTable = Named<RunsTable>(options, "runs-table"),
            ScreenMovingRanges = options.One("screen") switch
            {
                null => null,
                "true" => true,
                "false" => false,
                _ => throw new UsageException("--screen is true or false."),
            },
            Thresholds = new PostedThresholds
            {
                Shift = Whole(options, "shift"),
                Trend = Whole(options, "trend"),
                MinimumPoints = Whole(options, "minimum-points"),
            },
        },
        FreezePoints = Whole(options, "freeze"),
        PhaseStarts = options.All("phase"),
        Exclude = options.All("exclude"),
        CentreLine = Number(options, "centre"),
    };

    private static AnalysisDocument Judge(PostedAnalysis posted)
    {
        var judged = AnalyseSeries.Judge(posted);
        return judged.Problem is { Errors: { Count: > 0 } errors }
            ? throw new UsageException(string.Join(Environment.NewLine, errors.Select(error => Sentence(error, posted.Points!))))
            : judged.OrFail();
    }

    /// <summary>An error with its place in words, since there is no body here for a pointer to point into.</summary>
    private static string Sentence(FieldError error, IReadOnlyList<PostedPoint> points) =>
        error.Pointer.Split('/') is ["", "points", var index, ..] && int.TryParse(index, NumberStyles.None, CultureInfo.InvariantCulture, out var at)
            ? $"{points[at].Label}: {error.Message}"
            : error.Message;

    private static T? Named<T>(Options options, string name)
        where T : struct, Enum
    {
        if (options.One(name) is not { } given)
        {
            return null;
        }

        var names = Enum.GetValues<T>().ToDictionary(Naming.Of);
        return names.TryGetValue(given, out var found) ? found : throw new UsageException($"--{name} is one of {string.Join(", ", names.Keys)}.");
    }

    private static double? Number(Options options, string name) => options.One(name) switch
    {
        null => null,
        var text when double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) => number,
        _ => throw new UsageException($"--{name} is a number like 12.5."),
    };

    private static int? Whole(Options options, string name) => options.One(name) switch
    {
        null => null,
        var text when int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) => number,
        _ => throw new UsageException($"--{name} is a whole number."),
    };

    /// <summary>The chart for reading: a row for each position, then what it says.</summary>
    private static string Text(Chart chart)
    {
        var text = new StringBuilder();
        Table(text, chart.Analysis);
        foreach (var sentence in ChartWords.Sentences(chart))
        {
            text.AppendLine(sentence);
        }

        foreach (var phase in chart.Analysis.Phases)
        {
            var where = chart.Analysis.Phases.Length > 1 ? $"{phase.From} to {phase.To}: " : "";
            var note = phase == chart.Analysis.Phases[^1] || phase.Statistics.Note is not { } words ? "" : " " + words;
            text.AppendLine(where + ChartWords.Counts(chart.Analysis.Settings, phase.Statistics) + note);
        }

        return text.ToString();
    }

    private static void Table(StringBuilder text, ChartAnalysis analysis)
    {
        var points = analysis.Points;
        var figure = Format(points);
        var columns = new List<(string Head, string[] Cells)>
        {
            ("label", Array.ConvertAll(points, point => point.Label)),
            ("numerator", Array.ConvertAll(points, point => Plain(point.Numerator))),
            ("denominator", Array.ConvertAll(points, point => Plain(point.Denominator))),
            ("value", Array.ConvertAll(points, point => Rounded(point.Value))),
            ("centre", Array.ConvertAll(points, point => Rounded(point.Centre))),
            ("lower", Array.ConvertAll(points, point => Rounded(point.Lower))),
            ("upper", Array.ConvertAll(points, point => Rounded(point.Upper))),
        };
        columns.RemoveAll(column => column.Head is not ("label" or "value") && Array.TrueForAll(column.Cells, cell => cell.Length == 0));
        var widths = columns.ConvertAll(column => column.Cells.Append(column.Head).Max(cell => cell.Length));
        Row(column => column.Head, "signals");
        for (var i = 0; i < points.Length; i++)
        {
            var marks = string.Join(' ', points[i].Signals.Select(Naming.Of));
            var meaning = points[i].Meaning is { } meant ? $" ({ChartWords.Meaning(meant)})" : "";
            Row(column => column.Cells[i], points[i].Excluded ? "excluded" : marks + meaning);
        }

        text.AppendLine();
        return;

        string Rounded(double? value) => value?.ToString(figure, CultureInfo.InvariantCulture) ?? "";

        string Plain(double? value) => value?.ToString("G6", CultureInfo.InvariantCulture) ?? "";

        void Row(Func<(string Head, string[] Cells), string> cell, string signals)
        {
            var line = new StringBuilder();
            for (var i = 0; i < columns.Count; i++)
            {
                line.Append(i == 0 ? cell(columns[i]).PadRight(widths[i]) : "  " + cell(columns[i]).PadLeft(widths[i]));
            }

            text.AppendLine(line.Append("  ").Append(signals).ToString().TrimEnd());
        }
    }

    /// <summary>One number of decimals for the whole table, so that its columns can be read down: four significant digits of the largest value.</summary>
    private static string Format(PointAnalysis[] points)
    {
        var largest = points.Max(point => Math.Abs(point.Value ?? 0));
        return largest is >= 1e9 or < 1e-4 ? "G6" : $"F{Math.Clamp(3 - (int)Math.Floor(Math.Log10(largest)), 0, 7)}";
    }
}
