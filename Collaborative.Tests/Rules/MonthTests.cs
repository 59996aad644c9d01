using Collaborative.Domain;

namespace Collaborative.Tests.Rules;

public sealed class MonthTests
{
    [TestCase("2026-03", 2026, 3)]
    [TestCase("1900-01", 1900, 1)]
    [TestCase("2999-12", 2999, 12)]
    public void A_month_is_read_and_written_in_one_form(string text, int year, int number)
    {
        Assert.That(Month.TryParse(text, out var month), Is.True);
        Assert.Multiple(() =>
        {
            Assert.That((month.Year, month.Number), Is.EqualTo((year, number)));
            Assert.That(month.ToString(), Is.EqualTo(text));
            Assert.That(month.ToYyyymm(), Is.EqualTo((year * 100) + number));
            Assert.That(Month.FromYyyymm(month.ToYyyymm()), Is.EqualTo(month));
        });
    }

    [TestCase(null)]
    [TestCase("")]
    [TestCase("2026-3")]
    [TestCase("2026-13")]
    [TestCase("2026-00")]
    [TestCase("1899-12")]
    [TestCase("3000-01")]
    [TestCase("2026/03")]
    [TestCase("2026-03-01")]
    [TestCase(" 2026-03")]
    [TestCase("+026-03")]
    [TestCase("2026-+3")]
    [TestCase("2026- 3")]
    [TestCase("２０２６-03")]
    public void Anything_else_is_no_month(string? text) => Assert.That(Month.TryParse(text, out _), Is.False);

    [TestCase("2026-01", 1, "2026-02")]
    [TestCase("2026-12", 1, "2027-01")]
    [TestCase("2026-01", -1, "2025-12")]
    [TestCase("2026-06", 0, "2026-06")]
    [TestCase("2026-06", -18, "2024-12")]
    [TestCase("2000-01", 1200, "2100-01")]
    public void Months_are_added_and_subtracted(string from, int count, string to)
    {
        Assert.That(Parse(from).AddMonths(count), Is.EqualTo(Parse(to)));
        Assert.That(Parse(to) - Parse(from), Is.EqualTo(count));
    }

    [Test]
    public void Months_are_ordered()
    {
        var (a, b) = (Parse("2025-12"), Parse("2026-01"));
        Assert.Multiple(() =>
        {
            Assert.That(a < b && a <= b && b > a && b >= a && !(a > b) && !(a >= b), Is.True);
            Assert.That(Month.Min(a, b), Is.EqualTo(a));
            Assert.That(Month.Max(a, b), Is.EqualTo(b));
            Assert.That(a.CompareTo(b), Is.Negative);
            Assert.That(new[] { b, a }.Order(), Is.EqualTo(new[] { a, b }));
        });
    }

    [TestCase("2026-02", 28)]
    [TestCase("2028-02", 29)]
    [TestCase("2100-02", 28)]
    [TestCase("2026-04", 30)]
    [TestCase("2026-12", 31)]
    public void A_month_knows_its_days(string text, int days)
    {
        var month = Parse(text);
        Assert.That((month.FirstDay.Day, month.LastDay.Day), Is.EqualTo((1, days)));
        Assert.That((Month.Of(month.FirstDay), Month.Of(month.LastDay)), Is.EqualTo((month, month)));
    }

    [TestCase(1899, 1)]
    [TestCase(3000, 1)]
    [TestCase(2026, 0)]
    [TestCase(2026, 13)]
    public void A_month_that_is_none_cannot_be_made(int year, int number) => Assert.That(() => new Month(year, number), Throws.InstanceOf<ArgumentOutOfRangeException>());

    private static Month Parse(string text) => Month.TryParse(text, out var month) ? month : throw new AssertionException(text);
}
