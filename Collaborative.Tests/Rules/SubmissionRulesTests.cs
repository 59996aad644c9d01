using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Rules;

public sealed class SubmissionRulesTests
{
    private static readonly CollaborativeState Collaborative = new()
    {
        Name = "c",
        Topic = "t",
        Aim = "a",
        StartMonth = new Month(2026, 1),
        EndMonth = new Month(2026, 12),
        BaselineFrom = new Month(2025, 7),
        TimeZone = "UTC",
        ReportDueDay = 15,
        LockAfterDays = 10,
    };

    private static readonly TeamState Team = new() { Name = "t", EnrolledFrom = new Month(2026, 1), WithdrawnAfter = new Month(2026, 9) };

    [TestCase(12, 10, "/strata/0/numerator", "In the stratum sex F the numerator is above the denominator")]
    [TestCase(1, 0, "/strata/0/denominator", "In the stratum sex F the denominator is 0 but the numerator is not")]
    public void A_stratum_that_cannot_be_is_named(double numerator, double denominator, string pointer, string sentence)
    {
        var body = new SubmissionBody { Numerator = 20, Denominator = 100, Strata = [new Stratum { Scheme = "sex", Category = "F", Numerator = numerator, Denominator = denominator }] };

        var error = SubmissionRules.FigureErrors(SubmissionRules.StateOf(body, MeasureKind.Proportion), MeasureKind.Proportion, 1).Single();

        Assert.That(error.Pointer, Is.EqualTo(pointer));
        Assert.That(error.Message, Does.StartWith(sentence));
    }

    // Status of the collaborative, who, which month, as what, with which reason, when, and what is refused.
    [TestCase("planning", Role.DataLead, "2026-06", "submitted", null, "2026-07-20T00:00:00Z", null)]
    [TestCase("closed", Role.Director, "2026-06", "submitted", "why", "2026-07-20T00:00:00Z", ProblemCode.CollaborativeClosed)]
    [TestCase("cancelled", Role.Administrator, "2026-06", "submitted", "why", "2026-07-20T00:00:00Z", ProblemCode.CollaborativeClosed)]
    [TestCase("planning", Role.DataLead, "2025-06", "submitted", null, "2026-07-20T00:00:00Z", ProblemCode.MonthOutsideCollaborative)]
    [TestCase("planning", Role.DataLead, "2025-07", "submitted", null, "2026-02-20T00:00:00Z", null)]
    [TestCase("planning", Role.DataLead, "2027-01", "submitted", null, "2027-07-20T00:00:00Z", ProblemCode.MonthOutsideCollaborative)]
    [TestCase("planning", Role.Director, "2026-08", "submitted", "why", "2026-07-31T23:59:59Z", ProblemCode.MonthInFuture)]
    [TestCase("planning", Role.DataLead, "2026-08", "draft", null, "2026-08-01T00:00:00Z", null)]
    [TestCase("planning", Role.DataLead, "2026-10", "submitted", null, "2026-10-05T00:00:00Z", ProblemCode.TeamWithdrawn)]
    [TestCase("planning", Role.DataLead, "2026-06", "waived", null, "2026-07-20T00:00:00Z", ProblemCode.WaiverNotAllowed)]
    [TestCase("planning", Role.Integration, "2026-06", "waived", "why", "2026-07-20T00:00:00Z", ProblemCode.WaiverNotAllowed)]
    [TestCase("planning", Role.Director, "2026-06", "waived", null, "2026-07-20T00:00:00Z", null)]
    [TestCase("planning", Role.DataLead, "2026-06", "submitted", null, "2026-07-25T23:59:59Z", null)]
    [TestCase("planning", Role.DataLead, "2026-06", "submitted", "why", "2026-07-26T00:00:00Z", ProblemCode.MonthLocked)]
    [TestCase("planning", Role.Director, "2026-06", "submitted", null, "2026-07-26T00:00:00Z", ProblemCode.MonthLocked)]
    [TestCase("planning", Role.Director, "2026-06", "submitted", "why", "2026-07-26T00:00:00Z", null)]
    [TestCase("planning", Role.Administrator, "2026-06", "withdrawn", "why", "2026-07-26T00:00:00Z", null)]
    [TestCase("planning", Role.Integration, "2026-06", "withdrawn", "why", "2026-07-26T00:00:00Z", ProblemCode.MonthLocked)]
    public void A_rule_says_no_or_lets_pass(string stage, Role role, string month, string status, string? reason, string now, ProblemCode? refused)
    {
        Month.TryParse(month, out var at);
        var viewer = new Viewer { KeyId = Guid.NewGuid(), Name = "v", Role = role };
        var problem = SubmissionRules.Refusal(viewer, Collaborative, stage, Team, at, Enum.Parse<SubmissionStatus>(status, ignoreCase: true), reason, FixedClock.At(now));
        Assert.That(problem?.Code, Is.EqualTo(refused));
    }

    [Test]
    public void No_kind_takes_figures_without_a_rule_for_them()
    {
        foreach (var kind in Enum.GetValues<MeasureKind>())
        {
            var nothing = SubmissionRules.StateOf(new SubmissionBody(), kind);
            Assert.That(SubmissionRules.FigureErrors(nothing, kind, 1), Has.Count.EqualTo(1), $"{kind}");
            Assert.That(SubmissionRules.FigureErrors(nothing with { Status = SubmissionStatus.Draft }, kind, 1), Is.Empty, $"{kind}");
            Assert.That(SubmissionRules.FigureErrors(nothing with { NoData = "closed" }, kind, 1), Is.Empty, $"{kind}");
        }
    }

    [Test]
    public void A_number_that_is_none_is_refused_wherever_it_stands()
    {
        foreach (var number in new[] { double.NaN, double.PositiveInfinity, double.NegativeInfinity })
        {
            var body = new SubmissionBody
            {
                Numerator = number,
                Denominator = number,
                Value = number,
                N = number,
                Sd = number,
                Values = [1, number],
                Strata = [new Stratum { Scheme = "s", Category = "c", Numerator = number, Denominator = number }],
            };
            Assert.That(SubmissionRules.ShapeErrors(body).Where(error => error.Code == "number").Select(error => error.Pointer), Is.EquivalentTo(new[]
            {
                "/numerator", "/denominator", "/value", "/n", "/sd", "/values/1", "/strata/0/numerator", "/strata/0/denominator",
            }));
        }
    }

    [TestCase(MeasureKind.Proportion, 100, 1.0, 3.0, 1.0 / 3 * 100)]
    [TestCase(MeasureKind.Rate, 1000, 41.0, 3415.0, 12.005856515373353)]
    [TestCase(MeasureKind.Rate, 1000, 0.0, 0.0, null)]
    [TestCase(MeasureKind.Ratio, 1, 3.0, null, null)]
    [TestCase(MeasureKind.Count, 1000, 7.0, null, 7.0)]
    public void The_plotted_value_is_the_quotient_times_the_multiplier_or_a_gap(MeasureKind kind, double multiplier, double? numerator, double? denominator, double? value) =>
        Assert.That(new Figures { Numerator = numerator, Denominator = denominator }.PlottedValue(kind, multiplier), Is.EqualTo(value));

    [Test]
    public void A_posted_value_is_never_multiplied() =>
        Assert.That(new Figures { Value = 2.5 }.PlottedValue(MeasureKind.Mean, 1000), Is.EqualTo(2.5));

    [Test]
    public void Gaps_and_strata_read_back_as_they_were_written()
    {
        double[] gaps = [0.1, 30, 5e-324, double.MaxValue, 1e21];
        Assert.That(new Figures { Gaps = Figures.WriteGaps(gaps) }.GapValues, Is.EqualTo(gaps));
        Assert.That(new Figures { Gaps = "" }.GapValues, Is.Empty);
        var text = StratumText.Write([new Stratum { Scheme = "b", Category = "ö\"", Numerator = 1, Denominator = 2 }, new Stratum { Scheme = " a", Category = "c", Numerator = 0.1, Denominator = 3 }]);
        Assert.That(StratumText.Write(StratumText.Read(text)), Is.EqualTo(text));
        Assert.That(StratumText.Read(text)!.Select(stratum => stratum.Scheme), Is.EqualTo(new[] { "a", "b" }));
        Assert.That(StratumText.Write([]), Is.Null);
    }
}
