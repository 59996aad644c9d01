using System.Data.Common;
using Collaborative.Domain;
using Collaborative.Domain.Chase;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Reporting;
using Collaborative.Domain.Reports;
using Collaborative.Domain.Rosters;
using Collaborative.Domain.Stages;
using Collaborative.Domain.Submissions;
using Collaborative.Domain.Teams;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Chase;

/// <summary>Reads who owes what of a month.</summary>
internal static class DueReader
{
    internal static readonly SqlText Owed =
        """
        SELECT t.Id, t.Code, t.Name, t.EnrolledFrom, t.WithdrawnAfter, m.Code, m.Name, s.Status, s.NoDataReason, r.State,
            k.Revision, k.RecordedAt, k.RecordedBy, k.ContactedOn, k.ExpectedDay, k.Note
        FROM Team t
        LEFT JOIN Measure m ON m.CollaborativeId = t.CollaborativeId AND m.IsRequired = 1
        LEFT JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = t.Id AND s.ReportMonth = @month
        LEFT JOIN MonthlyReport r ON r.TeamId = t.Id AND r.ReportMonth = @month AND r.IsWithdrawn = 0
        LEFT JOIN ChaseContact k ON k.TeamId = t.Id AND k.ReportMonth = @month AND k.IsWithdrawn = 0
        WHERE t.CollaborativeId = @collaborativeId AND t.EnrolledFrom <= @month AND (t.WithdrawnAfter IS NULL OR t.WithdrawnAfter >= @month)
            AND (t.EnrolmentState IS NULL OR t.EnrolmentState IN ('committed', 'active', 'completed') OR (t.EnrolmentState = 'withdrawn' AND t.WithdrawnAfter IS NOT NULL))
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam l WHERE l.ApiKeyId = @limitedKey AND l.TeamId = t.Id))
        ORDER BY t.CodeKey, m.CodeKey
        """;

    internal static readonly SqlText People =
        """
        SELECT p.TeamId, p.Id, p.Code, p.Name, p.RolesJson, p.Email, p.Phone, p.IsOptedOut
        FROM TeamMember p
        WHERE p.CollaborativeId = @collaborativeId AND p.IsWithdrawn = 0 AND p.FromDay <= @day AND (p.ToDay IS NULL OR p.ToDay >= @day)
        ORDER BY p.TeamId, p.CodeKey
        """;

    /// <summary>The teams that take part in the month, each with what it owes of it; those that owe something with their people of the day.</summary>
    public static async Task<IReadOnlyList<TeamDue>> Load(
        Session session, CollaborativeRow collaborative, Month month, DateOnly day, Guid? limitedKey, CancellationToken cancellation)
    {
        var state = collaborative.State;
        var asksForReports = EnumText.Parse<Stage>(collaborative.Status) is Stage.Active or Stage.Closing or Stage.HoldingGains;
        var teams = new List<TeamDue>();
        var measures = new List<MissingMeasure>();
        await session.Read(Owed, new { collaborativeId = collaborative.Id, month, limitedKey }, Add, cancellation);

        var people = new Dictionary<Guid, List<RosterPerson>>();
        foreach (var team in teams.Where(team => !team.OwesNothing))
        {
            people[team.TeamId] = [];
        }

        await session.Read(
            People,
            new { collaborativeId = collaborative.Id, day },
            row =>
            {
                if (people.TryGetValue(Binding.Guid(row.GetValue(0)), out var found))
                {
                    found.Add(Person(row));
                }
            },
            cancellation);
        return teams.ConvertAll(team => team with { People = people.GetValueOrDefault(team.TeamId) ?? [] });

        void Add(DbDataReader row)
        {
            var id = Binding.Guid(row.GetValue(0));
            if (teams.Count == 0 || teams[^1].TeamId != id)
            {
                measures = [];
                var report = row.IsDBNull(9) ? (MonthlyReportState?)null : EnumText.Parse<MonthlyReportState>(row.GetString(9));
                teams.Add(new TeamDue
                {
                    TeamId = id,
                    Code = row.GetString(1),
                    Name = row.GetString(2),
                    Measures = measures,
                    MonthlyReport = asksForReports && TeamDue.IsReportMissing(report),
                    Contact = row.IsDBNull(10) ? null : Contact(row, month),
                });
            }

            if (!row.IsDBNull(5) && Missing(row, state.Calendar, month) is { } missing)
            {
                measures.Add(missing);
            }
        }
    }

    private static MissingMeasure? Missing(DbDataReader row, ReportingCalendar calendar, Month month)
    {
        var team = new TeamState
        {
            Name = row.GetString(2),
            EnrolledFrom = Month.FromYyyymm(row.GetInt32(3)),
            WithdrawnAfter = row.IsDBNull(4) ? null : Month.FromYyyymm(row.GetInt32(4)),
        };
        var submitted = row.IsDBNull(7) ? (Submitted?)null : new Submitted(EnumText.Parse<SubmissionStatus>(row.GetString(7)), !row.IsDBNull(8), null);
        var judged = ReportingRules.Judge(row.GetString(5), submitted, calendar, team, month);
        return ReportingRules.IsReported(judged.State) ? null : new MissingMeasure(judged.Measure, row.GetString(6), judged.State);
    }

    private static ChaseContactView Contact(DbDataReader row, Month month) => new()
    {
        Month = month,
        Revision = row.GetInt32(10),
        RecordedAt = Binding.Instant(row.GetValue(11)),
        RecordedBy = row.GetString(12),
        ContactedOn = Binding.Date(row.GetValue(13)),
        ExpectedBy = row.IsDBNull(14) ? null : Binding.Date(row.GetValue(14)),
        Note = row.IsDBNull(15) ? null : row.GetString(15),
    };

    private static RosterPerson Person(DbDataReader row) => new(
        Binding.Guid(row.GetValue(1)),
        row.GetString(2),
        row.GetString(3),
        StoredJson.Read<IReadOnlyList<TeamRole>>(row.GetString(4)),
        row.IsDBNull(5) ? null : row.GetString(5),
        row.IsDBNull(6) ? null : row.GetString(6),
        row.GetBoolean(7));
}
