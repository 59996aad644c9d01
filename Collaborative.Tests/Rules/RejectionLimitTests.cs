using Collaborative.Domain.Imports;

namespace Collaborative.Tests.Rules;

public sealed class RejectionLimitTests
{
    [TestCase(0, 0, 100_000, false, TestName = "A hundred thousand rejected rows are still borne")]
    [TestCase(0, 0, 100_001, true, TestName = "One more is not")]
    [TestCase(100_000, 1, 100_001, false, TestName = "Unless as many are right")]
    [TestCase(50_000, 50_000, 100_001, true, TestName = "Fewer right ones do not help")]
    [TestCase(2_000_000_000, 2_000_000_000, 150_000, false, TestName = "A long file of which little is wrong is read to its end")]
    public void It_is_passed(int accepted, int unchanged, int rejected, bool isPassed) =>
        Assert.That(RejectionLimit.IsPassed(new RowCounts(0, accepted, unchanged, 0, rejected)), Is.EqualTo(isPassed));
}
