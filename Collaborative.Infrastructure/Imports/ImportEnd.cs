using Collaborative.Domain.Imports;
using Collaborative.Domain.Webhooks;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Webhooks;

namespace Collaborative.Infrastructure.Imports;

/// <summary>How an import ended, as the history keeps it: in counts.</summary>
/// <param name="Verdict">The reviewer's word, where one was asked for; of what was rejected the counts are those of the plan.</param>
internal sealed record ImportEnd(Guid Id, ImportState State, string Format, RowCounts Counts, int TeamsCreated, Guid? Undoes, ReviewVerdict? Verdict = null)
{
    public const string Subject = "import";
}

/// <summary>
/// Notes down how an import ended, in the unit of work in which it does, so that its end has a place in the order of all that happened in
/// the collaborative. A dry run leaves nothing behind, this neither.
/// </summary>
internal sealed class ImportEnds(WebhookOutbox outbox, TimeProvider clock)
{
    internal static readonly SqlText ChangedAt = "SELECT c.ChangedAt FROM Collaborative c WHERE c.Id = @collaborativeId";

    public async Task Note(Session session, Guid importId, CancellationToken cancellation)
    {
        var job = (await session.First<ImportRecord>(ImportQueue.Load, new { importId }, cancellation))!;
        if (job.IsDryRun)
        {
            return;
        }

        // Who took nothing changed nothing: the data keep their version, and what was worked out from them stays good.
        var isRefused = job.Verdict == EnumText.Of(ReviewVerdict.Rejected);
        var hasChanged = !isRefused && (job.AcceptedRows > 0 || job.CreatedTeams > 0);
        var view = job.View;
        var at = hasChanged ? await session.Mark(job.CollaborativeId, clock, cancellation) : await Present(session, job.CollaborativeId, cancellation);
        var end = new ImportEnd(job.Id, view.State, view.Format, view.Counts, job.CreatedTeams, view.Undoes, view.Review?.Verdict);
        await session.Execute(
            History.Append,
            new
            {
                subjectId = job.Id,
                revision = 1,
                collaborativeId = job.CollaborativeId,
                teamId = (Guid?)null,
                subject = ImportEnd.Subject,
                addressCode = Binding.Text(job.Id),
                isWithdrawn = false,
                content = StoredJson.Write(end),
                recordedAt = at,
                recordedBy = job.CreatedBy,
                reason = job.Reason,
            },
            cancellation);
        if (!hasChanged)
        {
            // No version leads to it, so it is queued here.
            await outbox.QueueForAll(session, job.CollaborativeId, EventLog.Of(end, at, job.Collaborative), cancellation);
        }
    }

    /// <summary>Now, but never before what is recorded already.</summary>
    private async Task<DateTimeOffset> Present(Session session, Guid collaborativeId, CancellationToken cancellation)
    {
        await session.Hold(collaborativeId, cancellation);
        var (now, last) = (clock.NowToMillisecond(), await session.First<DateTimeOffset>(ChangedAt, new { collaborativeId }, cancellation));
        return now > last ? now : last;
    }
}
