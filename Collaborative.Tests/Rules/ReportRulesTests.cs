using Collaborative.Domain;
using Collaborative.Domain.Reports;
using State = Collaborative.Domain.Reports.MonthlyReportState;

namespace Collaborative.Tests.Rules;

public sealed class ReportRulesTests
{
    [TestCase(null, State.Draft, null)]
    [TestCase(null, State.Submitted, null)]
    [TestCase(State.Draft, State.Draft, null)]
    [TestCase(State.Draft, State.Submitted, null)]
    [TestCase(State.Submitted, State.Draft, ProblemCode.ReportSubmitted)]
    [TestCase(State.Submitted, State.Submitted, null)]
    [TestCase(State.Returned, State.Draft, null)]
    [TestCase(State.Returned, State.Submitted, null)]
    [TestCase(State.Accepted, State.Draft, ProblemCode.ReportAccepted)]
    [TestCase(State.Accepted, State.Submitted, ProblemCode.ReportAccepted)]
    public void A_report_moves_from_draft_to_submitted_and_back_only_when_it_was_returned(State? current, State asked, ProblemCode? refusal) =>
        Assert.That(ReportRules.Refusal(current, asked)?.Code, Is.EqualTo(refusal));

    [TestCase(State.Accepted, State.Submitted, true, State.Accepted)]
    [TestCase(State.Accepted, State.Submitted, false, State.Submitted)]
    [TestCase(State.Returned, State.Submitted, true, State.Submitted)]
    [TestCase(State.Submitted, State.Submitted, true, State.Submitted)]
    public void The_same_report_sent_again_stays_accepted(State current, State asked, bool same, State next) => Assert.That(ReportRules.Next(current, asked, same), Is.EqualTo(next));

    [TestCase(null, null, null, ProblemCode.ReportNotSubmitted)]
    [TestCase(State.Draft, null, null, ProblemCode.ReportNotSubmitted)]
    [TestCase(State.Draft, 2, 2, ProblemCode.ReportNotSubmitted)]
    [TestCase(State.Submitted, 2, 1, ProblemCode.PreconditionFailed)]
    [TestCase(State.Submitted, 2, 2, null)]
    [TestCase(State.Submitted, 2, null, null)]
    [TestCase(State.Returned, 2, 2, null)]
    [TestCase(State.Accepted, 2, 2, null)]
    public void A_verdict_is_on_what_was_submitted_last(State? state, int? frozen, int? read, ProblemCode? refusal) =>
        Assert.That(ReportRules.ReviewRefusal(state, frozen, read)?.Code, Is.EqualTo(refusal));
}
