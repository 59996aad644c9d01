using Collaborative.Domain;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Collaboratives;

internal sealed class PutCollaborativeHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutCollaborative, Outcome<Written<CollaborativeView>>>
{
    /// <summary>The stage every collaborative begins in.</summary>
    private const string FirstStatus = "planning";

    // A director's own collaborative, or any for an administrator: the scope is part of the statement.
    internal static readonly SqlText Load =
        $"SELECT {CollaborativeRow.Columns} FROM Collaborative c JOIN CollaborativeRevision r ON r.CollaborativeId = c.Id AND r.Revision = c.Revision "
        + "WHERE c.CodeKey = @codeKey AND (@scope IS NULL OR c.Id = @scope)";

    internal static readonly SqlText Insert =
        """
        INSERT INTO Collaborative (Id, Code, CodeKey, Revision, Name, Topic, Aim, StartMonth, EndMonth, BaselineFrom, TimeZone, ReportDueDay, LockAfterDays,
            Status, DataVersion, ChangedAt, RecordedAt, RecordedBy, Reason)
        VALUES (@id, @code, @codeKey, @revision, @name, @topic, @aim, @startMonth, @endMonth, @baselineFrom, @timeZone, @reportDueDay, @lockAfterDays,
            @status, 0, @recordedAt, @recordedAt, @recordedBy, @reason)
        """;

    internal static readonly SqlText Update =
        """
        UPDATE Collaborative
        SET Revision = @revision, Name = @name, Topic = @topic, Aim = @aim, StartMonth = @startMonth, EndMonth = @endMonth, BaselineFrom = @baselineFrom,
            TimeZone = @timeZone, ReportDueDay = @reportDueDay, LockAfterDays = @lockAfterDays, RecordedAt = @recordedAt, RecordedBy = @recordedBy, Reason = @reason
        WHERE Id = @id AND Revision = @revision - 1
        """;

    internal static readonly SqlText Append =
        """
        INSERT INTO CollaborativeRevision (CollaborativeId, Revision, Name, Topic, Aim, StartMonth, EndMonth, BaselineFrom, TimeZone, ReportDueDay, LockAfterDays,
            Status, RecordedAt, RecordedBy, Reason)
        VALUES (@id, @revision, @name, @topic, @aim, @startMonth, @endMonth, @baselineFrom, @timeZone, @reportDueDay, @lockAfterDays,
            @status, @recordedAt, @recordedBy, @reason)
        """;

    public async Task<Outcome<Written<CollaborativeView>>> Handle(PutCollaborative request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        var current = await session.First<CollaborativeRow>(
            Load, new { codeKey = Code.KeyOf(request.Code), scope = request.Viewer.CollaborativeId }, cancellationToken);
        var state = CollaborativeState.From(request.Body);
        var decision = Versioning.Decide(current?.Revision, current?.State == state, request.Preconditions);
        if (decision.Problem is { } problem)
        {
            return problem;
        }

        if (decision.Value == WriteKind.Unchanged)
        {
            return new Written<CollaborativeView>(current!.View, current.Revision, WriteKind.Unchanged);
        }

        if (current is not null && SubmissionRules.ClosedRefusal(current.Status) is { } over)
        {
            return over;
        }

        var id = current?.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
        var status = current?.Status ?? FirstStatus;
        var revision = (current?.Revision ?? 0) + 1;
        object Values(DateTimeOffset at) => new
        {
            id,
            code = request.Code,
            codeKey = Code.KeyOf(request.Code),
            revision,
            name = state.Name,
            topic = state.Topic,
            aim = state.Aim,
            startMonth = state.StartMonth,
            endMonth = state.EndMonth,
            baselineFrom = state.BaselineFrom,
            timeZone = state.TimeZone,
            reportDueDay = state.ReportDueDay,
            lockAfterDays = state.LockAfterDays,
            status,
            recordedAt = at,
            recordedBy = request.Viewer.Name,
            reason = Shape.Tidy(request.Body.Reason),
        };

        if (current is null)
        {
            await session.Execute(Insert, Values(clock.NowToMillisecond().AddMilliseconds(-1)), cancellationToken);
        }

        var at = await session.Mark(id, clock, cancellationToken);
        if (await session.Execute(current is null ? Stamp : Update, current is null ? new { id, recordedAt = at } : Values(at), cancellationToken) == 0)
        {
            throw new ConcurrentChangeException();
        }

        await session.Execute(Append, Values(at), cancellationToken);
        return new Written<CollaborativeView>(
            CollaborativeView.Of(current?.Code ?? request.Code, state, status, revision, at, request.Viewer.Name), revision, decision.Value);
    }

    // The row must exist before its lock can be taken, so a new one gets its instant afterwards.
    internal static readonly SqlText Stamp = "UPDATE Collaborative SET RecordedAt = @recordedAt WHERE Id = @id";
}
