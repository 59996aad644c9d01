using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure;
using MediatR;

namespace Collaborative.Api.Verbs;

internal static class ServeVerb
{
    public static async Task<int> Run(string[] args)
    {
        await using var app = Server.Build(new Options(args, []).Configuration);
        await Prepare(app);
        await app.RunAsync();
        return 0;
    }

    /// <summary>Brings the embedded database up to date before the first request.</summary>
    public static async Task Prepare(WebApplication app)
    {
        if (Registration.MigratesOnStartup(app.Configuration))
        {
            await app.Services.MigrateCollaborative(CancellationToken.None);
        }
        else
        {
            await app.Services.CheckCollaborative(CancellationToken.None);
        }
    }
}

internal static class MigrateVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api migrate
        Brings the database that the configuration names up to date. A database that is newer than the program is left alone.
        """;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        await using var services = Offline.Services(new Options(args, []).Configuration);
        var count = await services.MigrateCollaborative(CancellationToken.None);
        await output.WriteLineAsync(count == 0 ? "The database was up to date." : $"Applied {count} migration{(count == 1 ? "" : "s")}.");
        return 0;
    }
}

internal static class KeyVerb
{
    public const string Help =
        """
        Usage: Collaborative.Api key create --role ROLE [--collaborative CODE] [--team CODE]... [--name NAME] [--days 365]
               Collaborative.Api key list
               Collaborative.Api key revoke ID

        Roles: administrator, director, faculty, sponsor, dataLead, member, integration.
        All but administrators belong to a collaborative; data leads and members also to one or more teams; an integration may
        be limited to teams. The token is printed alone on standard output, this once: only its hash is stored.
        Works beside a running server.
        """;

    public static async Task<int> Run(string[] args, TextWriter output)
    {
        var options = new Options(args, ["role", "collaborative", "team", "name", "days"]);
        await using var services = Offline.Services(options.Configuration);
        await Offline.Prepare(services);
        await using var scope = services.CreateAsyncScope();
        var mediator = scope.ServiceProvider.GetRequiredService<IMediator>();
        switch (options.Position(0, "create, list or revoke"))
        {
            case "create":
                var created = (await mediator.Send(new CreateKey(
                    Role(options.One("role")), options.One("collaborative"), options.All("team"), options.One("name"), Days(options.One("days"))))).OrFail();
                await output.WriteLineAsync(created.Token);
                return 0;
            case "list":
                foreach (var key in (await mediator.Send(new ListKeys())).OrFail())
                {
                    await output.WriteLineAsync(Line(key));
                }

                return 0;
            case "revoke":
                if (!Guid.TryParse(options.Position(1, "the key's id"), out var id))
                {
                    throw new UsageException("A key is revoked by its id; key list shows them.");
                }

                var revoked = (await mediator.Send(new RevokeKey(id))).OrFail();
                await output.WriteLineAsync($"Revoked {revoked.Name}.");
                return 0;
            case var other:
                throw new UsageException($"There is no key {other}; see --help.");
        }
    }

    private static Role Role(string? text) =>
        Enum.GetValues<Role>().Where(role => Naming.Of(role) == text).Cast<Role?>().FirstOrDefault()
        ?? throw new UsageException("Give --role administrator, director, faculty, sponsor, dataLead, member or integration.");

    private static int Days(string? text) => text is null ? 365
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) ? days
        : throw new UsageException("--days is a number of days.");

    private static string Line(KeyView key)
    {
        var place = string.Join(' ', new[] { key.Collaborative }.Concat(key.Teams).Where(part => part is not null));
        var state = key.RevokedAt is { } at ? $"revoked {at:yyyy-MM-dd}" : $"until {key.ExpiresAt:yyyy-MM-dd}";
        var used = key.LastUsedAt is { } last ? $"last used {last:yyyy-MM-dd HH:mm}" : "never used";
        return string.Create(CultureInfo.InvariantCulture, $"{key.Id}  {Naming.Of(key.Role),-13}  {state}, {used}  {key.Name}{(place.Length > 0 ? $"  ({place})" : "")}");
    }
}

/// <summary>The system without a web server, for the verbs that work on the database.</summary>
internal static class Offline
{
    /// <param name="more">Services that take the place of ours.</param>
    public static ServiceProvider Services(string[] configuration, Action<IServiceCollection>? more = null)
    {
        var settings = new ConfigurationBuilder()
            .AddJsonFile(Path.Combine(AppContext.BaseDirectory, "appsettings.json"), optional: true)
            .AddEnvironmentVariables()
            .AddCommandLine(configuration)
            .Build();
        var services = new ServiceCollection().AddLogging().AddSingleton<IConfiguration>(settings).AddCollaborative(settings);
        more?.Invoke(services);
        return services.BuildServiceProvider();
    }

    public static async Task Prepare(IServiceProvider services)
    {
        if (Registration.MigratesOnStartup(services.GetRequiredService<IConfiguration>()))
        {
            await services.MigrateCollaborative(CancellationToken.None);
        }
        else
        {
            await services.CheckCollaborative(CancellationToken.None);
        }
    }
}
