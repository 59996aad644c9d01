using System.Text;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Webhooks;

namespace Collaborative.Tests.Rules;

public sealed class WebhookRulesTests
{
    [TestCase(null, SubmissionStatus.Draft, null)]
    [TestCase(null, SubmissionStatus.Submitted, WebhookEvent.SubmissionRecorded)]
    [TestCase(null, SubmissionStatus.Waived, WebhookEvent.SubmissionRecorded)]
    [TestCase(SubmissionStatus.Draft, SubmissionStatus.Submitted, WebhookEvent.SubmissionRecorded)]
    [TestCase(SubmissionStatus.Submitted, SubmissionStatus.Submitted, WebhookEvent.SubmissionRecorded)]
    [TestCase(SubmissionStatus.Withdrawn, SubmissionStatus.Submitted, WebhookEvent.SubmissionRecorded)]
    [TestCase(SubmissionStatus.Submitted, SubmissionStatus.Withdrawn, WebhookEvent.SubmissionWithdrawn)]
    [TestCase(SubmissionStatus.Waived, SubmissionStatus.Withdrawn, WebhookEvent.SubmissionWithdrawn)]
    [TestCase(SubmissionStatus.Submitted, SubmissionStatus.Draft, WebhookEvent.SubmissionWithdrawn)]
    [TestCase(SubmissionStatus.Draft, SubmissionStatus.Draft, null)]
    [TestCase(SubmissionStatus.Draft, SubmissionStatus.Withdrawn, null)]
    [TestCase(SubmissionStatus.Withdrawn, SubmissionStatus.Draft, null)]
    public void A_figure_is_told_of_when_it_counts_and_when_it_counts_no_more(SubmissionStatus? before, SubmissionStatus after, WebhookEvent? expected) =>
        Assert.That(WebhookRules.OfSubmission(before, after), Is.EqualTo(expected));

    [Test]
    public void A_report_is_told_of_when_it_is_submitted_and_a_review_by_its_verdict()
    {
        Assert.That(
            Enum.GetValues<MonthlyReportState>().Where(state => WebhookRules.OfReport(state) is not null), Is.EqualTo(new[] { MonthlyReportState.Submitted }));
        Assert.That(WebhookRules.OfReview(ReportVerdict.Accepted), Is.EqualTo(WebhookEvent.ReportAccepted));
        Assert.That(WebhookRules.OfReview(ReportVerdict.Returned), Is.EqualTo(WebhookEvent.ReportReturned));
    }

    [TestCase(WebhookEvent.SubmissionRecorded, "North", "", true)]
    [TestCase(WebhookEvent.SubmissionRecorded, "North", "north south", true)]
    [TestCase(WebhookEvent.SubmissionRecorded, "North", "south", false)]
    [TestCase(WebhookEvent.StageMoved, null, "", true)]
    [TestCase(WebhookEvent.StageMoved, null, "south", true)]
    [TestCase(WebhookEvent.ImportEnded, null, "", true)]
    [TestCase(WebhookEvent.ImportEnded, null, "south", false)]
    [TestCase(WebhookEvent.ReportAccepted, "north", "", false)]
    public void A_webhook_for_certain_teams_is_told_of_those_and_of_what_belongs_to_all(WebhookEvent type, string? team, string teams, bool expected)
    {
        var occurrence = new Occurrence("x", type, DateTimeOffset.UnixEpoch, "c", "/x") { Team = team };
        var events = new[] { WebhookEvent.SubmissionRecorded, WebhookEvent.StageMoved, WebhookEvent.ImportEnded };
        Assert.That(WebhookRules.IsFor(events, teams.Split(' ', StringSplitOptions.RemoveEmptyEntries), occurrence), Is.EqualTo(expected));
    }

    [Test]
    public void An_event_has_one_id_for_good()
    {
        var occurrence = new Occurrence("history 1 2", WebhookEvent.StageMoved, DateTimeOffset.UnixEpoch, "c", "/x");
        Assert.That(occurrence.Id, Is.EqualTo(Guid.Parse("58bf31ca-bcb6-888f-9b83-bfc8e3e29291")));
        Assert.That((occurrence with { OccurredAt = DateTimeOffset.MaxValue, Path = "/y" }).Id, Is.EqualTo(occurrence.Id));
        Assert.That((occurrence with { Source = "history 1 3" }).Id, Is.Not.EqualTo(occurrence.Id));
    }

    // The example that the libraries of Standard Webhooks are tested with.
    [Test]
    public void Signatures_are_those_of_Standard_Webhooks()
    {
        const string Secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
        var at = DateTimeOffset.FromUnixTimeSeconds(1614265330);
        var body = Encoding.UTF8.GetBytes("""{"test": 2432232314}""");
        Assert.That(WebhookSignature.Timestamp(at), Is.EqualTo("1614265330"));
        Assert.That(WebhookSignature.Sign([Secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body), Is.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
        Assert.That(WebhookSignature.Sign([Secret, Secret], "msg_p5jXN8AQM9LWM0D4loKWxJek", at, body).Split(' '), Is.All.EqualTo("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="));
    }

    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", true)]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaS", false)]
    [TestCase("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLQ==", false)]
    [TestCase("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", false)]
    [TestCase("whsec_ not base64 but long enough for it!", false)]
    [TestCase("", false)]
    public void A_secret_has_at_least_24_bytes(string secret, bool isGood) => Assert.That(WebhookSignature.CheckSecret(secret, "/secret"), isGood ? Is.Empty : Is.Not.Empty);

    [Test]
    public void A_secret_has_at_most_64_bytes()
    {
        Assert.That(WebhookSignature.CheckSecret("whsec_" + Convert.ToBase64String(new byte[64]), "/secret"), Is.Empty);
        foreach (var length in new[] { 65, 66, 67, 68, 1000 })
        {
            Assert.That(WebhookSignature.CheckSecret("whsec_" + Convert.ToBase64String(new byte[length]), "/secret"), Is.Not.Empty);
        }

        Assert.That(Enumerable.Range(0, 10).Select(_ => WebhookSignature.MakeSecret()).Distinct(), Has.Exactly(10).Items);
        Assert.That(WebhookSignature.CheckSecret(WebhookSignature.MakeSecret(), "/secret"), Is.Empty);
    }

    [TestCase(1, 5)]
    [TestCase(2, 60)]
    [TestCase(3, 5 * 60)]
    [TestCase(4, 30 * 60)]
    [TestCase(5, 2 * 3600)]
    [TestCase(6, 5 * 3600)]
    [TestCase(7, 10 * 3600)]
    [TestCase(8, 14 * 3600)]
    [TestCase(9, 18 * 3600)]
    [TestCase(10, 22 * 3600)]
    public void A_failed_try_is_followed_by_another_after_its_step_more_or_less_a_fifth(int attempts, double seconds)
    {
        Assert.That(WebhookRetries.WaitAfter(attempts, 0.5)!.Value.TotalSeconds, Is.EqualTo(seconds).Within(1e-6));
        Assert.That(WebhookRetries.WaitAfter(attempts, 0)!.Value.TotalSeconds, Is.EqualTo(seconds * 0.8).Within(1e-6));
        Assert.That(WebhookRetries.WaitAfter(attempts, 1)!.Value.TotalSeconds, Is.EqualTo(seconds * 1.2).Within(1e-6));
    }

    [Test]
    public void After_three_days_it_is_given_up()
    {
        Assert.That(WebhookRetries.WaitAfter(WebhookRetries.MostAttempts, 0.5), Is.Null);
        Assert.That(WebhookRetries.WaitAfter(WebhookRetries.MostAttempts + 1, 0.5, TimeSpan.FromHours(1)), Is.Null);
        var all = Enumerable.Range(1, WebhookRetries.MostAttempts - 1).Sum(attempts => WebhookRetries.WaitAfter(attempts, 0.5)!.Value.TotalDays);
        Assert.That(all, Is.EqualTo(3).Within(0.05));
    }

    [TestCase(1, 90, 90)]
    [TestCase(1, 1, 5)]
    [TestCase(1, -30, 5)]
    [TestCase(1, 86_400, 3600)]
    [TestCase(6, 3600, 5 * 3600)]
    public void What_the_receiver_asks_for_counts_up_to_an_hour_where_it_is_longer(int attempts, int asked, int expected) =>
        Assert.That(WebhookRetries.WaitAfter(attempts, 0.5, TimeSpan.FromSeconds(asked))!.Value.TotalSeconds, Is.EqualTo(expected).Within(1e-6));
}
