using System.Text;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Measures;
using Collaborative.Domain.RunCharts;
using NUnit.Framework;

namespace Collaborative.Tests.Rules;

[TestFixture]
public class ChartCsvTests
{
    [Test]
    public void A_chart_becomes_a_header_and_a_row_for_every_month()
    {
        var settings = new AnalysisSettings { Kind = MeasureKind.Rate, Multiplier = 1000, Direction = Direction.Increase, FixedCentre = 0.5, Thresholds = new(2, 9, 1, 1) };
        ChartPoint[] points = [new("2025-01", null, 41, 3415), new("2025-02"), new("2025-03", 0.1 + 0.2), new("2025-04", 1e21)];
        var chart = new Chart { Analysis = Analyser.Analyse(points, settings), Title = "VAP" };
        Assert.That(ChartCsv.Write(chart), Is.EqualTo(
            "month,numerator,denominator,value,centre,lower,upper,phase,useful,signals,meaning,excluded\r\n"
            + "2025-01,41,3415,12.005856515373353,0.5,,,1,true,,,false\r\n"
            + "2025-02,,,,0.5,,,1,false,,,false\r\n"
            + "2025-03,,,0.30000000000000004,0.5,,,1,true,,,false\r\n"
            + "2025-04,,,1E+21,0.5,,,1,true,,,false\r\n"));
    }

    [Test]
    public void Aggregates_have_their_teams_and_signals_their_names()
    {
        var settings = new AnalysisSettings { Direction = Direction.Increase, FixedCentre = 0, Thresholds = new(5, 5, 1, 1) };
        var chart = new Chart
        {
            Analysis = Series.Judge(settings, 1, 2, 3, 4, 5),
            Title = "Score",
            Aggregate = Aggregate.MeanOfTeams,
            Teams = [.. Enumerable.Range(0, 5).Select(i => new TeamCounts(24, 23, 22 - i, i == 4))],
        };
        var lines = ChartCsv.Write(chart).Split("\r\n");
        Assert.Multiple(() =>
        {
            Assert.That(lines[0], Does.EndWith(",excluded,teamsEnrolled,teamsReporting,teamsContributing,cohortChanged"));
            Assert.That(lines[5], Is.EqualTo("2024-05,,,5,0,,,1,true,shift trend,improvement,false,24,23,18,true"));
        });
    }

    [TestCase("plain", "plain")]
    [TestCase("=1+1", "'=1+1")]
    [TestCase("+1", "'+1")]
    [TestCase("-1", "'-1")]
    [TestCase("@x", "'@x")]
    [TestCase("'quoted", "''quoted")]
    [TestCase("\tx", "'\tx")]
    [TestCase("\rx", "\"'\rx\"")]
    [TestCase("a,b", "\"a,b\"")]
    [TestCase("say \"ah\"", "\"say \"\"ah\"\"\"")]
    [TestCase("two\nlines", "\"two\nlines\"")]
    [TestCase("", "")]
    public void A_text_cell_is_quoted_where_needed_and_never_a_formula(string text, string cell)
    {
        var written = new StringBuilder();
        ChartCsv.Text(written, text);
        Assert.That(written.ToString(), Is.EqualTo(cell));
    }

    [Test]
    public void Free_labels_are_called_labels()
    {
        var chart = new Chart { Analysis = Analyser.Analyse([new("=Week 1", 3)], Series.Perla), Title = "x" };
        Assert.That(ChartCsv.Write(chart), Does.StartWith("label,").And.Contain("\r\n'=Week 1,"));
    }
}
