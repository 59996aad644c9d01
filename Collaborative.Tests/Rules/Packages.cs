using System.Globalization;
using Collaborative.Domain.ChangePackages;

namespace Collaborative.Tests.Rules;

/// <summary>Change packages of any size, for the pictures and the rules.</summary>
internal static class Packages
{
    private static readonly string[] PrimaryTitles =
        ["Reliable ventilator care", "Early liberation from the ventilator", "A team that works as one", "Patients and families as partners"];

    private static readonly string[] SecondaryTitles =
    [
        "Every element of the bundle, every patient, every time", "Clean hands and clean equipment", "Oral hygiene", "Daily interruption of sedation", "Daily readiness to wean",
        "Mobility", "Multidisciplinary rounds with daily goals", "Briefings at every shift change", "Learning from every case", "Open visiting", "Families on rounds", "Plain words",
    ];

    private static readonly string[] IdeaTitles =
    [
        "Bed head raised to 30–45°, checked every four hours", "Oral care with chlorhexidine four times a day", "Subglottic suction tubes for those expected to stay longer than 72 hours",
        "Sedation pause at 9 o'clock unless the consultant says otherwise", "Spontaneous breathing trial led by nurses", "Daily goals on a board at the bedside",
        "A checklist that the newest member of the team reads out", "Ten-minute huddle after every ventilator-associated pneumonia",
    ];

    /// <summary>So many drivers and ideas, spread evenly.</summary>
    public static IReadOnlyList<PrimaryDriver> Of(int primaries, int secondaries, int ideas, Func<int, string>? ideaTitle = null) =>
    [
        .. Enumerable.Range(0, primaries).Select(p => new PrimaryDriver($"P{p + 1}", PrimaryTitles[p % PrimaryTitles.Length],
        [
            .. Share(secondaries, primaries, p).Select(s => new SecondaryDriver($"S{s + 1}", SecondaryTitles[s % SecondaryTitles.Length],
            [
                .. Concepts(Share(ideas, secondaries, s), s, ideaTitle ?? (i => IdeaTitles[i % IdeaTitles.Length])),
            ])),
        ])),
    ];

    public static DriverDiagram Diagram(int primaries, int secondaries, int ideas, int teams = 24, string aim = "Reduce ventilator-associated pneumonia by half in all 24 intensive care units by December 2026.")
    {
        var drivers = Of(primaries, secondaries, ideas);
        var totals = ChangePackageRules.Ideas(drivers).ToDictionary(
            idea => Domain.Code.KeyOf(idea.Idea.Code!),
            idea =>
            {
                var (spread, implemented, testing) = (idea.Place * 3 % 5 * teams / 24, idea.Place * 5 % 7 * teams / 24, idea.Place * 7 % 9 * teams / 24);
                return new IdeaTotals(teams - spread - implemented - testing, testing, implemented, spread);
            });
        return DriverDiagram.Of("icu", "Safer intensive care", aim, drivers, teams, totals, 3);
    }

    /// <summary>A matrix in which every kind of cell occurs.</summary>
    public static IdeaMatrix Matrix(int teams, int ideas)
    {
        MatrixTeam[] rows =
        [
            .. Enumerable.Range(0, teams).Select(t => new MatrixTeam(
                string.Create(CultureInfo.InvariantCulture, $"t{t + 1:000}"),
                string.Create(CultureInfo.InvariantCulture, $"{(t % 2 == 0 ? "North" : "Mount Saint Elizabeth")} ICU {t + 1}"),
                [.. Enumerable.Range(0, ideas).Select(i => CellOf((t * 7) + (i * 3) + (t * i % 5)))],
                [])),
        ];
        return new IdeaMatrix(
            "icu",
            "Safer intensive care",
            [
                .. Enumerable.Range(0, ideas).Select(i => new MatrixIdea
                {
                    Code = $"I{i + 1}",
                    Title = IdeaTitles[i % IdeaTitles.Length],
                    Retired = i == ideas - 1 && ideas > 5,
                    Totals = IdeaTotals.Of(rows.Select(row => row.Cells[i].Status)),
                }),
            ],
            teams,
            rows);
    }

    private static MatrixCell CellOf(int seed) => (seed % 11) switch
    {
        0 or 1 => MatrixCell.Of(IdeaStatus.Testing, null, 2),
        2 => MatrixCell.Of(null, null, 1),
        3 or 4 => MatrixCell.Of(IdeaStatus.Implemented, new DateOnly(2026, 3, 1), 4),
        5 => MatrixCell.Of(IdeaStatus.Spread, null, 6),
        _ => MatrixCell.NotStarted,
    };

    private static IEnumerable<ChangeConcept> Concepts(IEnumerable<int> ideas, int secondary, Func<int, string> title) =>
        ideas.Chunk(3).Select((chunk, c) => new ChangeConcept(
            string.Create(CultureInfo.InvariantCulture, $"C{secondary + 1}-{c + 1}"),
            c == 0 ? "Make the right thing the easy thing" : "Standardise",
            [.. chunk.Select(i => new PackageIdea($"I{i + 1}", title(i), null, i % 3 == 0 ? "vent-bundle" : null, null))]));

    private static IEnumerable<int> Share(int all, int parts, int part) => Enumerable.Range(all * part / parts, (all * (part + 1) / parts) - (all * part / parts));
}
