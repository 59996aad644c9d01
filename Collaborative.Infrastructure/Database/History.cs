namespace Collaborative.Infrastructure.Database;

/// <summary>The history of every versioned thing: one row for each revision, with what the API showed of it.</summary>
internal static class History
{
    internal static readonly SqlText Append =
        """
        INSERT INTO HistoryEntry (SubjectId, Revision, CollaborativeId, TeamId, Subject, AddressCode, IsWithdrawn, Content, RecordedAt, RecordedBy, Reason)
        VALUES (@subjectId, @revision, @collaborativeId, @teamId, @subject, @addressCode, @isWithdrawn, @content, @recordedAt, @recordedBy, @reason)
        """;

    public static Task Remember<TView>(this Session session, Change change, VersionedRow<TView> row, CancellationToken cancellation) => session.Execute(
        Append,
        new
        {
            subjectId = row.Id,
            revision = row.Revision,
            collaborativeId = change.CollaborativeId,
            teamId = change.TeamId,
            subject = change.Subject,
            addressCode = row.AddressCode,
            isWithdrawn = row.IsWithdrawn,
            content = StoredJson.Write(row.View),
            recordedAt = row.RecordedAt,
            recordedBy = row.RecordedBy,
            reason = change.Reason,
        },
        cancellation);
}
