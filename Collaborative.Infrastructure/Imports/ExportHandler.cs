using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.RunCharts;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

internal sealed class ExportHandler(IDatabase database, TimeProvider clock) : IRequestHandler<ExportSubmissions, Outcome<int>>, IRequestHandler<PrepareExport, Outcome<PreparedExport>>
{
    /// <summary>Part of every tag: another version of the program may write other bytes.</summary>
    private static readonly string ProgramVersion = $"{typeof(ExportHandler).Module.ModuleVersionId:N}{typeof(ExportForm).Module.ModuleVersionId:N}";

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

                var teams = snapshot.Teams.ToDictionary(team => team.Id, team => team.Code);
                var measures = snapshot.Measures.ToDictionary(measure => measure.Id, measure => measure.Code);
                var count = 0;
                var lines = new StringBuilder(string.Join(',', LongForm.Columns)).Append("\r\n");
                await ExportFigures.Read(
                    session,
                    snapshot,
                    request.Viewer,
                    request.Choice,
                    null,
                    figure =>
                    {
                        count++;
                        LongForm.Write(lines, teams[figure.TeamId], measures[figure.MeasureId], figure.Month, figure.State);
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

    public async Task<Outcome<PreparedExport>> Handle(PrepareExport request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<PreparedExport>>(
            async session =>
            {
                if (await Snapshot.Load(session, request.CollaborativeId, request.AsOf, cancellationToken) is not { } snapshot)
                {
                    return Problem.NotFound;
                }

                var choice = request.Choice;
                var (from, to) = ChartSource.Window(snapshot, choice.From, choice.To, request.AsOf, clock.GetUtcNow());
                if (request.Form == ExportForm.Workbook)
                {
                    var extent = await ExportFigures.Measure(session, snapshot, request.Viewer, choice, cancellationToken);
                    var measures = snapshot.Measures.Where(measure => choice.MeasureKey is null || choice.MeasureKey == measure.CodeKey).ToList();
                    var teams = snapshot.Teams.Count(team => request.Viewer.Sees(team.Id) && (choice.TeamKey is null || choice.TeamKey == team.CodeKey));
                    var rowsOfTeams = measures.Select(measure => (long)teams * MeasureSheet.RowsOfATeam(measure.State.Kind)).DefaultIfEmpty().Max();
                    if (WorkbookLimits.Refusal(extent.Figures, measures.Count, rowsOfTeams, extent.LongestStrata ?? 0) is { } full)
                    {
                        return full;
                    }
                }

                return new PreparedExport(snapshot.At, from, to, Tag(request, snapshot, from, to));
            },
            cancellationToken);

    /// <summary>What a key limited to teams sees differs from key to key, and where the charts end goes with the calendar.</summary>
    private static string Tag(PrepareExport request, Snapshot snapshot, Month from, Month to)
    {
        var choice = request.Choice;
        var text = $"{ProgramVersion} {request.Form} {request.CollaborativeId:N} {snapshot.At.ToUnixTimeMilliseconds()} "
            + $"{(request.Viewer.IsLimitedToTeams ? request.Viewer.KeyId.ToString("N") : "all")} "
            + JsonSerializer.Serialize((string?[])[choice.TeamKey, choice.MeasureKey, choice.From?.ToString(), choice.To?.ToString()])
            + (request.Form == ExportForm.Workbook ? $" {from} {to}" : "");
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }
}
