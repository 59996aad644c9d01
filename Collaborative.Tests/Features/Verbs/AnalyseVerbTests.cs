using System.Text;
using System.Text.Json;
using Collaborative.Api.Verbs;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Verbs;

public sealed class AnalyseVerbTests
{
    /// <summary>Golden vector A of run charts: median 76.5, two runs where at least five are expected.</summary>
    private const string VectorA = "label,value\na,70\nb,72\nc,68\nd,71\ne,69\nf,73\ng,70\nh,75\ni,78\nj,80\nk,82\nl,81\nm,84\nn,86\no,85\np,88\n";

    [Test]
    public async Task A_file_becomes_a_table_and_sentences()
    {
        var (code, output, error) = await Run(VectorA, "--direction", "increase");
        Assert.That((code, error), Is.EqualTo((0, "")));
        Assert.Multiple(() =>
        {
            Assert.That(Lines(output)[..2], Is.EqualTo(new[] { "label  value  centre  signals", "a      70.00   76.50  shift (concern)" }));
            Assert.That(Lines(output), Does.Contain("The median is 76.5.").And.Contain("Too few runs: 2, at least 5 expected – change, from a to p."));
            Assert.That(Lines(output)[^1], Is.EqualTo("16 points with a figure, 16 not on the median; longest run 8, 1 crossing, 2 runs. Expected: 5 to 13 runs."));
        });
    }

    [Test]
    public async Task Limits_and_icons_are_said_in_words()
    {
        var (_, output, _) = await Run(VectorA, "--type", "xmr", "--rules", "makingDataCount", "--screen", "false", "--goal", "95", "--direction", "increase");
        Assert.That(Lines(output), Does.Contain("The last limits are 69.9 and 84.1.")
            .And.Contain("Improvement: higher than chance explains. The goal will be missed as long as nothing changes.")
            .And.Contain("label  value  centre  lower  upper  signals"));
    }

    [Test]
    public async Task Json_is_the_answer_of_the_server_and_csv_its_table()
    {
        await using var server = await TestServer.Start(Lane.Sqlite);
        const string File = "month;numerator;denominator\nJan 2026;1,5;20\n02/2026;;\n2026-03-31;2;25\n";
        var ours = await Run(File, "--kind", "rate", "--multiplier", "1000", "--json");
        var theirs = (await (await server.As(Domain.Access.Role.Administrator)).Post("/analysis", """
            { "measure": { "name": "Standard input", "kind": "rate", "multiplier": 1000 },
              "points": [{ "label": "2026-01", "numerator": 1.5, "denominator": 20 }, { "label": "2026-02" }, { "label": "2026-03", "numerator": 2, "denominator": 25 }] }
            """)).Is(200);
        Assert.That(ours.Output.TrimEnd(), Is.EqualTo(theirs.Text));
        var csv = await Run(File, "--kind", "rate", "--multiplier", "1000", "--csv");
        Assert.That(csv.Output, Does.StartWith("month,numerator,denominator,value").And.Contain("\r\n2026-02,,,,77.5,"));
    }

    [Test]
    public async Task Every_option_reaches_the_engine()
    {
        var (code, output, error) = await Run(
            VectorA, "--kind", "mean", "--rules", "perla", "--runs-table", "exact", "--shift", "7", "--trend", "9", "--minimum-points", "5", "--phase", "g", "--phase", "l",
            "--exclude", "b", "--centre", "75", "--freeze", "3", "--type", "run", "--goal", "80", "--json");
        Assert.That((code, error), Is.EqualTo((0, "")));
        var answer = JsonDocument.Parse(output).RootElement;
        Assert.Multiple(() =>
        {
            var chart = answer.GetProperty("chart");
            Assert.That(chart.GetProperty("runsTable").GetString(), Is.EqualTo("exact"));
            Assert.That(chart.GetProperty("thresholds").GetRawText(), Is.EqualTo("""{"shift":7,"trend":9,"minimumPoints":5,"minimumBaseline":10}"""));
            Assert.That(answer.GetProperty("phases").EnumerateArray().Select(phase => phase.GetProperty("from").GetString()), Is.EqualTo(new[] { "a", "g", "l" }));
            Assert.That(answer.GetProperty("points")[1].GetProperty("excluded").GetBoolean(), Is.True);
            Assert.That(answer.GetProperty("points")[1].GetProperty("centre").GetDouble(), Is.EqualTo(75));
            Assert.That(answer.GetProperty("measure").GetProperty("goal").GetProperty("value").GetDouble(), Is.EqualTo(80));
        });
        Assert.That((await Run(VectorA, "--freeze", "7", "--json")).Output, Does.Contain("\"centre\":70,").And.Contain("\"frozenTo\":\"g\""));
    }

    [Test]
    public async Task Rows_of_one_label_are_the_observations_of_a_subgroup()
    {
        var (_, output, _) = await Run("period\tvalue\nw1\t1\nw1\t2\nw2\t3\nw2\t5\nw2\t\nw3\tNA\nw1\t3\n", "--type", "xbar", "--json");
        var points = JsonDocument.Parse(output).RootElement.GetProperty("points");
        Assert.That(points.EnumerateArray().Select(point => point.GetProperty("value").GetRawText()), Is.EqualTo(new[] { "2", "4", "null" }));
        Assert.That(points[1].GetProperty("upper").GetRawText(), Is.Not.EqualTo("null"));
    }

    [Test]
    public async Task A_file_by_name_gives_its_picture_its_title()
    {
        var (file, picture) = (Temporary.File("Falls on ward 3.csv"), Temporary.File("falls.svg"));
        await File.WriteAllTextAsync(file, VectorA, new UTF8Encoding(true));
        using var output = new StringWriter();
        Assert.That(await CommandLine.Run(["analyse", file, "--svg", picture], output, TextWriter.Null), Is.Zero);
        Assert.That(await File.ReadAllTextAsync(picture), Does.StartWith("<svg").And.Contain("Falls on ward 3"));
        Assert.That(output.ToString(), Does.Contain("Run chart of Falls on ward 3, 16 points from a to p."));
    }

    [TestCase("", "The file is empty.")]
    [TestCase("label,value\n", "Give at least one point.")]
    [TestCase("team,figure\na,1\n", "The first line must name the columns label (or month, or period), and value, or numerator and denominator.")]
    [TestCase("label,numerator\na,1\n", "The first line must name the columns label (or month, or period), and value, or numerator and denominator.")]
    [TestCase("label,value\na,1\nb,x\n", "Line 3: “x” is not a number; leave the cell blank where there is no figure.")]
    [TestCase("label,value\na,1\nb,\"1,5\"\n", "Line 3: “1,5” is not a number; leave the cell blank where there is no figure.")]
    [TestCase("label,value\na,NaN\nb,Infinity\nc,1e999\n", "Line 2: “NaN” is not a number; leave the cell blank where there is no figure.\nLine 3: “Infinity” is not a number; leave the cell blank where there is no figure.\nLine 4: “1e999” is not a number; leave the cell blank where there is no figure.")]
    [TestCase("label,value\n,1\n", "Line 2: The label is missing.")]
    [TestCase("month,value\nweek 1,1\n", "Line 2: Write the month like 2026-03, 2026-03-31, 03/2026 or Mar 2026, or name the column period.")]
    [TestCase("label,numerator,denominator\na,1,0\nb,1,-2\n", "a: A numerator other than 0 over a denominator of 0 is impossible.\nb: The denominator is negative.")]
    [TestCase("label,numerator,denominator\na,1,2\n\na,1,3\n", "Line 4: a is on line 2 already. Only values can be several to one place; add up its numerators and denominators, or keep the rows of one team.")]
    public async Task A_file_that_cannot_be_judged_is_refused_in_a_sentence(string file, string sentences)
    {
        var (code, output, error) = await Run(file);
        Assert.That((code, output, error.ReplaceLineEndings("\n").TrimEnd()), Is.EqualTo((2, "", sentences)));
    }

    [TestCase("--kind bread", "--kind is one of proportion, rate, count, ratio, mean, median, daysBetween, casesBetween.")]
    [TestCase("--goal high", "--goal is a number like 12.5.")]
    [TestCase("--freeze 1.5", "--freeze is a whole number.")]
    [TestCase("--freeze 0", "Freeze at least one point, or leave this out.")]
    [TestCase("--screen maybe", "--screen is true or false.")]
    [TestCase("--phase z", "No point has the label 'z'.")]
    [TestCase("--exclude z", "No point has the label 'z'.")]
    [TestCase("--type xmr --rules perla", "The rules perla and anhoej are for run charts; ask for shewhart3Sigma, westernElectric, nelson, healthCareDataGuide or makingDataCount.")]
    [TestCase("--json --csv", "Give --json or --csv, not both.")]
    [TestCase("--shift 1", "Give a number from 3 to 10000.")]
    [TestCase("more", "Give one file; a label with a blank in it needs quotation marks.")]
    public async Task An_option_that_makes_no_sense_is_refused_in_a_sentence(string options, string sentence)
    {
        var (code, output, error) = await Run(VectorA, options.Split(' '));
        Assert.That((code, output, error.TrimEnd()), Is.EqualTo((2, "", sentence)));
    }

    [Test]
    public async Task A_file_that_is_not_there_or_not_text_is_refused()
    {
        using var error = new StringWriter();
        Assert.That(await CommandLine.Run(["analyse", Temporary.File("absent.csv")], TextWriter.Null, error), Is.EqualTo(1));
        Assert.That(error.ToString(), Does.Contain("absent.csv"));
        using var bytes = new MemoryStream([.. "label,value\na,1\n"u8, 0xFF, 0xFE]);
        using var refusal = new StringWriter();
        Assert.That(await CommandLine.Run(["analyse", "-"], TextWriter.Null, refusal, bytes), Is.EqualTo(2));
        Assert.That(refusal.ToString().TrimEnd(), Is.EqualTo("The file is not in UTF-8. Save it as “CSV UTF-8”."));
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd().Split('\n');

    private static async Task<(int Code, string Output, string Error)> Run(string file, params string[] options)
    {
        using var input = new MemoryStream(Encoding.UTF8.GetBytes(file));
        using var output = new StringWriter();
        using var error = new StringWriter();
        var code = await CommandLine.Run(["analyse", "-", .. options], output, error, input);
        return (code, output.ToString(), error.ToString());
    }
}
