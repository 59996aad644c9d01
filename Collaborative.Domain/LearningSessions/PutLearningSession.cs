using System.Text.RegularExpressions;
using Collaborative.Domain.Access;

namespace Collaborative.Domain.LearningSessions;

public sealed record LearningSessionBody
{
    /// <summary>1 for the first session of the collaborative.</summary>
    public int? Number { get; init; }

    public string? Title { get; init; }

    public DateOnly? FirstDay { get; init; }

    /// <summary>The first day unless given.</summary>
    public DateOnly? LastDay { get; init; }

    public string? Place { get; init; }

    /// <summary>Everybody takes part from where they are.</summary>
    public bool? Virtual { get; init; }

    public IReadOnlyList<AgendaItem>? Agenda { get; init; }

    /// <summary>How many people of each team are expected; 3 unless given.</summary>
    public int? ExpectedPerTeam { get; init; }

    /// <summary>What teams are asked afterwards; the usual questions unless given.</summary>
    public IReadOnlyList<EvaluationQuestion>? Questions { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

public sealed record AgendaItem
{
    public DateOnly? Day { get; init; }

    /// <summary>When it begins, where the session is held: "09:30".</summary>
    public string? Starts { get; init; }

    public string? Title { get; init; }

    /// <summary>Who leads it.</summary>
    public string? Lead { get; init; }
}

/// <summary>A statement that is rated from 1, not at all, to 5, fully.</summary>
public sealed record EvaluationQuestion
{
    public string? Code { get; init; }

    public string? Text { get; init; }
}

/// <summary>Sets the date of a learning session, or changes what is planned for it.</summary>
public sealed partial record PutLearningSession(Viewer Viewer, Guid CollaborativeId, string Code, LearningSessionBody Body, Preconditions Preconditions)
    : ICommand<Written<LearningSessionView>>, IHasShape
{
    /// <summary>Longer is a mistyped month: sessions last two days, rarely more.</summary>
    private const int MostDays = 14;

    private const int MostNumber = 50;

    private const int MostAgendaItems = 200;

    private const int MostQuestions = 30;

    private const int MostPerTeam = 100;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "session"));
        errors.AddRange(Shape.Given(Body.Number, "/number", "the session's number, 1 for the first"));
        errors.AddRange(Shape.Required(Body.Title, "/title", "the session's title", Shape.NameLength));
        errors.AddRange(Shape.Given(Body.FirstDay, "/firstDay", "the first day"));
        errors.AddRange(Shape.Optional(Body.Place, "/place", Shape.NameLength));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body.Number is < 1 or > MostNumber)
        {
            errors.Add(new FieldError("/number", "range", $"Sessions are numbered from 1 to {MostNumber}."));
        }

        if (Body.ExpectedPerTeam is < 1 or > MostPerTeam)
        {
            errors.Add(new FieldError("/expectedPerTeam", "range", $"Expect 1 to {MostPerTeam} people of each team; three is usual."));
        }

        if (Body is { FirstDay: { } first, LastDay: { } last } && (last < first || last.DayNumber - first.DayNumber >= MostDays))
        {
            errors.Add(new FieldError("/lastDay", "order", $"The last day cannot be before the first, nor {MostDays} days or more after it."));
        }

        if (Body.Agenda is { Count: > MostAgendaItems })
        {
            errors.Add(new FieldError("/agenda", "tooMany", $"An agenda holds at most {MostAgendaItems} items."));
        }
        else
        {
            errors.AddRange((Body.Agenda ?? []).SelectMany(AgendaErrors));
        }

        if (Body.Questions is { } questions)
        {
            errors.AddRange(QuestionErrors(questions));
        }

        return errors;
    }

    private IEnumerable<FieldError> AgendaErrors(AgendaItem? item, int i)
    {
        if (item is null)
        {
            return [new FieldError($"/agenda/{i}", "required", "An item of the agenda needs a title.")];
        }

        var errors = new List<FieldError>();
        errors.AddRange(Shape.Required(item.Title, $"/agenda/{i}/title", "what happens", Shape.NameLength));
        errors.AddRange(Shape.Optional(item.Lead, $"/agenda/{i}/lead", Shape.NameLength));
        if (item.Starts is { } starts && !ClockTime().IsMatch(starts))
        {
            errors.Add(new FieldError($"/agenda/{i}/starts", "format", "A time is written like 09:30."));
        }

        if (item.Day is { } day && (day < Body.FirstDay || day > (Body.LastDay ?? Body.FirstDay)))
        {
            errors.Add(new FieldError($"/agenda/{i}/day", "range", "This is not a day of the session."));
        }

        return errors;
    }

    private static IEnumerable<FieldError> QuestionErrors(IReadOnlyList<EvaluationQuestion> questions)
    {
        if (questions.Count > MostQuestions)
        {
            return [new FieldError("/questions", "tooMany", $"Ask at most {MostQuestions} questions.")];
        }

        var errors = new List<FieldError>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        for (var i = 0; i < questions.Count; i++)
        {
            if (questions[i] is not { Code: { } code, Text: { } text })
            {
                errors.Add(new FieldError($"/questions/{i}", "required", "A question needs a code and its text."));
                continue;
            }

            errors.AddRange(Shape.Code(code, $"/questions/{i}/code"));
            errors.AddRange(Shape.Required(text, $"/questions/{i}/text", "the text of the question", Shape.NameLength));
            if (!seen.Add(Domain.Code.KeyOf(code)))
            {
                errors.Add(new FieldError($"/questions/{i}/code", "duplicate", $"The question {code} is there twice."));
            }
        }

        return errors;
    }

    [GeneratedRegex(@"^([01][0-9]|2[0-3]):[0-5][0-9]\z", RegexOptions.CultureInvariant)]
    private static partial Regex ClockTime();
}

public sealed record WithdrawLearningSession(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions)
    : ICommand<Written<LearningSessionView>>;

public sealed record GetLearningSession(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<LearningSessionView>;

/// <summary>The learning sessions of a collaborative, in their order.</summary>
public sealed record ListLearningSessions(Viewer Viewer, Guid CollaborativeId, int AfterNumber, int Limit) : IQuery<Page<LearningSessionView>>;

public sealed record LearningSessionView
{
    public required string Code { get; init; }

    public required int Number { get; init; }

    public required string Title { get; init; }

    public required DateOnly FirstDay { get; init; }

    public required DateOnly LastDay { get; init; }

    public string? Place { get; init; }

    public required bool Virtual { get; init; }

    public required int ExpectedPerTeam { get; init; }

    public required IReadOnlyList<AgendaItem> Agenda { get; init; }

    public required IReadOnlyList<EvaluationQuestion> Questions { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>The times between learning sessions, in which teams test changes.</summary>
public sealed record ListActionPeriods(Viewer Viewer, Guid CollaborativeId) : IQuery<ActionPeriods>;

public sealed record ActionPeriods(IReadOnlyList<ActionPeriod> Items);

/// <param name="Number">That of the session which it follows.</param>
/// <param name="After">The session that it follows.</param>
/// <param name="Before">The session that ends it; null for the last, which ends with the collaborative.</param>
/// <param name="From">The day after the session.</param>
/// <param name="To">The day before the next session, or the last day of the collaborative.</param>
public sealed record ActionPeriod(int Number, string After, string? Before, DateOnly From, DateOnly To);
