using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Chase;
using Collaborative.Domain.Collaboratives;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Library;
using Collaborative.Infrastructure.Pipeline;

namespace Collaborative.Infrastructure.Chase;

/// <summary>A message that a worker holds.</summary>
internal sealed record TakenReminder
{
    public Guid Id { get; init; }

    public string RecipientName { get; init; } = "";

    public string RecipientEmail { get; init; } = "";

    public string SubjectText { get; init; } = "";

    public string BodyText { get; init; } = "";

    public int Attempts { get; init; }

    public long Fence { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public Guid MemberId { get; init; }

    public string Collaborative { get; init; } = "";

    public string Team { get; init; } = "";

    public string Member { get; init; } = "";

    public string Kind { get; init; } = "";

    public Month? ReportMonth { get; init; }

    public int? DayOffset { get; init; }

    /// <summary>The person opted out or left the roster after the message was written.</summary>
    public bool IsUnwanted { get; init; }
}

/// <summary>
/// The outbox: what is to be sent is written in the same unit of work as the decision to send it, under a key that it can have
/// once only. A worker holds a message by a lease that runs out, and whatever it writes, it writes under its fence. One that dies
/// between sending and noting so leaves the message to be sent again under the same id, by which receivers know it.
/// </summary>
internal sealed class ReminderOutbox(IDatabase database, Attempts attempts, ReminderSettings settings, TimeProvider clock)
{
    /// <summary>Longer than any try to send takes.</summary>
    public static readonly TimeSpan Lease = TimeSpan.FromMinutes(2);

    internal static readonly SqlText Open =
        $"""
        SELECT {CollaborativeRow.Columns}
        FROM Collaborative c
        JOIN CollaborativeRevision r ON r.CollaborativeId = c.Id AND r.Revision = c.Revision
        WHERE c.Status NOT IN ('closed', 'cancelled')
        ORDER BY c.CodeKey
        """;

    internal static readonly SqlText Decided = "SELECT d.OnDay FROM ReminderDay d WHERE d.CollaborativeId = @collaborativeId AND d.OnDay = @day";

    internal static readonly SqlText Decide = "INSERT INTO ReminderDay (CollaborativeId, OnDay, DecidedAt) VALUES (@collaborativeId, @day, @now)";

    internal static readonly SqlText Insert =
        """
        INSERT INTO ReminderMessage (Id, CollaborativeId, Kind, Occasion, ReportMonth, DayOffset, TeamId, MemberId, RecipientName, RecipientEmail, SubjectText, BodyText,
            State, Attempts, NextAttemptAt, Fence, LeaseUntil, CreatedAt, EndedAt, Failure)
        VALUES (@id, @collaborativeId, @kind, @occasion, @month, @dayOffset, @teamId, @memberId, @name, @email, @subject, @body, 'waiting', 0, @now, 0, NULL, @now, NULL, NULL)
        """;

    // Those who are on the roster of a team that takes part.
    internal static readonly SqlText Readers =
        """
        SELECT p.Id, p.TeamId, p.Name, p.Email
        FROM TeamMember p
        JOIN Team t ON t.Id = p.TeamId
        WHERE p.CollaborativeId = @collaborativeId AND p.IsWithdrawn = 0 AND p.IsOptedOut = 0 AND p.Email IS NOT NULL
            AND p.FromDay <= @day AND (p.ToDay IS NULL OR p.ToDay >= @day)
            AND (t.WithdrawnAfter IS NULL OR t.WithdrawnAfter >= @month) AND (t.EnrolmentState IS NULL OR t.EnrolmentState IN ('committed', 'active', 'completed'))
        ORDER BY p.TeamId, p.CodeKey
        """;

    private const string WaitingFrom =
        "FROM ReminderMessage r WHERE (r.State = 'waiting' AND r.NextAttemptAt <= @now) OR (r.State = 'sending' AND r.LeaseUntil < @now)";

    internal static readonly SqlText Waiting = new(
        $"SELECT r.Id, r.Fence {WaitingFrom} ORDER BY r.NextAttemptAt, r.Id LIMIT 1",
        $"SELECT TOP (1) r.Id, r.Fence {WaitingFrom} ORDER BY r.NextAttemptAt, r.Id");

    internal static readonly SqlText Claim =
        """
        UPDATE ReminderMessage
        SET State = 'sending', Fence = Fence + 1, LeaseUntil = @until, Attempts = Attempts + 1
        WHERE Id = @id AND Fence = @fence AND ((State = 'waiting' AND NextAttemptAt <= @now) OR (State = 'sending' AND LeaseUntil < @now))
        """;

    internal static readonly SqlText Load =
        """
        SELECT r.Id, r.RecipientName, r.RecipientEmail, r.SubjectText, r.BodyText, r.Attempts, r.Fence, r.CreatedAt, r.MemberId, r.Kind, r.ReportMonth, r.DayOffset,
            c.Code AS Collaborative, t.Code AS Team, p.Code AS Member,
            CAST(CASE WHEN p.IsOptedOut = 1 OR p.IsWithdrawn = 1 THEN 1 ELSE 0 END AS BIT) AS IsUnwanted
        FROM ReminderMessage r
        JOIN Collaborative c ON c.Id = r.CollaborativeId
        JOIN Team t ON t.Id = r.TeamId
        JOIN TeamMember p ON p.Id = r.MemberId
        WHERE r.Id = @id
        """;

    internal static readonly SqlText End =
        "UPDATE ReminderMessage SET State = @state, EndedAt = @now, LeaseUntil = NULL, Failure = @failure WHERE Id = @id AND Fence = @fence AND State = 'sending'";

    internal static readonly SqlText Postpone =
        "UPDATE ReminderMessage SET State = 'waiting', NextAttemptAt = @next, LeaseUntil = NULL, Failure = @failure WHERE Id = @id AND Fence = @fence AND State = 'sending'";

    /// <summary>Decides for every collaborative whose morning has come whom to remind today, and sends round what was shared yesterday; each day once.</summary>
    /// <returns>How many messages were written.</returns>
    public async Task<int> WriteDue(CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        var written = 0;
        foreach (var collaborative in await database.Read(session => session.Query<CollaborativeRow>(Open, null, cancellation), cancellation))
        {
            var local = TimeZoneInfo.ConvertTime(now, TimeZoneInfo.FindSystemTimeZoneById(collaborative.TimeZone));
            var day = DateOnly.FromDateTime(local.DateTime);
            if (local.Hour >= ChaseSchedule.MorningHour
                && await database.Read(session => session.First<DateOnly?>(Decided, new { collaborativeId = collaborative.Id, day }, cancellation), cancellation) is null)
            {
                written += await attempts.Run(
                    token => database.Write(session => Write(session, collaborative.Id, day, now, token), count => count is not null, token), cancellation) ?? 0;
            }
        }

        return written;
    }

    /// <summary>Takes the message that has waited longest.</summary>
    public async Task<TakenReminder?> Take(CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        if (await database.Read(session => session.First<Candidate>(Waiting, new { now }, cancellation), cancellation) is not { } candidate)
        {
            return null;
        }

        return await attempts.Run(
            token => database.Write(
                async session => await session.Execute(Claim, new { id = candidate.Id, fence = candidate.Fence, now, until = now + Lease }, token) == 1
                    ? await session.First<TakenReminder>(Load, new { id = candidate.Id }, token)
                    : null,
                taken => taken is not null,
                token),
            cancellation);
    }

    public Task Finish(TakenReminder reminder, ReminderState state, string? failure, CancellationToken cancellation) => attempts.Run(
        token => database.Write(
            session => session.Execute(End, new { id = reminder.Id, fence = reminder.Fence, state = EnumText.Of(state), failure, now = clock.NowToMillisecond() }, token),
            _ => true,
            token),
        cancellation);

    /// <summary>Leaves the message for another try, later each time, and gives it up after the last.</summary>
    public Task TryLater(TakenReminder reminder, string failure, CancellationToken cancellation) =>
        reminder.Attempts >= ReminderRetries.MostAttempts
            ? Finish(reminder, ReminderState.Failed, failure, cancellation)
            : attempts.Run(
                token => database.Write(
                    session => session.Execute(
                        Postpone,
                        new { id = reminder.Id, fence = reminder.Fence, failure, next = clock.NowToMillisecond() + ReminderRetries.WaitAfter(reminder.Attempts) },
                        token),
                    _ => true,
                    token),
                cancellation);

    /// <returns>How many messages; null when the day was decided already.</returns>
    private async Task<int?> Write(Session session, Guid collaborativeId, DateOnly day, DateTimeOffset now, CancellationToken cancellation)
    {
        await session.Hold(collaborativeId, cancellation);
        if (await session.First<DateOnly?>(Decided, new { collaborativeId, day }, cancellation) is not null)
        {
            return null;
        }

        var collaborative = (await session.First<CollaborativeRow>(GetCollaborativeHandler.Load, new { collaborativeId }, cancellation))!;
        var decision = await ReminderDecision.Make(session, collaborative, day, cancellation);
        foreach (var reminder in decision.Reminders)
        {
            var (month, offset) = (reminder.Due.Month, reminder.Due.DayOffset);
            await Put(
                session, collaborativeId, MessageKind.Reminder, string.Create(CultureInfo.InvariantCulture, $"{month}/{offset}"), month, offset,
                new Reader { Id = reminder.Person.Id, TeamId = reminder.Team.TeamId, Name = reminder.Person.Name, Email = reminder.Person.Email! },
                reminder.Text(collaborative.Name, settings.Address), now, cancellation);
        }

        var digests = await PutDigest(session, collaborativeId, day, now, cancellation);
        await session.Execute(Decide, new { collaborativeId, day, now }, cancellation);
        return decision.Reminders.Count + digests;
    }

    /// <summary>What one team learned reaches all the next morning; a quiet day reaches nobody, and one address gets one message.</summary>
    private async Task<int> PutDigest(Session session, Guid collaborativeId, DateOnly day, DateTimeOffset now, CancellationToken cancellation)
    {
        if (await DailyDigest.Of(session, collaborativeId, day.AddDays(-1), now, cancellation) is not { Quiet: false } digest)
        {
            return 0;
        }

        var text = ReminderText.Of(digest, settings.Address);
        var readers = (await session.Query<Reader>(Readers, new { collaborativeId, day, month = Month.Of(day) }, cancellation)).DistinctBy(reader => reader.Email.ToUpperInvariant()).ToList();
        foreach (var reader in readers)
        {
            await Put(session, collaborativeId, MessageKind.Digest, $"{digest.On:yyyy-MM-dd}", null, null, reader, text, now, cancellation);
        }

        return readers.Count;
    }

    private static Task Put(
        Session session, Guid collaborativeId, MessageKind kind, string occasion, Month? month, int? dayOffset, Reader reader, ReminderText text, DateTimeOffset now, CancellationToken cancellation) =>
        session.Execute(
            Insert,
            new
            {
                id = Guid.CreateVersion7(now),
                collaborativeId,
                kind = EnumText.Of(kind),
                occasion,
                month,
                dayOffset,
                teamId = reader.TeamId,
                memberId = reader.Id,
                name = reader.Name,
                email = reader.Email,
                subject = text.Subject,
                body = text.Body,
                now,
            },
            cancellation);

    private sealed record Reader
    {
        public Guid Id { get; init; }

        public Guid TeamId { get; init; }

        public string Name { get; init; } = "";

        public string Email { get; init; } = "";
    }

    private sealed record Candidate
    {
        public Guid Id { get; init; }

        public long Fence { get; init; }
    }
}
