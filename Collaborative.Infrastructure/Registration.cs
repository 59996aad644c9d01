using Collaborative.Domain.Chase;
using Collaborative.Infrastructure.Access;
using Collaborative.Infrastructure.Chase;
using Collaborative.Infrastructure.Connections;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.Outgoing;
using Collaborative.Infrastructure.Pipeline;
using Collaborative.Infrastructure.RunCharts;
using Collaborative.Infrastructure.Webhooks;
using MediatR;
using Microsoft.AspNetCore.DataProtection.Repositories;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace Collaborative.Infrastructure;

/// <summary>The one public entry point of this project.</summary>
public static class Registration
{
    public const string DefaultConnectionString = "Data Source=data/collaborative.db";

    /// <summary>Adds the mediator, its pipeline, every handler, and the database that the configuration names.</summary>
    /// <exception cref="InvalidOperationException">The configuration names no engine that there is.</exception>
    public static IServiceCollection AddCollaborative(this IServiceCollection services, IConfiguration configuration)
    {
        Binding.Register();
        var connectionString = configuration.GetConnectionString("Collaborative") ?? DefaultConnectionString;
        var engine = configuration["Database:Engine"] ?? nameof(Engine.Sqlite);
        if (!Enum.TryParse<Engine>(engine, ignoreCase: true, out var chosen))
        {
            throw new InvalidOperationException($"Database:Engine is {engine}; it must be Sqlite or SqlServer.");
        }

        services.AddSingleton<IDatabase>(_ => chosen == Engine.Sqlite
            ? new SqliteDatabase(connectionString, durable: !configuration.GetValue("Database:SampleData", false))
            : new SqlServerDatabase(connectionString));
        services.AddSingleton<Migrator>();
        services.AddSingleton<Attempts>();
        services.AddSingleton<ViewerCache>();
        services.AddSingleton<ScopeCache>();
        services.AddSingleton<KeyUse>();
        services.AddSingleton(provider => new Freshness(provider.GetRequiredService<IDatabase>(), provider.GetRequiredService<KeyUse>()));
        services.AddSingleton<ChartCache>();
        services.AddSingleton<ImportQueue>();
        services.AddSingleton<ImportEnds>();
        services.AddSingleton<ImportWorker>();
        services.AddSingleton<ProtectionKeys>();
        services.AddSingleton(_ => OutgoingHttp.From(configuration));
        services.AddSingleton(provider => SecretBox.From(configuration, provider.GetRequiredService<IDatabase>()));
        services.AddSingleton(new PollPatience());
        services.AddSingleton<AccessTokens>();
        services.AddSingleton<PartnerHttp>();
        services.AddSingleton<ConnectionQueue>();
        services.AddSingleton<ConnectionPoll>();
        services.AddSingleton<ConnectionWorker>();
        services.AddSingleton(_ => ReminderSettings.From(configuration));
        services.AddSingleton<OptOutLinks>();
        services.AddSingleton<ReminderOutbox>();
        services.AddSingleton<ReminderWorker>();
        services.AddSingleton<IReminderSender>(provider => provider.GetRequiredService<ReminderSettings>() switch
        {
            { Smtp: { } smtp } settings => new SmtpSender(smtp, settings.Address),
            { Webhook: { } webhook } => new WebhookSender(webhook),
            _ => throw new InvalidOperationException("No way out is configured for reminders."),
        });
        services.AddSingleton(_ => WebhookAddress.From(configuration));
        services.AddSingleton<WebhookSecrets>();
        services.AddSingleton<WebhookOutbox>();
        services.AddSingleton<WebhookPost>();
        services.AddSingleton<WebhookWorker>();
        services.AddScoped<UnitOfWork>();
        services.AddSingleton(TimeProvider.System);

        services.AddScoped<ServiceFactory>(provider => provider.GetRequiredService);
        services.AddScoped<IMediator, Mediator>();
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(TimingBehaviour<,>));
        services.AddSingleton(typeof(IPipelineBehavior<,>), typeof(ShapeBehaviour<,>));
        services.AddScoped(typeof(IPipelineBehavior<,>), typeof(TransactionBehaviour<,>));
        foreach (var type in typeof(Registration).Assembly.GetTypes().Where(type => type is { IsClass: true, IsAbstract: false }))
        {
            foreach (var handled in type.GetInterfaces().Where(face => face.IsGenericType && face.GetGenericTypeDefinition() == typeof(IRequestHandler<,>)))
            {
                services.AddTransient(handled, type);
            }
        }

        return services;
    }

    /// <summary>Adds what works in the background of a server: imports, the polling of connections, webhooks, reminders where a way out is configured, and the writing down of when keys were used.</summary>
    /// <exception cref="InvalidOperationException">What is configured for reminders contradicts itself or lacks something.</exception>
    public static IServiceCollection AddCollaborativeWorkers(this IServiceCollection services, IConfiguration configuration)
    {
        services.AddHostedService(provider => provider.GetRequiredService<ImportWorker>())
            .AddHostedService(provider => provider.GetRequiredService<ConnectionWorker>())
            .AddHostedService(provider => provider.GetRequiredService<WebhookWorker>())
            .AddHostedService<KeyUseWriter>();
        return ReminderSettings.From(configuration).Channel == ReminderChannel.None
            ? services
            : services.AddHostedService(provider => provider.GetRequiredService<ReminderWorker>());
    }

    /// <summary>Where the keys that sign cookies are kept.</summary>
    public static IXmlRepository ProtectionKeysOf(IServiceProvider services) => services.GetRequiredService<ProtectionKeys>();

    /// <summary>Brings the database up to date; returns how many migrations were applied.</summary>
    /// <exception cref="SchemaMismatchException">The database is newer than the program, or was made by another.</exception>
    public static Task<int> MigrateCollaborative(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<Migrator>().Run(cancellation);

    /// <summary>Makes sure that the database is the one that this program works with.</summary>
    /// <exception cref="SchemaMismatchException">It is newer, older or another.</exception>
    public static Task CheckCollaborative(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<Migrator>().Check(cancellation);

    /// <summary>Takes up one waiting import and works on it to its end; false when none is waiting.</summary>
    public static Task<bool> WorkOnImport(this IServiceProvider services, CancellationToken cancellation) =>
        services.GetRequiredService<ImportWorker>().RunOne(cancellation);

    /// <summary>Writes a consistent copy of the embedded database.</summary>
    /// <exception cref="InvalidOperationException">The database is not the embedded one.</exception>
    /// <exception cref="IOException">The copy cannot be made; the message says why.</exception>
    public static void BackupCollaborative(this IServiceProvider services, string file) => SqliteBackup.Backup(Embedded(services), file);

    /// <summary>Puts a copy in the place of the embedded database.</summary>
    /// <exception cref="InvalidOperationException">The database is not the embedded one.</exception>
    /// <exception cref="IOException">The copy cannot be put there; the message says why.</exception>
    public static void RestoreCollaborative(this IServiceProvider services, string file, bool replace) => SqliteBackup.Restore(Embedded(services), file, replace);

    /// <summary>Whether the schema is brought up to date at start: unless configured, on the embedded engine only.</summary>
    public static bool MigratesOnStartup(IConfiguration configuration) => configuration.GetValue(
        "Database:MigrateOnStartup",
        !string.Equals(configuration["Database:Engine"], nameof(Engine.SqlServer), StringComparison.OrdinalIgnoreCase));

    private static SqliteDatabase Embedded(IServiceProvider services) => services.GetRequiredService<IDatabase>() as SqliteDatabase
        ?? throw new InvalidOperationException("This verb is for the embedded database; back up and restore SQL Server with its own tools.");
}
