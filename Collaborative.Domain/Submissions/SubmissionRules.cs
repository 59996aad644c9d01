using Collaborative.Domain.Access;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Enrolments;
using Collaborative.Domain.Measures;
using Collaborative.Domain.Teams;

namespace Collaborative.Domain.Submissions;

/// <summary>What a submission may be. The impossible is refused here; the odd is left to <see cref="DataQuality"/>.</summary>
public static class SubmissionRules
{
    /// <summary>What one person can type or one export can mean in a month.</summary>
    public const int MostGaps = 1000;

    public const int MostStrata = 200;

    /// <summary>No count, exposure or measurement of care is larger; sums and quotients of such figures stay numbers.</summary>
    private const double LargestFigure = 1e100;

    private const double LargestValue = 1e150;

    /// <summary>What can be judged without knowing the measure.</summary>
    public static IEnumerable<FieldError> ShapeErrors(SubmissionBody body)
    {
        var errors = new List<FieldError>();
        errors.AddRange(Number(body.Numerator, "/numerator"));
        errors.AddRange(Number(body.Denominator, "/denominator"));
        errors.AddRange(Number(body.Value, "/value"));
        errors.AddRange(Number(body.N, "/n"));
        errors.AddRange(Number(body.Sd, "/sd"));
        errors.AddRange(Shape.Optional(body.NoData, "/noData", Shape.TextLength));
        errors.AddRange(Shape.Optional(body.Note, "/note", Shape.TextLength));
        errors.AddRange(Shape.Optional(body.Reason, "/reason", Shape.TextLength));
        if (body.NoData is not null && string.IsNullOrWhiteSpace(body.NoData))
        {
            errors.Add(new FieldError("/noData", "required", "Say why there is nothing to report."));
        }

        if (body.Status is SubmissionStatus.Withdrawn)
        {
            errors.Add(new FieldError("/status", "unknown", "To take a submission back, send DELETE with If-Match."));
        }

        if (body.Values is { Count: > MostGaps })
        {
            errors.Add(new FieldError("/values", "tooMany", $"A month holds at most {MostGaps} gaps."));
        }

        foreach (var (gap, i) in (body.Values ?? []).Select((gap, i) => (gap, i)))
        {
            errors.AddRange(Number(gap, $"/values/{i}"));
        }

        errors.AddRange(StrataErrors(body.Strata));
        return errors;
    }

    /// <summary>The state that a body asks for; figures are put where the kind keeps them, so that the same figures are the same state.</summary>
    public static SubmissionState StateOf(SubmissionBody body, MeasureKind kind)
    {
        var figures = new Figures
        {
            Numerator = Zero(body.Numerator),
            Denominator = Zero(body.Denominator),
            Value = Zero(body.Value),
            N = Zero(body.N),
            Sd = Zero(body.Sd),
            Gaps = body.Values is null ? null : Figures.WriteGaps(body.Values.Select(gap => gap + 0.0)),
        };

        if (kind == MeasureKind.Count && figures is { Numerator: null, Value: not null })
        {
            figures = figures with { Numerator = figures.Value, Value = null };
        }
        else if (kind is MeasureKind.DaysBetween or MeasureKind.CasesBetween && figures is { Gaps: null, Value: { } gap })
        {
            figures = figures with { Gaps = Figures.WriteGaps([gap]), Value = null };
        }

        return new SubmissionState
        {
            Status = body.Status ?? SubmissionStatus.Submitted,
            Figures = figures,
            NoData = Shape.Tidy(body.NoData),
            Note = Shape.Tidy(body.Note),
            Strata = StratumText.Write(body.Strata),
        };

        // A negative zero would be different text for the same figure.
        static double? Zero(double? number) => number is { } value ? value + 0.0 : null;
    }

    /// <summary>Figures that cannot be, for this kind of measure: n/0, negative, over the denominator, or not enough to make a value.</summary>
    /// <param name="multiplier">The measure's; a quotient must remain a number when it is multiplied.</param>
    public static IReadOnlyList<FieldError> FigureErrors(SubmissionState state, MeasureKind kind, double multiplier)
    {
        var errors = new List<FieldError>();
        var figures = state.Figures;
        if (state.NoData is not null || state.Status == SubmissionStatus.Waived)
        {
            if (!figures.IsEmpty || state.Strata is not null)
            {
                errors.Add(new FieldError(state.NoData is null ? "/status" : "/noData", "figures",
                    "Send either figures or the reason why there are none, not both."));
            }

            return errors;
        }

        if (StatesBoth(figures, kind))
        {
            errors.Add(new FieldError("/value", "both", "Give either the numerator and denominator or the value, not both."));
            return errors;
        }

        foreach (var (pointer, given, belongs) in Members(figures, kind))
        {
            if (given && !belongs)
            {
                errors.Add(new FieldError(pointer, "notForKind", $"A {Name(kind)} has no {pointer[1..]}; it takes {Inputs(kind)}."));
            }
        }

        if (errors.Count > 0)
        {
            return errors;
        }

        if (figures.Denominator < 0)
        {
            errors.Add(new FieldError("/denominator", "negative", "The denominator cannot be below 0."));
        }

        if (figures.Numerator < 0 && kind != MeasureKind.Mean)
        {
            errors.Add(new FieldError("/numerator", "negative", "The numerator cannot be below 0."));
        }

        if (figures.N < 1)
        {
            errors.Add(new FieldError("/n", "range", "n, the number of observations, must be 1 or more."));
        }

        if (figures.Sd < 0)
        {
            errors.Add(new FieldError("/sd", "negative", "A standard deviation cannot be below 0."));
        }

        errors.AddRange(Quotient(figures.Numerator, figures.Denominator, kind, "", "The"));
        if (figures.GapValues.Any(gap => gap < 0))
        {
            errors.Add(new FieldError("/values", "negative", "The gap between two events cannot be below 0."));
        }

        foreach (var (stratum, i) in (StratumText.Read(state.Strata) ?? []).Select((stratum, i) => (stratum, i)))
        {
            errors.AddRange(Quotient(stratum.Numerator, stratum.Denominator, kind, $"/strata/{i}", $"In the stratum {stratum.Scheme} {stratum.Category} the"));
        }

        if (errors.Count == 0 && figures is { Numerator: { } above, Denominator: > 0 and var below } && !(Math.Abs(above / below * multiplier) <= LargestValue))
        {
            errors.Add(new FieldError("/denominator", "number", "The numerator over this denominator is too large a number to keep; check both."));
        }

        if (state.Status == SubmissionStatus.Submitted && errors.Count == 0 && Missing(figures, kind) is { } missing)
        {
            errors.Add(missing);
        }

        return errors;
    }

    /// <summary>The rules that say no to a figure that is possible: the month, the lock, the team, the collaborative.</summary>
    /// <param name="overrideReason">Why a director writes into a locked month; null when no reason was given.</param>
    public static Problem? Refusal(
        Viewer viewer, CollaborativeState collaborative, string collaborativeStatus, TeamState team, Month month,
        SubmissionStatus status, string? overrideReason, DateTimeOffset now)
    {
        if (MonthRefusal(collaborative, collaborativeStatus, team, month, now) is { } refusal)
        {
            return refusal;
        }

        var calendar = collaborative.Calendar;
        if (status == SubmissionStatus.Waived && !viewer.MayOverrideLocks)
        {
            return new Problem(ProblemCode.WaiverNotAllowed, "Only a director can excuse a team from a month. If there is nothing to report, send noData with the reason.");
        }

        if (calendar.IsLocked(month, team.EnrolledFrom, now) && !(viewer.MayOverrideLocks && overrideReason is not null))
        {
            var locked = $"{month} was locked at the end of {calendar.LockedAfter(month, team.EnrolledFrom):yyyy-MM-dd}.";
            return new Problem(ProblemCode.MonthLocked, viewer.MayOverrideLocks
                ? $"{locked} As a director you can still change it: say why in reason."
                : $"{locked} Ask your director to make the change.");
        }

        return null;
    }

    /// <summary>The rules that say no to anything that a team writes about a month: figures, reports, assessments.</summary>
    public static Problem? MonthRefusal(CollaborativeState collaborative, string collaborativeStatus, TeamState team, Month month, DateTimeOffset now)
    {
        if (ClosedRefusal(collaborativeStatus) is { } closed)
        {
            return closed;
        }

        if (month < collaborative.BaselineFrom || month > collaborative.EndMonth)
        {
            return new Problem(ProblemCode.MonthOutsideCollaborative,
                $"{month} is outside this collaborative, which runs from {collaborative.BaselineFrom} to {collaborative.EndMonth}.");
        }

        if (month > collaborative.Calendar.CurrentMonth(now))
        {
            return new Problem(ProblemCode.MonthInFuture, $"{month} has not begun yet.");
        }

        if (!team.TakesPart)
        {
            return new Problem(ProblemCode.TeamNotEnrolled, EnrolmentMoves.WhyNotYet(team.Enrolment));
        }

        if (team.WithdrawnAfter is { } last && month > last)
        {
            return new Problem(ProblemCode.TeamWithdrawn, $"The team withdrew after {last}, so it has nothing for {month}.");
        }

        return null;
    }

    /// <summary>The rule that says no to everything once a collaborative has ended.</summary>
    public static Problem? ClosedRefusal(string collaborativeStatus) => collaborativeStatus is "closed" or "cancelled"
        ? new Problem(ProblemCode.CollaborativeClosed, "The collaborative is closed; what it holds can be read but no longer changed.")
        : null;

    public static string Name(MeasureKind kind) => kind switch
    {
        MeasureKind.DaysBetween => "days-between measure",
        MeasureKind.CasesBetween => "cases-between measure",
        _ => kind.ToString().ToLowerInvariant(),
    };

    private static string Inputs(MeasureKind kind) => kind switch
    {
        MeasureKind.Count => "the number of events as numerator",
        MeasureKind.Mean => "numerator and denominator, or value and n",
        MeasureKind.Median => "value and n",
        MeasureKind.DaysBetween or MeasureKind.CasesBetween => "values, the gaps in order",
        _ => "numerator and denominator",
    };

    private static bool StatesBoth(Figures figures, MeasureKind kind) => kind switch
    {
        MeasureKind.Mean => figures.Value is not null && (figures.Numerator ?? figures.Denominator) is not null,
        MeasureKind.Count => figures is { Value: not null, Numerator: not null },
        MeasureKind.DaysBetween or MeasureKind.CasesBetween => figures is { Value: not null, Gaps: not null },
        _ => false,
    };

    private static IEnumerable<(string Pointer, bool Given, bool Belongs)> Members(Figures figures, MeasureKind kind)
    {
        var quotient = kind is MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Ratio or MeasureKind.Mean;
        var value = kind is MeasureKind.Mean or MeasureKind.Median;
        yield return ("/numerator", figures.Numerator is not null, quotient || kind == MeasureKind.Count);
        yield return ("/denominator", figures.Denominator is not null, quotient);
        yield return ("/value", figures.Value is not null, value);
        yield return ("/n", figures.N is not null, value);
        yield return ("/sd", figures.Sd is not null, kind == MeasureKind.Mean);
        yield return ("/values", figures.Gaps is not null, kind is MeasureKind.DaysBetween or MeasureKind.CasesBetween);
    }

    /// <param name="at">Whose figures they are: nothing, or the pointer of a stratum.</param>
    /// <param name="the">How a sentence about them begins.</param>
    private static IEnumerable<FieldError> Quotient(double? numerator, double? denominator, MeasureKind kind, string at, string the)
    {
        if (denominator == 0 && numerator is not (null or 0))
        {
            yield return new FieldError($"{at}/denominator", "zero", $"{the} denominator is 0 but the numerator is not; check both. If nothing happened this month, send 0 and 0.");
        }
        else if (kind == MeasureKind.Proportion && numerator > denominator)
        {
            yield return new FieldError($"{at}/numerator", "overDenominator", $"{the} numerator is above the denominator, which a proportion cannot be; check whether they are swapped.");
        }
    }

    private static FieldError? Missing(Figures figures, MeasureKind kind) => kind switch
    {
        MeasureKind.Count when figures.Numerator is null => new FieldError("/numerator", "required", "Give the number of events, 0 if there were none."),
        MeasureKind.Median when figures.Value is null => new FieldError("/value", "required", "Give the median as value."),
        MeasureKind.DaysBetween or MeasureKind.CasesBetween when figures.Gaps is null =>
            new FieldError("/values", "required", "Give the gaps in order as values, an empty list if there was no event."),
        MeasureKind.Mean when figures.Value is not null => null,
        MeasureKind.Mean or MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Ratio when figures.Numerator is null =>
            new FieldError("/numerator", "required", "Give the numerator. If there is nothing to report, send noData with the reason."),
        MeasureKind.Mean or MeasureKind.Proportion or MeasureKind.Rate or MeasureKind.Ratio when figures.Denominator is null =>
            new FieldError("/denominator", "required", "Give the denominator."),
        _ => null,
    };

    private static IEnumerable<FieldError> StrataErrors(IReadOnlyList<Stratum>? strata)
    {
        if (strata is null)
        {
            yield break;
        }

        if (strata.Count > MostStrata)
        {
            yield return new FieldError("/strata", "tooMany", $"A submission holds at most {MostStrata} strata.");
            yield break;
        }

        var seen = new HashSet<(string, string)>();
        for (var i = 0; i < strata.Count; i++)
        {
            var at = $"/strata/{i}";
            if (strata[i] is not { } stratum)
            {
                yield return new FieldError(at, "required", "A stratum needs a scheme, a category, a numerator and a denominator.");
                continue;
            }

            foreach (var error in Shape.Required(stratum.Scheme, $"{at}/scheme", "the scheme, like sex", 100)
                .Concat(Shape.Required(stratum.Category, $"{at}/category", "the category, like female", 100))
                .Concat(Number(stratum.Numerator, $"{at}/numerator"))
                .Concat(Number(stratum.Denominator, $"{at}/denominator"))
                .Concat(Shape.Given(stratum.Numerator, $"{at}/numerator", "the stratum's numerator"))
                .Concat(Shape.Given(stratum.Denominator, $"{at}/denominator", "the stratum's denominator")))
            {
                yield return error;
            }

            if (stratum.Numerator < 0 || stratum.Denominator < 0)
            {
                yield return new FieldError(at, "negative", "A stratum's figures cannot be below 0.");
            }

            if (stratum is { Scheme: not null, Category: not null } && !seen.Add((stratum.Scheme.Trim(), stratum.Category.Trim())))
            {
                yield return new FieldError(at, "duplicate", $"{stratum.Scheme} {stratum.Category} is given twice.");
            }
        }
    }

    private static IEnumerable<FieldError> Number(double? value, string pointer)
    {
        if (value is { } number && !(Math.Abs(number) <= LargestFigure))
        {
            yield return new FieldError(pointer, "number", "This is not an ordinary number, or it is too large to keep.");
        }
    }
}
