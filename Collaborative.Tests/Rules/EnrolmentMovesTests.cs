using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Enrolments;

namespace Collaborative.Tests.Rules;

public sealed class EnrolmentMovesTests
{
    /// <summary>Every move that is possible; all others are refused.</summary>
    private const string Moves =
        """
        none         applied withdrawn completed
        applied      underReview selected declined waitlisted withdrawn
        underReview  selected declined waitlisted withdrawn
        selected     committed withdrawn
        declined     applied underReview
        waitlisted   underReview selected declined withdrawn
        committed    active withdrawn
        active       completed withdrawn
        withdrawn    active
        completed    active
        """;

    [Test]
    public void An_enrolment_moves_as_the_table_says_and_not_otherwise()
    {
        var table = Moves.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries)).ToDictionary(words => words[0], words => words[1..]);
        Assert.Multiple(() =>
        {
            foreach (var from in Enum.GetValues<EnrolmentState>().Select(state => (EnrolmentState?)state).Prepend(null))
            {
                foreach (var to in Enum.GetValues<EnrolmentState>())
                {
                    var refusal = EnrolmentMoves.Refusal(from, to, hasFigures: false, passesGate: true);
                    var allowed = from == to || table[Name(from)].Contains(Name(to));
                    Assert.That(refusal?.Code, Is.EqualTo(allowed ? (ProblemCode?)null : ProblemCode.EnrolmentMove), $"{Name(from)} to {Name(to)}");
                }
            }
        });
    }

    [TestCase(EnrolmentState.Applied, false)]
    [TestCase(EnrolmentState.UnderReview, true)]
    [TestCase(EnrolmentState.Selected, true)]
    [TestCase(EnrolmentState.Declined, true)]
    [TestCase(EnrolmentState.Waitlisted, true)]
    [TestCase(EnrolmentState.Committed, false)]
    [TestCase(EnrolmentState.Active, true)]
    [TestCase(EnrolmentState.Withdrawn, false)]
    [TestCase(EnrolmentState.Completed, true)]
    public void A_team_applies_commits_itself_and_withdraws_and_the_director_decides_the_rest(EnrolmentState state, bool isDecision)
    {
        Assert.That(EnrolmentMoves.Forbidden(Viewer(Role.DataLead), state)?.Code, Is.EqualTo(isDecision ? ProblemCode.Forbidden : (ProblemCode?)null));
        Assert.That(EnrolmentMoves.Forbidden(Viewer(Role.Director), state), Is.Null);
    }

    [Test]
    public void A_team_that_has_sent_figures_has_nothing_to_apply_for() =>
        Assert.That(EnrolmentMoves.Refusal(null, EnrolmentState.Applied, hasFigures: true, passesGate: false)?.Code, Is.EqualTo(ProblemCode.EnrolmentMove));

    [TestCase("partly", "partly", "partly", true)]
    [TestCase("met", "met", "partly", true)]
    [TestCase("notMet", "met", "met", false)]
    [TestCase("met", "notMet", "met", false)]
    [TestCase("met", "met", "notMet", false)]
    [TestCase("met", "met", null, false)]
    public void Items_1_2_and_5_gate_commitment_and_must_be_at_least_partly_met(string one, string two, string? five, bool passes)
    {
        var items = ReadinessGate.Fill([Item(1, one), Item(2, two), .. five is null ? Array.Empty<ReadinessItemBody>() : [Item(5, five)]]);
        Assert.That(ReadinessGate.Passes(items), Is.EqualTo(passes));
        Assert.That(
            EnrolmentMoves.Refusal(EnrolmentState.Selected, EnrolmentState.Committed, hasFigures: false, ReadinessGate.Passes(items))?.Code,
            Is.EqualTo(passes ? (ProblemCode?)null : ProblemCode.ReadinessGate));
        Assert.That(items, Has.Count.EqualTo(6));
    }

    private static ReadinessItemBody Item(int number, string rating) => new() { Number = number, Rating = Enum.Parse<ReadinessRating>(rating, ignoreCase: true) };

    private static string Name(EnrolmentState? state) => state is { } value ? System.Text.Json.JsonNamingPolicy.CamelCase.ConvertName(value.ToString()) : "none";

    private static Viewer Viewer(Role role) => new() { KeyId = Guid.NewGuid(), Name = "x", Role = role };
}
