using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The figures as FHIR MeasureReports, with the teams that the viewer may see and the measures they are of.</summary>
internal sealed class ReportsHandler(IDatabase database) : IRequestHandler<ExportReports, Outcome<int>>
{
    public async Task<Outcome<int>> Handle(ExportReports request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<int>>(
            async session =>
            {
                var (viewer, choice) = (request.Viewer, request.Choice);
                if (await Snapshot.Load(session, request.CollaborativeId, request.Prepared.At, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                var teams = snapshot.Teams.Where(team => viewer.Sees(team.Id) && (choice.TeamKey is null || choice.TeamKey == team.CodeKey)).ToDictionary(team => team.Id);
                var measures = snapshot.Measures.Where(measure => choice.MeasureKey is null || choice.MeasureKey == measure.CodeKey).ToDictionary(measure => measure.Id);
                var writer = new FhirWriter(request.Output, snapshot, request.AsLines);
                writer.Begin(teams.Values, measures.Values);
                var count = 0;
                await ExportFigures.Read(
                    session,
                    snapshot,
                    viewer,
                    choice,
                    null,
                    figure =>
                    {
                        count++;
                        writer.Report(teams[figure.TeamId], measures[figure.MeasureId], figure);
                    },
                    cancellationToken);
                writer.End();
                return count;
            },
            cancellationToken);
}
