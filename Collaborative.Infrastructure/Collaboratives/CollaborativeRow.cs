using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;

namespace Collaborative.Infrastructure.Collaboratives;

/// <summary>A collaborative as it is stored, current or as one of its revisions.</summary>
internal record CollaborativeRow
{
    public const string Columns =
        "c.Id, c.Code, r.Revision, r.Name, r.Topic, r.Aim, r.StartMonth, r.EndMonth, r.BaselineFrom, r.TimeZone, r.ReportDueDay, r.LockAfterDays, r.Status, r.RecordedAt, r.RecordedBy";

    public Guid Id { get; init; }

    public string Code { get; init; } = "";

    public int Revision { get; init; }

    public string Name { get; init; } = "";

    public string Topic { get; init; } = "";

    public string Aim { get; init; } = "";

    public Month StartMonth { get; init; }

    public Month EndMonth { get; init; }

    public Month BaselineFrom { get; init; }

    public string TimeZone { get; init; } = "";

    public int ReportDueDay { get; init; }

    public int? LockAfterDays { get; init; }

    public string Status { get; init; } = "";

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";

    public CollaborativeState State => new()
    {
        Name = Name,
        Topic = Topic,
        Aim = Aim,
        StartMonth = StartMonth,
        EndMonth = EndMonth,
        BaselineFrom = BaselineFrom,
        TimeZone = TimeZone,
        ReportDueDay = ReportDueDay,
        LockAfterDays = LockAfterDays,
    };

    public CollaborativeView View => CollaborativeView.Of(Code, State, Status, Revision, RecordedAt, RecordedBy);
}
