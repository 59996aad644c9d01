using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Workbooks;

namespace Collaborative.Tests.Rules;

/// <summary>What spreadsheets ask of names, texts and sizes, and what reports must agree in.</summary>
public sealed class WorkbookRulesTests
{
    [Test]
    public void Sheets_have_names_that_spreadsheets_take()
    {
        var names = new SheetNames();
        var given = new[]
        {
            "vap", "VAP", "Vap", "a/b[c]:*?\\", "'quoted'", "", "history", "a-name-of-exactly-31-characters", "a-name-of-exactly-31-characters-and-more", "thirty characters and a pair 🫀🫀", "Sheet",
        };

        Assert.That(given.Select(names.Next), Is.EqualTo(new[]
        {
            "vap", "VAP (2)", "Vap (3)", "a b c", "quoted", "Sheet", "history (2)", "a-name-of-exactly-31-characters", "a-name-of-exactly-31-charac (2)", "thirty characters and a pair 🫀", "Sheet (2)",
        }));
    }

    [TestCase("plain")]
    [TestCase("two\nlines\tand a tab")]
    [TestCase("a carriage\rreturn\r\n")]
    [TestCase("_x000D_ as it stands, _x12_ and _")]
    [TestCase("_x005F_x000D_")]
    [TestCase("__x000D__x000A_")]
    [TestCase("\u0001\uFFFE and half a \uD83E pair \uDEC0")]
    [TestCase("a whole 🫀 pair")]
    public void Text_comes_back_as_it_was(string text)
    {
        var escaped = SheetText.Escape(text);

        Assert.That(escaped, Does.Not.Contain('\r').And.Not.Contain('\u0001'));
        Assert.That(SheetText.Unescape(escaped), Is.EqualTo(text));
    }

    [TestCase(1_048_575, 8, 480, 0, null)]
    [TestCase(1_048_576, 8, 480, 0, "1048576 figures")]
    [TestCase(10, 251, 480, 0, "251 measures")]
    [TestCase(10, 8, 1_048_500, 0, "1048500 rows")]
    [TestCase(10, 8, 480, 32_768, "32768 characters")]
    public void What_a_spreadsheet_cannot_hold_is_told(int figures, int measures, int rowsOfTeams, int longestStrata, string? says) =>
        Assert.That(WorkbookLimits.Refusal(figures, measures, rowsOfTeams, longestStrata)?.Detail, says is null ? Is.Null : Does.Contain(says).And.Contain("Ask for a part"));

    [TestCase(1, "A")]
    [TestCase(26, "Z")]
    [TestCase(27, "AA")]
    [TestCase(702, "ZZ")]
    [TestCase(703, "AAA")]
    [TestCase(16_384, "XFD")]
    public void Columns_go_by_letters(int column, string letters) => Assert.That(CellRange.Letters(column), Is.EqualTo(letters));

    [TestCase(20.0, "4.5", true)]
    [TestCase(20.0, "4.50001", true)]
    [TestCase(21.0, "4.5", false)]
    [TestCase(20.0, "4.6", true, Description = "A rounded score may be off by one unit of its last decimal")]
    [TestCase(20.0, "4.8", false)]
    [TestCase(null, null, true)]
    public void Counts_and_score_must_be_those_of_the_figures_in_full(double? measured, string? score, bool agree)
    {
        var findings = new MeasurePopulations { Measured = measured, Score = score }.Against(new Figures { Value = 4.5, N = 20 }).ToList();

        Assert.That(findings.TrueForAll(finding => !finding.IsError), Is.EqualTo(agree));
    }

    [Test]
    public void Gaps_are_told_as_their_number_and_a_single_one_as_a_score()
    {
        Assert.That(ContinuousVariable.Of(new Figures { Gaps = "3 4.5" }), Is.EqualTo(((double?)null, (double?)2)));
        Assert.That(ContinuousVariable.Of(new Figures { Gaps = "3" }), Is.EqualTo(((double?)3, (double?)1)));
        Assert.That(ContinuousVariable.Of(new Figures { Gaps = "" }), Is.EqualTo(((double?)null, (double?)0)));
        Assert.That(ContinuousVariable.Of(new Figures { Numerator = -9, Denominator = 2 }), Is.EqualTo(((double?)-4.5, (double?)2)));
        Assert.That(ContinuousVariable.Of(new Figures { Numerator = 0, Denominator = 0 }), Is.EqualTo(((double?)null, (double?)0)));
    }
}
