using Collaborative.Api.Http;
using Collaborative.Api.Imports;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure;
using Collaborative.Infrastructure.Imports;
using MediatR;

namespace Collaborative.Api.Verbs;

internal static class ImportVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api import FILE --collaborative CODE [--profile CODE] [--measure CODE] [--atomic] [--dry-run] [--create-teams] [--reason TEXT]
        Imports a file of figures: CSV in the long form (team, measure, month and numerator, denominator, or value, n) or with a column for
        each month or measure, XLSX, FHIR MeasureReports as JSON, or QRDA Category III; the format is told by the content.
        Works beside a running server. Rejected rows are listed on standard error, and the exit code is then 1.
        """;

    private const int MostListed = 200;

    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error)
    {
        var options = new Options(args, ["collaborative", "profile", "measure", "reason"], "atomic", "dry-run", "create-teams");
        var path = options.Position(0, "the file to import");
        var collaborative = options.One("collaborative") ?? throw new UsageException("Say which collaborative the file is for: --collaborative CODE.");
        await using var services = Offline.Services(options.Configuration);
        await Offline.Prepare(services);
        await using var scope = services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        var place = (await mediator.Send(new ResolveScope(collaborative, null, null))).OrFail();
        if (place.CollaborativeId is not { } collaborativeId)
        {
            throw new UsageException($"There is no collaborative {collaborative}.");
        }

        // The job needs a key that it belongs to; its token is never shown, and it is revoked at the end.
        var key = (await mediator.Send(new CreateKey(Role.Administrator, null, [], "Command line", Days: 1))).OrFail();
        try
        {
            var viewer = new Viewer { KeyId = key.Id, Name = "Command line", Role = Role.Administrator };
            var import = new ImportOptions
            {
                DryRun = options.Has("dry-run"),
                CreateTeams = options.Has("create-teams"),
                Atomic = options.Has("atomic"),
                Profile = options.One("profile"),
                Measure = options.One("measure"),
                Reason = options.One("reason"),
            };
            await using var file = File.OpenRead(path);
            var most = ImportIntake.MostBytes(services.GetRequiredService<IConfiguration>());
            var taken = (await ImportIntake.Take(mediator, viewer, collaborativeId, import, null, file, most, CancellationToken.None)).OrFail();
            return await Report(services, mediator, collaborativeId, taken.View.Id, output, error);
        }
        finally
        {
            await mediator.Send(new RevokeKey(key.Id));
        }
    }

    /// <summary>Works on the queue, or waits for the server that does, until the job has ended.</summary>
    private static async Task<int> Report(IServiceProvider services, IMediator mediator, Guid collaborativeId, Guid importId, TextWriter output, TextWriter error)
    {
        ImportView view;
        while ((view = (await mediator.Send(new GetImport(collaborativeId, importId))).OrFail()).EndedAt is null)
        {
            if (!await services.WorkOnImport(CancellationToken.None))
            {
                await Task.Delay(100);
            }
        }

        var counts = view.Counts;
        await output.WriteLineAsync(
            $"{view.State}: {counts.Rows} rows, {counts.Accepted} accepted, {counts.Unchanged} unchanged, {counts.Warned} warned, {counts.Rejected} rejected.");
        if (view.Problem is { } problem)
        {
            await error.WriteLineAsync(problem.Message);
        }

        foreach (var code in view.Unmapped)
        {
            await error.WriteLineAsync($"unknown {Naming.Of(code.Kind)} {code.Code}{(code.Name is null ? "" : $" ({code.Name})")}: {code.Rows} rows");
        }

        foreach (var row in (await mediator.Send(new ListImportRows(collaborativeId, importId, RowOutcome.Rejected, 0, MostListed))).OrFail().Items)
        {
            await error.WriteLineAsync($"{row.Source ?? $"line {row.Row}"}: {string.Join(" ", row.Problems.Select(found => found.Message))}");
        }

        if (counts.Rejected > MostListed)
        {
            await error.WriteLineAsync($"… and {counts.Rejected - MostListed} more.");
        }

        return view.State == ImportState.Succeeded && counts.Rejected == 0 ? 0 : 1;
    }
}

internal static class BackupVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api backup FILE
        Writes a consistent copy of the embedded database to FILE, also beside a running server. The copy is checked before it gets its name.
        """;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var options = new Options(args, []);
        await using var services = Offline.Services(options.Configuration);
        services.BackupCollaborative(options.Position(0, "the file to write"));
        await output.WriteLineAsync("Backed up.");
        return 0;
    }
}

internal static class RestoreVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api restore FILE [--replace]
        Puts a backup in the place of the embedded database. The server must be stopped; a database that is there is replaced only with --replace.
        """;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var options = new Options(args, [], "replace");
        await using var services = Offline.Services(options.Configuration);
        services.RestoreCollaborative(options.Position(0, "the file to restore"), options.Has("replace"));
        await output.WriteLineAsync("Restored.");
        return 0;
    }
}
