using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Library;
using Collaborative.Domain.Pdsa;
using Collaborative.Tests.Contract;

namespace Collaborative.Tests.Rules;

public sealed class LibraryRulesTests
{
    private static readonly PdsaView Cycle = new()
    {
        Team = "north",
        Code = "c1",
        Title = "Oral care with one patient",
        Objective = "Can it be done?",
        Scale = new PdsaScale(ScaleKind.OnePatient, 1),
        Kind = PdsaKind.Testing,
        State = PdsaState.Closed,
        Plan = new PdsaPlan { What = "A kit at the bed", Predictions = ["Two minutes", "Nobody forgets"] },
        Study = new PdsaStudy { Results = [new PredictionResult(2, PredictionOutcome.AsPredicted, null), new PredictionResult(1, PredictionOutcome.Not, "Ten minutes")], Learned = "Bring the water to the bed" },
        Act = new PdsaAct(PdsaDecision.Adapt, "Try a trolley"),
        Share = true,
        Revision = 1,
        RecordedAt = default,
        RecordedBy = "Ann",
    };

    private static readonly LibraryEntryView Entry = new()
    {
        Team = "north",
        TeamName = "North ICU",
        Source = LibrarySource.PdsaCycle,
        SourceCode = "c1",
        Idea = "oral-care",
        Decision = PdsaDecision.Adapt,
        DegreeOfBelief = DegreeOfBelief.Medium,
        Content = LibraryContent.Of(Cycle)!,
        SharedAt = new DateTimeOffset(2026, 3, 8, 9, 0, 0, TimeSpan.Zero),
        SharedBy = "Ann",
    };

    [Test]
    public void A_studied_cycle_gives_what_was_tried_found_and_learned()
    {
        var content = LibraryContent.Of(Cycle)!;
        Assert.Multiple(() =>
        {
            Assert.That(content.Tried, Is.EqualTo("Can it be done?\nA kit at the bed"));
            Assert.That(content.Predictions!.Select(found => $"{found.Prediction}: {found.Happened}"), Is.EqualTo(new[] { "Nobody forgets: AsPredicted", "Two minutes: Not" }));
            Assert.That((content.Learned, content.Next, content.Scale!.Kind), Is.EqualTo(("Bring the water to the bed", "Try a trolley", ScaleKind.OnePatient)));
        });
    }

    [Test]
    public void Nothing_is_given_without_consent_or_before_the_study() => Assert.Multiple(() =>
    {
        Assert.That(LibraryContent.Of(Cycle with { Share = false }), Is.Null);
        Assert.That(LibraryContent.Of(Cycle with { State = PdsaState.Running }), Is.Null);
        Assert.That(LibraryContent.Of(Cycle with { State = PdsaState.Studied }), Is.Not.Null);
    });

    [TestCase("Mundpflege für ältere Patienten", "mundpflege fur altere patienten")]
    [TestCase("  Straße,   ŁÓDŹ — smørrebrød!  ", "strasse lodz smorrebrod")]
    [TestCase("100 % [of] _all_ 5'000", "100 of all 5 000")]
    [TestCase("Ελληνικά 日本語", "ελληνικα 日本語")]
    [TestCase("%_[", "")]
    public void Words_are_folded_to_letters_and_digits(string text, string folded) => Assert.That(SearchWords.Fold(text), Is.EqualTo(folded));

    [Test]
    public void A_question_has_at_most_eight_words()
    {
        Assert.That(SearchWords.Of("Oral-care, ORAL"), Is.EqualTo(new[] { "oral", "care", "oral" }));
        Assert.That(SearchWords.Of("a b c d e f g h"), Has.Count.EqualTo(8));
        Assert.That(SearchWords.Of("a b c d e f g h i"), Is.Null);
    }

    [Test]
    public void What_is_searched_has_a_bounded_length() =>
        Assert.That(SearchWords.TextOf(LibraryContent.Of(Cycle)! with { Learned = new string('x', 5000) }, "North ICU", null), Has.Length.EqualTo(SearchWords.TextLength).And.StartsWith("north icu oral care"));

    [TestCase(PostKind.Answer, null, null)]
    [TestCase(PostKind.Answer, PostKind.Question, "fine")]
    [TestCase(PostKind.Answer, PostKind.Comment, null)]
    [TestCase(PostKind.Comment, PostKind.Answer, "fine")]
    [TestCase(PostKind.Question, PostKind.Answer, "fine")]
    public void An_answer_belongs_to_a_question(PostKind kind, PostKind? to, string? fine) =>
        Assert.That(ThreadRules.JudgeReply(kind, null, "q", to is { } known ? (known, default) : null) is null, Is.EqualTo(fine is not null));

    [Test]
    public void A_reply_comes_after_what_it_replies_to()
    {
        var noon = new DateTimeOffset(2026, 3, 8, 12, 0, 0, TimeSpan.Zero);
        Assert.That(ThreadRules.JudgeReply(PostKind.Comment, noon, "b", (PostKind.Comment, noon.AddHours(1)))?.Code, Is.EqualTo("order"));
        Assert.That(ThreadRules.JudgeReply(PostKind.Comment, noon, "b", (PostKind.Comment, noon.AddHours(-1))), Is.Null);
    }

    [Test]
    public void Posts_are_changed_by_their_author_and_taken_back_by_directors_too()
    {
        var author = Viewer(Role.Member);
        Assert.Multiple(() =>
        {
            Assert.That(ThreadRules.JudgeRewrite(author, author.KeyId), Is.Null);
            Assert.That(ThreadRules.JudgeRewrite(Viewer(Role.Administrator), author.KeyId)?.Code, Is.EqualTo(ProblemCode.Forbidden));
            Assert.That(ThreadRules.JudgeWithdrawal(author, author.KeyId), Is.Null);
            Assert.That(ThreadRules.JudgeWithdrawal(Viewer(Role.Director), author.KeyId), Is.Null);
            Assert.That(ThreadRules.JudgeWithdrawal(Viewer(Role.Faculty), author.KeyId)?.Code, Is.EqualTo(ProblemCode.Forbidden));
        });
    }

    [Test]
    public void A_digest_is_a_mail_that_can_be_read_on_a_phone()
    {
        var morning = new DateTimeOffset(2026, 3, 8, 8, 0, 0, TimeSpan.Zero);
        var digest = Digest.Compose(
            "icu",
            "Safer intensive care",
            new DateOnly(2026, 3, 8),
            "Europe/London",
            [Entry],
            [
                new DigestPost("oral-care", "Oral care four times a day", PostKind.Answer, "We do it at every turn of the patient, so that nobody has to think of it, and note it on the same sheet.", "How often do you do it at night?", "Ben", morning.AddHours(2)),
                new DigestPost("oral-care", "Oral care four times a day", PostKind.Question, "How often do you do it at night?", null, "Ann", morning),
            ]);
        Assert.That(DigestText.Subject(digest), Is.EqualTo("Safer intensive care: 1 lesson, 1 question, 1 answer"));
        Golden.Compare("digest.txt", DigestText.Write(digest));
    }

    [Test]
    public void A_quiet_day_says_so()
    {
        var digest = Digest.Compose("icu", "Safer intensive care", new DateOnly(2026, 3, 8), "UTC", [], []);
        Assert.That(digest.Quiet);
        Assert.That(DigestText.Write(digest), Is.EqualTo("Safer intensive care\nWhat the teams learned on 8 March 2026\n\nNothing new in the library that day.\n"));
    }

    private static Viewer Viewer(Role role) => new() { KeyId = Guid.NewGuid(), Name = "x", Role = role, CollaborativeId = Guid.NewGuid() };
}
