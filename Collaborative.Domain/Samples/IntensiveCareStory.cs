using System.Globalization;
using Collaborative.Domain.ChangePackages;
using Collaborative.Domain.Rosters;

namespace Collaborative.Domain.Samples;

/// <summary>What happened around the figures of <see cref="IntensiveCareSample"/>: its change package, people, sessions and tests. Invented, and the same every time.</summary>
public static class IntensiveCareStory
{
    /// <summary>When the sponsor named a director, half a year before the first session.</summary>
    public static readonly DateOnly Begun = new(2011, 7, 4);

    public static readonly IReadOnlyList<DateOnly> Sessions = [new(2012, 1, 17), new(2012, 5, 15), new(2012, 9, 18)];

    public const string Director = "Dr Isla Murray, director";
    public const string Advisor = "Tom Reid, improvement advisor";
    public const string Coordinator = "Una Kerr, coordinator";

    private static readonly string[] FirstNames = ["Ailsa", "Bruce", "Catriona", "Duncan", "Eilidh", "Fergus", "Greer", "Hamish", "Iona", "Jamie", "Kirsty", "Lewis", "Morag", "Neil", "Orla", "Rory", "Shona", "Struan"];

    private static readonly string[] LastNames = ["Baird", "Currie", "Dunn", "Ewing", "Forbes", "Grant", "Hay", "Innes", "Keith", "Laing", "Mair", "Nairn", "Orr", "Paton", "Ross", "Shaw", "Weir"];

    private static readonly TeamRole[][] Roles =
    [
        [TeamRole.SeniorLeader], [TeamRole.DayToDayLeader], [TeamRole.DataLead], [TeamRole.ClinicalChampion], [TeamRole.PatientOrCommunity], [TeamRole.Member], [TeamRole.Member],
    ];

    /// <summary>What teams wrote into their reports, by how far the year had come.</summary>
    private static readonly string[] Successes =
    [
        "Oral care is on every bedside chart.", "The sedation hold happens before ten on most days.", "Every line is now put in from the trolley.",
        "Night staff run the daily goals themselves.", "Ninety days without a line infection.", "New doctors learn the bundle on their first day.",
    ];

    private static readonly string[] Obstacles =
    [
        "No kits at weekends.", "Two posts are vacant.", "The head-of-bed angle is hard to read.", "Agency nurses do not know the bundle.", "The audit takes too long.", "Rounds start late when theatre overruns.",
    ];

    public static ChangePackageBody Package { get; } = new()
    {
        Aim = "Ventilator-associated pneumonia down by 60\u202f% in 24 intensive care units by December 2012, with fewer infections of every kind",
        PrimaryDrivers =
        [
            new("ventilation", "Reliable care of ventilated patients",
            [
                Driver("wake", "Less sedation, earlier breathing trials", Concept("hold", "Do tasks at a set time", Idea("sedation-hold", "Daily sedation hold before 10 o'clock", "vap"), Idea("breathing-trial", "Breathing trial after every hold", "vap"))),
                Driver("mouth", "Clean mouth and airway", Concept("kit", "Put what is needed where it is needed", Idea("oral-care", "Oral care four times a day from a bedside kit", "vap"), Idea("suction", "Suction above the cuff", "vap")), Concept("see", "Make it visible", Idea("bed-angle", "A coloured line on the wall shows the head of the bed at 30 to 45 degrees", "vap"))),
            ]),
            new("lines", "Safe lines",
            [
                Driver("insert", "Put in the same way every time", Concept("standard", "Standardise", Idea("line-trolley", "A trolley with everything for a line", "clabsi"), Idea("checklist", "A second person reads the checklist aloud", "clabsi")), Concept("stop", "Let anyone stop it", Idea("stop-rule", "Whoever sees a break in technique stops it", "clabsi"))),
                Driver("maintain", "Look after it, and take it out", Concept("ask", "Build in a question", Idea("line-question", "“Does she still need it?” on every round", "clabsi"), Idea("hub-care", "Scrub the hub: a poster at every bed", "clabsi"))),
            ]),
            new("hands", "Clean hands and places",
            [
                Driver("hygiene", "Hands", Concept("near", "Bring it nearer", Idea("gel-at-bed", "Gel at the foot of every bed", "sab"), Idea("hand-feedback", "Weekly hand hygiene figures by the door", "sab"))),
                Driver("cdiff-care", "Antibiotics and isolation", Concept("review", "Review at a set time", Idea("antibiotic-review", "Review antibiotics on day three", "cdiff"), Idea("isolate-early", "A side room on the first loose stool", "cdiff"))),
            ]),
            new("teamwork", "One team, one plan",
            [
                Driver("rounds-driver", "Rounds with daily goals", Concept("together", "Do it together", Idea("daily-goals", "A daily goals sheet for each patient", "rounds"), Idea("nurse-opens", "The nurse opens the round", "rounds"), Idea("family-round", "Families are asked to the round", "rounds"))),
                Driver("flow", "Home in time", Concept("plan", "Plan from the first day", Idea("discharge-date", "An expected day of discharge from day one", "icu-los"), Idea("step-down", "A bed huddle at eight with the wards", "icu-los"))),
            ]),
        ],
    };

    /// <summary>The codes of the ideas, in the order of the package.</summary>
    public static IReadOnlyList<string> Ideas { get; } =
    [
        .. Package.PrimaryDrivers!.SelectMany(primary => primary.SecondaryDrivers!).SelectMany(secondary => secondary.Concepts!).SelectMany(concept => concept.Ideas!).Select(idea => idea.Code!),
    ];

    /// <summary>The measure that an idea is meant to move.</summary>
    public static string MeasureOf(string idea) => Package.PrimaryDrivers!.SelectMany(primary => primary.SecondaryDrivers!).SelectMany(secondary => secondary.Concepts!)
        .SelectMany(concept => concept.Ideas!).First(found => found.Code == idea).Measure!;

    /// <summary>The seven people of a team, from four months before the first session.</summary>
    /// <param name="team">From 0.</param>
    public static IEnumerable<(string Code, TeamMemberBody Body)> People(int team) => Roles.Select((roles, i) =>
    {
        var name = $"{FirstNames[((team * 5) + (i * 7)) % FirstNames.Length]} {LastNames[((team * 3) + (i * 11)) % LastNames.Length]}";
        return ($"m{i + 1}", new TeamMemberBody
        {
            Name = roles[0] == TeamRole.SeniorLeader ? $"Dr {name}" : name,
            Roles = roles,
            Email = string.Create(CultureInfo.InvariantCulture, $"m{i + 1}@{IntensiveCareSample.Teams[team].Code}.example"),
            From = new DateOnly(2011, 9, 1),
            TimePercent = roles[0] == TeamRole.DayToDayLeader ? 20 + (team % 3 * 5) : null,
        });
    });

    /// <summary>What a team said of a month.</summary>
    public static (string Success, string Obstacle) Said(int team, Month month) =>
        (Successes[(team + month.Number) % Successes.Length], Obstacles[((team * 2) + month.Number) % Obstacles.Length]);

    /// <summary>How far a team was in a month of 2012, on the scale of 0.5 to 5: from the first tests in spring to results that hold in winter.</summary>
    public static double Score(int team, Month month) => Math.Clamp(Math.Round(2 * (1.5 + (month.Number * 0.22) + ((team % 5) * 0.25) - 0.5)) / 2, 1.0, 4.5);

    private static SecondaryDriver Driver(string code, string title, params ChangeConcept[] concepts) => new(code, title, concepts);

    private static ChangeConcept Concept(string code, string title, params PackageIdea[] ideas) => new(code, title, ideas);

    private static PackageIdea Idea(string code, string title, string measure) => new(code, title, null, measure, null);
}
