using Collaborative.Domain;

namespace Collaborative.Tests.Rules;

public sealed class VersioningTests
{
    // What is there, whether it is the same, the headers, and what follows.
    [TestCase(null, false, "", "Create")]
    [TestCase(null, false, "if-none-match *", "Create")]
    [TestCase(null, false, "if-match *", "PreconditionFailed")]
    [TestCase(null, false, "if-match 1", "PreconditionFailed")]
    [TestCase(3, true, "", "Unchanged")]
    [TestCase(3, true, "if-match 2", "Unchanged")]
    [TestCase(3, true, "if-none-match *", "Unchanged")]
    [TestCase(3, false, "", "PreconditionRequired")]
    [TestCase(3, false, "if-none-match *", "PreconditionFailed")]
    [TestCase(3, false, "if-match *", "Replace")]
    [TestCase(3, false, "if-match 3", "Replace")]
    [TestCase(3, false, "if-match 2 3", "Replace")]
    [TestCase(3, false, "if-match 2", "PreconditionFailed")]
    [TestCase(3, false, "if-match -1", "PreconditionFailed")]
    [TestCase(3, false, "if-match * if-none-match *", "PreconditionFailed")]
    public void A_PUT_is_decided(int? revision, bool same, string headers, string decision)
    {
        var outcome = Versioning.Decide(revision, same, Parse(headers));
        Assert.That(outcome.Problem?.Code.ToString() ?? outcome.Value.ToString(), Is.EqualTo(decision));
    }

    [TestCase("", ProblemCode.PreconditionRequired)]
    [TestCase("if-match 2", ProblemCode.PreconditionFailed)]
    [TestCase("if-match 3", null)]
    [TestCase("if-match *", null)]
    public void A_DELETE_is_decided(string headers, ProblemCode? refused) =>
        Assert.That(Versioning.DecideDelete(3, Parse(headers))?.Code, Is.EqualTo(refused));

    private static Preconditions Parse(string headers)
    {
        var words = headers.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var numbers = words.Where(word => int.TryParse(word, out _)).Select(word => int.Parse(word, System.Globalization.CultureInfo.InvariantCulture)).ToList();
        return new Preconditions
        {
            OnlyCreate = headers.Contains("if-none-match", StringComparison.Ordinal),
            MatchesAny = headers.StartsWith("if-match *", StringComparison.Ordinal),
            Matches = numbers.Count > 0 ? numbers : null,
        };
    }
}
