using Collaborative.Domain.Charters;

namespace Collaborative.Tests.Rules;

public sealed class AimStatementTests
{
    private static readonly Aim Good = new()
    {
        Statement = "Halve ventilator-associated pneumonia in our two ICUs by December 2026",
        HowMuch = "by half",
        ByWhen = "2026-12",
        ForWhom = "ventilated adults in our two ICUs",
    };

    [Test]
    public void An_aim_that_says_how_much_by_when_and_for_whom_lacks_nothing() => Assert.That(AimStatement.WhatIsMissing(Good), Is.Empty);

    [TestCase("by half", null)]
    [TestCase("to 5 per 1000 ventilator-days", null)]
    [TestCase("a quarter fewer", null)]
    [TestCase("eliminate all", null)]
    [TestCase("to zero", null)]
    [TestCase("95 %", null)]
    [TestCase("some", "“some” is not a number.")]
    [TestCase("much less", "“much less” is not a number.")]
    [TestCase("as much as possible", "“as much as possible” is not a number.")]
    [TestCase("a significant reduction in the number of infections we see", "This is not a number.")]
    [TestCase(" ", "Say how much, with a number")]
    [TestCase(null, "Say how much, with a number")]
    public void Some_is_not_a_number(string? howMuch, string? sentence) => Check(Good with { HowMuch = howMuch }, "/aim/howMuch", sentence);

    [TestCase("2026-12", null)]
    [TestCase("2026-12-31", null)]
    [TestCase("soon", "“soon” is not a time.")]
    [TestCase("as soon as possible", "“as soon as possible” is not a time.")]
    [TestCase("next year", "“next year” is not a time.")]
    [TestCase("2026-13", "“2026-13” is not a time.")]
    [TestCase(null, "Say by when")]
    public void Soon_is_not_a_time(string? byWhen, string? sentence) => Check(Good with { ByWhen = byWhen }, "/aim/byWhen", sentence);

    [TestCase("patients over 65 with a hip fracture", null)]
    [TestCase("everyone", "“everyone” names nobody.")]
    [TestCase("as many people as possible", "“as many people as possible” names nobody.")]
    [TestCase(null, "Say for whom")]
    public void Everyone_is_nobody(string? forWhom, string? sentence) => Check(Good with { ForWhom = forWhom }, "/aim/forWhom", sentence);

    [TestCase("Reduce pneumonia from 12 to 5 per 1000 ventilator-days by 2026-12", null)]
    [TestCase("Double the share of patients seen within two days in our clinics by June", null)]
    [TestCase("Cut falls by 30 % in a year", null)]
    [TestCase("Fewer falls by December 2026", "The sentence does not say how much.")]
    [TestCase("Fewer falls within 12 months", "The sentence does not say how much.")]
    [TestCase("Fewer falls by 31 December", "The sentence does not say how much.")]
    [TestCase("Halve falls soon", "The sentence does not say by when.")]
    [TestCase("Get better soon", "The sentence says neither how much nor by when.")]
    [TestCase(null, "Write the aim as one sentence")]
    public void The_sentence_that_people_read_says_it_too(string? statement, string? sentence) => Check(Good with { Statement = statement }, "/aim/statement", sentence);

    [Test]
    public void Everything_that_is_missing_is_said_at_once() =>
        Assert.That(AimStatement.WhatIsMissing(new Aim { HowMuch = "some", ByWhen = "soon" }).Select(error => error.Pointer),
            Is.EquivalentTo(new[] { "/aim/howMuch", "/aim/byWhen", "/aim/forWhom", "/aim/statement" }));

    private static void Check(Aim aim, string pointer, string? sentence)
    {
        var missing = AimStatement.WhatIsMissing(aim);
        if (sentence is null)
        {
            Assert.That(missing, Is.Empty);
            return;
        }

        Assert.That(missing.Single().Pointer, Is.EqualTo(pointer));
        Assert.That(missing.Single().Message, Does.StartWith(sentence));
    }
}
