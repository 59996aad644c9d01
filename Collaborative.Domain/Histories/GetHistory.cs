using System.Globalization;
using System.Text.Json;
using Collaborative.Domain.Access;

namespace Collaborative.Domain.Histories;

/// <summary>What was written in a collaborative by whom and when, the newest first, as far as the viewer may read the things themselves.</summary>
/// <param name="Subject">Only what is of this kind: "report".</param>
/// <param name="TeamKey">Only what belongs to this team.</param>
/// <param name="Code">Only what stands at this address, as it is shown: a code, a month, or a month and a kind.</param>
/// <param name="By">Only what was written under this name.</param>
public sealed record GetHistory(
    Viewer Viewer, Guid CollaborativeId, string? Subject, string? TeamKey, string? Code, string? By, DateTimeOffset? From, DateTimeOffset? To, HistoryCursor? After, int Limit)
    : IQuery<Page<HistoryEntryView>>;

/// <summary>Where a page of the history goes on: before this write.</summary>
public sealed record HistoryCursor(DateTimeOffset RecordedAt, Guid SubjectId)
{
    /// <summary>The last millisecond of the last year that an instant can be in.</summary>
    private const long LastMillisecond = 253_402_300_799_999;

    public static HistoryCursor? Read(string text) =>
        text.Split(' ') is [var at, var id]
        && long.TryParse(at, NumberStyles.None, CultureInfo.InvariantCulture, out var milliseconds) && milliseconds <= LastMillisecond
        && Guid.TryParseExact(id, "N", out var subjectId)
            ? new HistoryCursor(DateTimeOffset.FromUnixTimeMilliseconds(milliseconds), subjectId)
            : null;

    public override string ToString() => $"{RecordedAt.ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)} {SubjectId:N}";
}

/// <summary>One revision of one thing.</summary>
public sealed record HistoryEntryView
{
    /// <summary>What kind of thing it is: "report", "annotation", "scale".</summary>
    public required string Subject { get; init; }

    /// <summary>The last part of its address.</summary>
    public required string Code { get; init; }

    /// <summary>Null for what belongs to the whole collaborative.</summary>
    public string? Team { get; init; }

    public required int Revision { get; init; }

    /// <summary>Whether this revision took the thing back.</summary>
    public required bool Withdrawn { get; init; }

    /// <summary>What the API showed of it then.</summary>
    public required JsonElement Content { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }

    public string? Reason { get; init; }
}
