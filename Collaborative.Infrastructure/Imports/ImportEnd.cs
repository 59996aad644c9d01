using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Imports;

/// <summary>
/// How an import ended, as the history keeps it: in counts. Noted down in the unit of work in which it ends, so that its end has a place in
/// the order of all that happened in the collaborative. A dry run leaves nothing behind, this neither.
/// </summary>
internal sealed record ImportEnd(Guid Id, ImportState State, string Format, RowCounts Counts, int TeamsCreated, Guid? Undoes)
{
    public const string Subject = "import";

    public static async Task Note(Session session, Guid importId, TimeProvider clock, CancellationToken cancellation)
    {
        var job = (await session.First<ImportRecord>(ImportQueue.Load, new { importId }, cancellation))!;
        if (job.IsDryRun)
        {
            return;
        }

        var view = job.View;
        await session.Execute(
            History.Append,
            new
            {
                subjectId = job.Id,
                revision = 1,
                collaborativeId = job.CollaborativeId,
                teamId = (Guid?)null,
                subject = Subject,
                addressCode = Binding.Text(job.Id),
                isWithdrawn = false,
                content = StoredJson.Write(new ImportEnd(job.Id, view.State, view.Format, view.Counts, job.CreatedTeams, view.Undoes)),
                recordedAt = await session.Mark(job.CollaborativeId, clock, cancellation),
                recordedBy = job.CreatedBy,
                reason = job.Reason,
            },
            cancellation);
    }
}
