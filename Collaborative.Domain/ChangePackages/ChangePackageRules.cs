namespace Collaborative.Domain.ChangePackages;

/// <summary>An idea and where in the package it stands.</summary>
/// <param name="ConceptCode">The concept that it is made from.</param>
/// <param name="Place">Its position from the top of the diagram.</param>
public sealed record PlacedIdea(PackageIdea Idea, string PrimaryDriverKey, string SecondaryDriverKey, string ConceptKey, string ConceptCode, int Place);

/// <summary>What a change package may hold, and what follows from it for its ideas.</summary>
public static class ChangePackageRules
{
    public const int MostPrimaryDrivers = 12;
    public const int MostSecondaryDrivers = 60;
    public const int MostConcepts = 200;
    public const int MostIdeas = 300;
    public const int TextLength = 2000;

    public static IEnumerable<FieldError> ShapeErrors(ChangePackageBody body)
    {
        var check = new Check();
        check.Add(Shape.Required(body.Aim, "/aim", "the aim: how much, by when, for whom", TextLength));
        check.Add(Shape.Optional(body.Reason, "/reason", Shape.TextLength));
        var primaries = body.PrimaryDrivers ?? [];
        if (primaries.Count == 0)
        {
            check.Add([new FieldError("/primaryDrivers", "required", "Give at least one primary driver: what must change for the aim to be reached.")]);
        }

        for (var p = 0; p < primaries.Count; p++)
        {
            var primary = primaries[p] ?? new PrimaryDriver(null, null, null);
            var atPrimary = $"/primaryDrivers/{p}";
            check.Named(primary.Code, primary.Title, atPrimary, "primary driver");
            for (var s = 0; s < (primary.SecondaryDrivers?.Count ?? 0); s++)
            {
                var secondary = primary.SecondaryDrivers![s] ?? new SecondaryDriver(null, null, null);
                var atSecondary = $"{atPrimary}/secondaryDrivers/{s}";
                check.Named(secondary.Code, secondary.Title, atSecondary, "secondary driver");
                for (var c = 0; c < (secondary.Concepts?.Count ?? 0); c++)
                {
                    var concept = secondary.Concepts![c] ?? new ChangeConcept(null, null, null);
                    var atConcept = $"{atSecondary}/concepts/{c}";
                    check.Named(concept.Code, concept.Title, atConcept, "change concept");
                    for (var i = 0; i < (concept.Ideas?.Count ?? 0); i++)
                    {
                        var idea = concept.Ideas![i] ?? new PackageIdea(null, null, null, null, null);
                        var atIdea = $"{atConcept}/ideas/{i}";
                        check.Named(idea.Code, idea.Title, atIdea, "change idea");
                        check.Add(Shape.Optional(idea.Description, $"{atIdea}/description", TextLength));
                        check.Add(Shape.Optional(idea.Evidence, $"{atIdea}/evidence", TextLength));
                        check.Add(idea.Measure is { } measure ? Shape.Code(measure, $"{atIdea}/measure") : []);
                    }
                }
            }
        }

        check.AtMost("primary driver", MostPrimaryDrivers);
        check.AtMost("secondary driver", MostSecondaryDrivers);
        check.AtMost("change concept", MostConcepts);
        check.AtMost("change idea", MostIdeas);
        return check.Errors;
    }

    /// <summary>The ideas from the top of the diagram to its foot.</summary>
    public static IReadOnlyList<PlacedIdea> Ideas(IReadOnlyList<PrimaryDriver> primaryDrivers)
    {
        var ideas = new List<PlacedIdea>();
        foreach (var primary in primaryDrivers)
        {
            foreach (var secondary in primary.SecondaryDrivers ?? [])
            {
                foreach (var concept in secondary.Concepts ?? [])
                {
                    foreach (var idea in concept.Ideas ?? [])
                    {
                        ideas.Add(new PlacedIdea(idea, Code.KeyOf(primary.Code!), Code.KeyOf(secondary.Code!), Code.KeyOf(concept.Code!), concept.Code!, ideas.Count));
                    }
                }
            }
        }

        return ideas;
    }

    /// <summary>Where a team's own idea stands that names a secondary driver or a concept; null where the package has neither.</summary>
    public static (string PrimaryKey, string SecondaryKey, string? ConceptKey)? PlaceUnder(IReadOnlyList<PrimaryDriver> primaryDrivers, string under)
    {
        var key = Code.KeyOf(under);
        foreach (var primary in primaryDrivers)
        {
            foreach (var secondary in primary.SecondaryDrivers ?? [])
            {
                if (Code.KeyOf(secondary.Code!) == key)
                {
                    return (Code.KeyOf(primary.Code!), key, null);
                }

                if (secondary.Concepts?.Any(concept => Code.KeyOf(concept.Code!) == key) == true)
                {
                    return (Code.KeyOf(primary.Code!), Code.KeyOf(secondary.Code!), key);
                }
            }
        }

        return null;
    }

    /// <summary>Ideas that leave the package but have been tested are kept as retired, those that were retired before too, unless the package takes them up again.</summary>
    /// <param name="before">The ideas of the package until now, the retired ones too.</param>
    /// <param name="wanted">The keys of the ideas that the package shall have.</param>
    /// <param name="tested">The keys of the ideas that any team has tested, or has said how far it is with.</param>
    public static IReadOnlyList<RetiredIdea> Retire(IEnumerable<(RetiredIdea Idea, bool IsRetired)> before, IReadOnlySet<string> wanted, IReadOnlySet<string> tested) =>
    [
        .. before
            .Where(known => !wanted.Contains(Code.KeyOf(known.Idea.Code)) && (known.IsRetired || tested.Contains(Code.KeyOf(known.Idea.Code))))
            .Select(known => known.Idea)
            .OrderBy(idea => Code.KeyOf(idea.Code), StringComparer.Ordinal),
    ];

    /// <summary>A team's own idea is taken up by a package that has an idea of the same code; two teams' different ideas cannot become one.</summary>
    /// <param name="own">The teams' own ideas: the team's code, the idea's key and its title.</param>
    public static Problem? JudgePromotion(IEnumerable<(string Team, string IdeaKey, string Title)> own, IReadOnlySet<string> wanted)
    {
        foreach (var same in own.Where(idea => wanted.Contains(idea.IdeaKey)).GroupBy(idea => idea.IdeaKey))
        {
            if (same.DistinctBy(idea => idea.Title, StringComparer.OrdinalIgnoreCase).Skip(1).Any())
            {
                return new Problem(ProblemCode.IdeaCodeTaken,
                    $"The teams {string.Join(", ", same.Select(idea => idea.Team))} have different ideas of their own with the code {same.Key}. Choose another code, so that their tests are not mixed up.");
            }
        }

        return null;
    }

    /// <summary>Gathers what is wrong on the way down the tree.</summary>
    private sealed class Check
    {
        private readonly Dictionary<string, string> places = [];
        private readonly Dictionary<string, int> counts = [];

        public List<FieldError> Errors { get; } = [];

        public void Add(IEnumerable<FieldError> errors) => Errors.AddRange(errors);

        public void Named(string? code, string? title, string pointer, string what)
        {
            counts[what] = counts.GetValueOrDefault(what) + 1;
            Add(Shape.Required(title, $"{pointer}/title", $"the title of the {what}", Shape.NameLength));
            if (!Code.IsValid(code))
            {
                Errors.Add(new FieldError($"{pointer}/code", "code", Code.Rule));
            }
            else if (!places.TryAdd(Code.KeyOf(code!), pointer))
            {
                Errors.Add(new FieldError($"{pointer}/code", "duplicate", $"The code {code} is used twice, also at {places[Code.KeyOf(code!)]}. Every driver, concept and idea has a code of its own."));
            }
        }

        public void AtMost(string what, int most)
        {
            if (counts.GetValueOrDefault(what) > most)
            {
                Errors.Add(new FieldError("/primaryDrivers", "tooMany", $"Keep to {most} {what}s; there are {counts[what]}. A package that is larger is not read."));
            }
        }
    }
}
