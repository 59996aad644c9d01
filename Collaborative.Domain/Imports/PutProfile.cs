using Collaborative.Domain.Access;

namespace Collaborative.Domain.Imports;

public enum ProfileState
{
    /// <summary>Made from a file; a person has yet to say that it is right.</summary>
    Proposed,
    Confirmed,
}

/// <summary>A partner's code of a team, and for which months it means that team.</summary>
public sealed record TeamMapping
{
    public string? Code { get; init; }

    /// <summary>What the partner calls it.</summary>
    public string? Name { get; init; }

    /// <summary>Our code; without it the profile cannot be confirmed.</summary>
    public string? Team { get; init; }

    public Month? From { get; init; }

    public Month? To { get; init; }
}

/// <summary>A partner's code of a measure, and what makes its figures ours.</summary>
public sealed record MeasureMapping
{
    public string? Code { get; init; }

    public string? Name { get; init; }

    public string? Measure { get; init; }

    public Month? From { get; init; }

    public Month? To { get; init; }

    /// <summary>From the partner’s unit to ours: 60 makes minutes of hours.</summary>
    public double? MultiplyBy { get; init; }

    /// <summary>The partner counts the opposite: of a proportion the complement is taken, of anything else the other sign.</summary>
    public bool? Negate { get; init; }
}

/// <summary>What a partner calls a stratum, and what we do.</summary>
public sealed record StratumMapping
{
    public string? Scheme { get; init; }

    public string? Category { get; init; }

    /// <summary>Ours; without both the profile cannot be confirmed.</summary>
    public string? ToScheme { get; init; }

    public string? ToCategory { get; init; }
}

public sealed record ProfileBody
{
    /// <summary>The partner's name.</summary>
    public string? Partner { get; init; }

    public ProfileState? State { get; init; }

    /// <summary>Whether its files are taken without a person's word.</summary>
    public bool? AutoAccept { get; init; }

    /// <summary>What to do with figures that are not of one calendar month; booked to their last month unless given.</summary>
    public PeriodRule? Periods { get; init; }

    /// <summary>Of figures to date: the first month, 1 to 12, of the partner's year; January unless given.</summary>
    public int? YearStartsIn { get; init; }

    public IReadOnlyList<TeamMapping>? Teams { get; init; }

    public IReadOnlyList<MeasureMapping>? Measures { get; init; }

    public IReadOnlyList<StratumMapping>? Strata { get; init; }

    public string? Reason { get; init; }
}

public sealed record ProfileView
{
    public required string Code { get; init; }

    public required string Partner { get; init; }

    public required ProfileState State { get; init; }

    public required bool AutoAccept { get; init; }

    public required PeriodRule Periods { get; init; }

    public int? YearStartsIn { get; init; }

    public required IReadOnlyList<TeamMapping> Teams { get; init; }

    public required IReadOnlyList<MeasureMapping> Measures { get; init; }

    public required IReadOnlyList<StratumMapping> Strata { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>Says what a partner's codes mean.</summary>
public sealed record PutProfile(Viewer Viewer, Guid CollaborativeId, string Code, ProfileBody Body, Preconditions Preconditions) : ICommand<Written<ProfileView>>, IHasShape
{
    private const int MostMappings = 5_000;

    /// <summary>From seconds to years and back is less.</summary>
    private const double LargestFactor = 1e12;

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "profile"),
        .. Shape.Required(Body.Partner, "/partner", "the partner's name", Shape.NameLength),
        .. Shape.Given(Body.State, "/state", "the state: proposed, or confirmed once a person has looked at it"),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
        .. Body.YearStartsIn is < 1 or > 12
            ? [new FieldError("/yearStartsIn", "range", "Say in which month the partner's year starts, 1 to 12.")]
            : Body.YearStartsIn is not null && Body.Periods != PeriodRule.YearToDate
            ? [new FieldError("/yearStartsIn", "unused", "Only where periods is yearToDate does it matter when the year starts.")]
            : Array.Empty<FieldError>(),
        .. Mappings(Body.Teams, "/teams", mapping => (mapping.Code, mapping.Name, mapping.Team, mapping.From, mapping.To), "team"),
        .. Mappings(Body.Measures, "/measures", mapping => (mapping.Code, mapping.Name, mapping.Measure, mapping.From, mapping.To), "measure"),
        .. (Body.Measures ?? []).SelectMany((mapping, i) => mapping?.MultiplyBy is { } factor && !(factor > 0 && factor <= LargestFactor)
            ? [new FieldError($"/measures/{i}/multiplyBy", "range", "The factor is above 0; for the opposite sign say negate.")]
            : Array.Empty<FieldError>()),
        .. StrataErrors(),
    ];

    private IEnumerable<FieldError> Mappings<T>(
        IReadOnlyList<T?>? list, string at, Func<T, (string? Code, string? Name, string? Ours, Month? From, Month? To)> read, string what)
        where T : class
    {
        if (list is null)
        {
            yield break;
        }

        if (list.Count > MostMappings)
        {
            yield return new FieldError(at, "tooMany", $"A profile has at most {MostMappings} of these.");
            yield break;
        }

        var spans = new Dictionary<string, List<(Month From, Month To)>>();
        for (var i = 0; i < list.Count; i++)
        {
            if (list[i] is not { } mapping)
            {
                yield return new FieldError($"{at}/{i}", "required", "Give the partner's code and ours.");
                continue;
            }

            var (code, name, ours, from, to) = read(mapping);
            foreach (var error in Shape.Required(code, $"{at}/{i}/code", "the partner's code", PartnerCode.Length).Concat(Shape.Optional(name, $"{at}/{i}/name", Shape.NameLength)))
            {
                yield return error;
            }

            if (ours is null && Body.State == ProfileState.Confirmed)
            {
                yield return new FieldError($"{at}/{i}/{what}", "required", $"Say which {what} of ours this code means, or take the line out, before you confirm.");
            }

            var (first, last) = (from ?? Month.First, to ?? new Month(2999, 12));
            if (first > last)
            {
                yield return new FieldError($"{at}/{i}/to", "range", "The last month is before the first.");
            }
            else if (code is not null)
            {
                var key = Domain.Code.KeyOf(code.Trim());
                var known = spans.TryGetValue(key, out var found) ? found : spans[key] = [];
                if (known.Exists(span => span.From <= last && first <= span.To))
                {
                    yield return new FieldError($"{at}/{i}/code", "duplicate", "This code has a line already for some of these months.");
                }

                known.Add((first, last));
            }
        }
    }

    private IEnumerable<FieldError> StrataErrors()
    {
        if (Body.Strata is { Count: > MostMappings })
        {
            return [new FieldError("/strata", "tooMany", $"A profile has at most {MostMappings} of these.")];
        }

        var seen = new HashSet<(string, string)>();
        return (Body.Strata ?? []).SelectMany((mapping, i) => mapping is null
            ? [new FieldError($"/strata/{i}", "required", "Give the partner's scheme and category and ours.")]
            : Shape.Required(mapping.Scheme, $"/strata/{i}/scheme", "the partner's scheme", 100)
                .Concat(Shape.Required(mapping.Category, $"/strata/{i}/category", "the partner's category", 100))
                .Concat(Ours(mapping.ToScheme, $"/strata/{i}/toScheme", "our scheme"))
                .Concat(Ours(mapping.ToCategory, $"/strata/{i}/toCategory", "our category"))
                .Concat(mapping is { Scheme: not null, Category: not null } && !seen.Add((mapping.Scheme.Trim(), mapping.Category.Trim()))
                    ? [new FieldError($"/strata/{i}", "duplicate", "This scheme and category have a line already.")]
                    : []));

        IEnumerable<FieldError> Ours(string? text, string at, string what) =>
            text is null && Body.State != ProfileState.Confirmed ? [] : Shape.Required(text, at, what, 100);
    }
}

public sealed record WithdrawProfile(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions) : ICommand<Written<ProfileView>>;

public sealed record GetProfile(Viewer Viewer, Guid CollaborativeId, string Code) : IQuery<ProfileView>;

public sealed record ListProfiles(Viewer Viewer, Guid CollaborativeId, ProfileState? State, string? AfterKey, int Limit) : IQuery<Page<ProfileView>>;
