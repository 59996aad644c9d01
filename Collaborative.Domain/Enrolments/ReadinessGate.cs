namespace Collaborative.Domain.Enrolments;

/// <summary>What is expected of sites that take part, and which of it a team needs before it commits itself.</summary>
/// <remarks>The six expectations of participating sites (IHI, Optimize Primary Care Teams).</remarks>
public static class ReadinessGate
{
    public static readonly IReadOnlyList<string> Items =
    [
        "Senior leadership support: the collaborative is a recognised priority of leaders and board, and senior leaders join their calls",
        "Dedicated project resources: a high-level project leader with 20 to 40 % of the time for it, and preferably a data lead",
        "A multidisciplinary team of 6 to 10 members",
        "Improvement skills and a record of improvement, or the commitment to learn",
        "Support for measurement: the data needed, also from beyond the own systems, and somebody on the measurement calls",
        "Partnering and inclusion: partners beyond the organisation, and patients, families or the community as active members",
    ];

    /// <summary>The numbers of the items that must be at least partly met.</summary>
    public static readonly IReadOnlyList<int> Gating = [1, 2, 5];

    public static bool Passes(IEnumerable<ReadinessItem> items) =>
        Gating.All(number => items.Any(item => item.Number == number && item.Rating >= ReadinessRating.Partly));

    /// <summary>The whole checklist, with what a body says of each item.</summary>
    public static IReadOnlyList<ReadinessItem> Fill(IReadOnlyList<ReadinessItemBody> given) =>
    [
        .. Items.Select((title, i) =>
        {
            var item = given.FirstOrDefault(item => item.Number == i + 1);
            return new ReadinessItem
            {
                Number = i + 1,
                Title = title,
                Gates = Gating.Contains(i + 1),
                Rating = item?.Rating,
                Evidence = Shape.Tidy(item?.Evidence),
                GapAction = Shape.Tidy(item?.GapAction),
                Reviewer = Shape.Tidy(item?.Reviewer),
            };
        }),
    ];
}
