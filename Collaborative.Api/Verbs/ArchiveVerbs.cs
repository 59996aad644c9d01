using Collaborative.Api.Access;
using Collaborative.Domain.Access;
using Collaborative.Domain.Archives;
using MediatR;

namespace Collaborative.Api.Verbs;

internal static class ArchiveVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api archive FILE --collaborative CODE
        Writes everything of a collaborative, with all revisions, into a ZIP archive that unarchive takes in on another server, whichever
        engine either uses. Keys, secrets and what was sent by mail are left out. Works beside a running server.
        """;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var options = new Options(args, ["collaborative"]);
        var target = Path.GetFullPath(options.Position(0, "the file to write"));
        var code = options.One("collaborative") ?? throw new UsageException("Say which collaborative to archive: --collaborative CODE.");
        if (File.Exists(target))
        {
            throw new IOException($"{target} exists already; choose another name.");
        }

        await using var services = Offline.Services(options.Configuration);
        await Offline.Prepare(services);
        await using var scope = services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        if ((await mediator.Send(new ResolveScope(code, null, null))).OrFail().CollaborativeId is not { } collaborativeId)
        {
            throw new UsageException($"There is no collaborative {code}.");
        }

        // Under its own name only once it is whole.
        var making = target + ".making";
        ArchiveManifest manifest;
        await using (var file = new FileStream(making, FileMode.Create, FileAccess.ReadWrite))
        {
            manifest = (await mediator.Send(new WriteArchive(collaborativeId, AccessEndpoints.Version.Version, file))).OrFail();
            file.Flush(flushToDisk: true);
        }

        File.Move(making, target);
        await output.WriteLineAsync($"Archived {manifest.Collaborative} as of {manifest.AsOf:yyyy-MM-dd HH:mm:ss} UTC: {manifest.Parts.Sum(part => part.Rows ?? 0)} rows.");
        return 0;
    }
}

internal static class UnarchiveVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api unarchive FILE [--code CODE]
        Makes a collaborative out of an archive: all of it, or nothing. It keeps its code and its ids, so that it can be here once only;
        with --code it becomes a copy under that code, which can stand beside the original. Works beside a running server.
        """;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var options = new Options(args, ["code"]);
        var path = options.Position(0, "the archive");
        await using var services = Offline.Services(options.Configuration);
        await Offline.Prepare(services);
        await using var scope = services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        await using var file = File.OpenRead(path);
        using var archive = (await mediator.Send(new CheckArchive(file))).OrFail();
        var viewer = new Viewer { KeyId = Guid.Empty, Name = "Command line", Role = Role.Administrator };
        var imported = (await mediator.Send(new ImportArchive(viewer, archive, options.One("code"), IdempotencyKey: null, Fingerprint: ""))).OrFail();
        await output.WriteLineAsync($"{imported.View.Name} is here as {imported.View.Code}.");
        return 0;
    }
}
