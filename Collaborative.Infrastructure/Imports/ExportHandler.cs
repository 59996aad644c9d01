using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Submissions;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Submissions;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

internal sealed class ExportHandler(IDatabase database) : IRequestHandler<ExportSubmissions, Outcome<int>>, IRequestHandler<GetDataVersion, Outcome<DateTimeOffset>>
{
    private const string Columns =
        "t.Code, m.Code, s.ReportMonth, s.Numerator, s.Denominator, s.Figure, s.SampleSize, s.StandardDeviation, s.Gaps, s.NoDataReason, s.Note, s.Strata";

    private const string Conditions =
        """
        WHERE t.CollaborativeId = @collaborativeId AND m.CollaborativeId = @collaborativeId AND s.Status = 'submitted'
            AND (@limitedKey IS NULL OR EXISTS (SELECT 1 FROM ApiKeyTeam k WHERE k.ApiKeyId = @limitedKey AND k.TeamId = t.Id))
        """;

    private const string Order = "ORDER BY t.CodeKey, m.CodeKey, s.ReportMonth";

    internal static readonly SqlText Current =
        $"SELECT {Columns} FROM Team t CROSS JOIN Measure m JOIN Submission s ON s.MeasureId = m.Id AND s.TeamId = t.Id {Conditions} {Order}";

    internal static readonly SqlText AsOf =
        $"""
        SELECT {Columns} FROM Team t CROSS JOIN Measure m JOIN SubmissionRevision s ON s.MeasureId = m.Id AND s.TeamId = t.Id {Conditions}
            AND s.Revision = (SELECT MAX(o.Revision) FROM SubmissionRevision o
                WHERE o.MeasureId = s.MeasureId AND o.TeamId = s.TeamId AND o.ReportMonth = s.ReportMonth AND o.RecordedAt <= @at)
        {Order}
        """;

    /// <summary>Written out whenever this much is gathered.</summary>
    private const int Gathered = 32 * 1024;

    public async Task<Outcome<int>> Handle(ExportSubmissions request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<int>>(
            async session =>
            {
                if (await Snapshot.Load(session, request.CollaborativeId, request.AsOf, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                var count = 0;
                var lines = new StringBuilder(string.Join(',', LongForm.Columns)).Append("\r\n");
                await session.Read(
                    snapshot.IsCurrent ? Current : AsOf,
                    new
                    {
                        collaborativeId = request.CollaborativeId,
                        limitedKey = request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId : (Guid?)null,
                        at = snapshot.At,
                    },
                    row =>
                    {
                        count++;
                        var state = new SubmissionState
                        {
                            Status = SubmissionStatus.Submitted,
                            Figures = SubmissionRow.ReadFigures(row, 3),
                            NoData = row.IsDBNull(9) ? null : row.GetString(9),
                            Note = row.IsDBNull(10) ? null : row.GetString(10),
                            Strata = row.IsDBNull(11) ? null : row.GetString(11),
                        };
                        LongForm.Write(lines, row.GetString(0), row.GetString(1), Month.FromYyyymm(row.GetInt32(2)), state);
                        if (lines.Length > Gathered)
                        {
                            request.Output.Write(Encoding.UTF8.GetBytes(lines.ToString()));
                            lines.Clear();
                        }
                    },
                    cancellationToken);
                request.Output.Write(Encoding.UTF8.GetBytes(lines.ToString()));
                return count;
            },
            cancellationToken);

    public async Task<Outcome<DateTimeOffset>> Handle(GetDataVersion request, CancellationToken cancellationToken) =>
        await database.Read(session => Snapshot.Load(session, request.CollaborativeId, request.AsOf, cancellationToken), cancellationToken) is { } snapshot
            ? snapshot.At
            : Problem.NotFound;
}
