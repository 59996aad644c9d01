using Collaborative.Domain.Access;

namespace Collaborative.Domain.Collaboratives;

/// <summary>What a PUT of a collaborative carries.</summary>
public sealed record CollaborativeBody
{
    public string? Name { get; init; }

    public string? Topic { get; init; }

    /// <summary>How much, by when, for whom.</summary>
    public string? Aim { get; init; }

    public Month? StartMonth { get; init; }

    public Month? EndMonth { get; init; }

    /// <summary>The first month that figures are taken for; the start month unless given.</summary>
    public Month? BaselineFrom { get; init; }

    /// <summary>An IANA time zone, by which due days are judged; UTC unless given.</summary>
    public string? TimeZone { get; init; }

    /// <summary>The day of the following month by which a month's figures are due; 15 unless given.</summary>
    public int? ReportDueDay { get; init; }

    /// <summary>How many days after the due day a month is closed to all but directors; never unless given.</summary>
    public int? LockAfterDays { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

public sealed record PutCollaborative(Viewer Viewer, string Code, CollaborativeBody Body, Preconditions Preconditions)
    : ICommand<Written<CollaborativeView>>, IHasShape
{
    /// <summary>Longer collaboratives than this are mistyped years.</summary>
    private const int MostMonths = 600;

    public IEnumerable<FieldError> ShapeErrors()
    {
        var errors = new List<FieldError>();
        errors.AddRange(Shape.Code(Code, "collaborative"));
        errors.AddRange(Shape.Required(Body.Name, "/name", "the collaborative's name", Shape.NameLength));
        errors.AddRange(Shape.Required(Body.Topic, "/topic", "the topic", Shape.NameLength));
        errors.AddRange(Shape.Required(Body.Aim, "/aim", "the aim: how much, by when, for whom", Shape.TextLength));
        errors.AddRange(Shape.Given(Body.StartMonth, "/startMonth", "the first month, like 2026-03"));
        errors.AddRange(Shape.Given(Body.EndMonth, "/endMonth", "the last month, like 2027-02"));
        errors.AddRange(Shape.Optional(Body.Reason, "/reason", Shape.TextLength));
        if (Body is { StartMonth: { } start, EndMonth: { } end })
        {
            var baseline = Body.BaselineFrom ?? start;
            if (end < start)
            {
                errors.Add(new FieldError("/endMonth", "order", $"The end month {end} is before the start month {start}."));
            }

            if (baseline > start)
            {
                errors.Add(new FieldError("/baselineFrom", "order", $"The baseline must begin in or before the start month {start}."));
            }

            if (end - baseline >= MostMonths)
            {
                errors.Add(new FieldError("/endMonth", "range", $"That is more than {MostMonths} months; check the years."));
            }
        }

        if (Body.TimeZone is { } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone, out _))
        {
            errors.Add(new FieldError("/timeZone", "unknown", "Give a time zone by its IANA name, like Europe/London."));
        }

        if (Body.ReportDueDay is < 1 or > 31)
        {
            errors.Add(new FieldError("/reportDueDay", "range", "The due day is a day of the month, 1 to 31; a shorter month ends it on its last day."));
        }

        if (Body.LockAfterDays is < 0 or > 3650)
        {
            errors.Add(new FieldError("/lockAfterDays", "range", "Lock after 0 to 3650 days, or leave it out for never."));
        }

        return errors;
    }
}

/// <summary>All that a revision of a collaborative holds, with defaults filled in; equal states make no revision.</summary>
public sealed record CollaborativeState
{
    public required string Name { get; init; }

    public required string Topic { get; init; }

    public required string Aim { get; init; }

    public required Month StartMonth { get; init; }

    public required Month EndMonth { get; init; }

    public required Month BaselineFrom { get; init; }

    public required string TimeZone { get; init; }

    public required int ReportDueDay { get; init; }

    public int? LockAfterDays { get; init; }

    public ReportingCalendar Calendar => new(StartMonth, TimeZone, ReportDueDay, LockAfterDays);

    public static CollaborativeState From(CollaborativeBody body) => new()
    {
        Name = body.Name!.Trim(),
        Topic = body.Topic!.Trim(),
        Aim = body.Aim!.Trim(),
        StartMonth = body.StartMonth!.Value,
        EndMonth = body.EndMonth!.Value,
        BaselineFrom = body.BaselineFrom ?? body.StartMonth!.Value,
        TimeZone = body.TimeZone ?? "UTC",
        ReportDueDay = body.ReportDueDay ?? 15,
        LockAfterDays = body.LockAfterDays,
    };
}

public sealed record CollaborativeView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string Topic { get; init; }

    public required string Aim { get; init; }

    public required Month StartMonth { get; init; }

    public required Month EndMonth { get; init; }

    public required Month BaselineFrom { get; init; }

    public required string TimeZone { get; init; }

    public required int ReportDueDay { get; init; }

    public int? LockAfterDays { get; init; }

    public required string Status { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    public static CollaborativeView Of(string code, CollaborativeState state, string status, int revision, DateTimeOffset at, string by) => new()
    {
        Code = code,
        Name = state.Name,
        Topic = state.Topic,
        Aim = state.Aim,
        StartMonth = state.StartMonth,
        EndMonth = state.EndMonth,
        BaselineFrom = state.BaselineFrom,
        TimeZone = state.TimeZone,
        ReportDueDay = state.ReportDueDay,
        LockAfterDays = state.LockAfterDays,
        Status = status,
        Revision = revision,
        RecordedAt = at,
        RecordedBy = by,
    };
}
