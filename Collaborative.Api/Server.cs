using System.Text.Json;
using Collaborative.Api.Access;
using Collaborative.Api.Archives;
using Collaborative.Api.Assessments;
using Collaborative.Api.Barriers;
using Collaborative.Api.Calendars;
using Collaborative.Api.ChangePackages;
using Collaborative.Api.Charters;
using Collaborative.Api.Chase;
using Collaborative.Api.Coaching;
using Collaborative.Api.Collaboratives;
using Collaborative.Api.Connections;
using Collaborative.Api.Enrolments;
using Collaborative.Api.Health;
using Collaborative.Api.Histories;
using Collaborative.Api.Http;
using Collaborative.Api.Imports;
using Collaborative.Api.LearningSessions;
using Collaborative.Api.Library;
using Collaborative.Api.Measures;
using Collaborative.Api.Pages;
using Collaborative.Api.Pdsa;
using Collaborative.Api.Prework;
using Collaborative.Api.Reporting;
using Collaborative.Api.Reports;
using Collaborative.Api.Rosters;
using Collaborative.Api.RunCharts;
using Collaborative.Api.Stages;
using Collaborative.Api.Submissions;
using Collaborative.Api.Teams;
using Collaborative.Api.Webhooks;
using Collaborative.Domain;
using Collaborative.Infrastructure;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.DataProtection;
using Microsoft.AspNetCore.DataProtection.KeyManagement;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace Collaborative.Api;

/// <summary>The web server: the same in every environment, whatever started it.</summary>
public static class Server
{
    public const string ApiBase = "/api/v1";

    public const string DefaultUrl = "http://localhost:5080";

    /// <param name="args">Configuration from the command line, such as --urls http://127.0.0.1:5080.</param>
    /// <param name="more">Services that replace ours, for tests.</param>
    public static WebApplication Build(string[] args, Action<IServiceCollection>? more = null)
    {
        // The content root is the program's folder, so that it behaves the same from any working directory.
        var builder = WebApplication.CreateBuilder(new WebApplicationOptions { Args = args, ContentRootPath = AppContext.BaseDirectory });
        builder.Logging.ClearProviders();
        builder.Logging.AddJsonConsole(options => options.JsonWriterOptions = new JsonWriterOptions { Indented = false });

        // Addresses, queries and bodies stay out of the log: below this level the framework writes them.
        builder.Logging.AddFilter("Microsoft", LogLevel.Warning);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Server.Kestrel", LogLevel.Error);
        builder.Logging.AddFilter("Microsoft.AspNetCore.Diagnostics.ExceptionHandlerMiddleware", LogLevel.None);
        builder.Logging.AddFilter("Microsoft.AspNetCore.DataProtection", LogLevel.Error);
        if (builder.Configuration["urls"] is null && builder.Configuration["Kestrel:Endpoints:Http:Url"] is null)
        {
            builder.WebHost.UseUrls(DefaultUrl);
        }

        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = Json.MostBytes;
        });

        builder.Services.AddCollaborative(builder.Configuration);
        builder.Services.AddCollaborativeWorkers(builder.Configuration);
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddSingleton<RememberedAnswers>();
        builder.Services.AddHealthChecks().AddCheck<DatabaseHealth>("database");
        builder.Services.AddExceptionHandler<FailureHandler>();
        builder.Services.AddProblemDetails();
        builder.Services.AddSingleton<DatabaseHealth>();
        builder.Services.AddAuthentication(Schemes.Either)
            .AddPolicyScheme(Schemes.Either, null, options => options.ForwardDefaultSelector = BrowserSignIn.Choose)
            .AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(Schemes.Key, null)
            .AddCookie(Schemes.Browser, BrowserSignIn.Configure);
        builder.Services.AddDataProtection().SetApplicationName("Collaborative");
        builder.Services.AddSingleton<IConfigureOptions<KeyManagementOptions>>(services =>
            new ConfigureOptions<KeyManagementOptions>(options => options.XmlRepository = Registration.ProtectionKeysOf(services)));
        OpenApi.Add(builder.Services);
        builder.Services.AddRazorPages().AddApplicationPart(typeof(Server).Assembly);
        builder.Services.AddSingleton<SignInLimit>();
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddScoped<IAuthorizationHandler, OperationAuthorization>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalWriter>();
        more?.Invoke(builder.Services);

        var app = builder.Build();
        if (app.Configuration.GetValue("Server:ForwardedHeaders", false))
        {
            var forwarded = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto };

            // The proxy's address is not known here; whoever sets this says that only the proxy can reach the server.
            forwarded.KnownIPNetworks.Clear();
            forwarded.KnownProxies.Clear();
            app.UseForwardedHeaders(forwarded);
        }

        app.UsePathBase(app.Configuration["Server:PathBase"]);
        var remembered = app.Services.GetRequiredService<RememberedAnswers>();
        app.Use(next => http => remembered.Answer(http, next));
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Problems.Write(context.HttpContext, Unanswered(context.HttpContext.Response.StatusCode)));
        OpenApi.Map(app);
        app.Use((http, next) =>
        {
            http.Response.Headers.XContentTypeOptions = "nosniff";
            if (HttpMethods.IsHead(http.Request.Method))
            {
                // Answered like a GET; the server knows what was asked and leaves the body out (RFC 9110, 9.3.2).
                http.Request.Method = HttpMethods.Get;
            }

            if (!http.Request.Path.StartsWithSegments("/api"))
            {
                http.Response.Headers.ContentSecurityPolicy = "default-src 'self'; img-src 'self' data:; frame-ancestors 'none'";
                http.Response.Headers["Referrer-Policy"] = "same-origin";
            }

            return next(http);
        });
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup(ApiBase);
        api.MapAccess();
        api.MapCollaboratives();
        api.MapTeams();
        api.MapMeasures();
        api.MapSubmissions();
        api.MapImports();
        api.MapExports();
        api.MapProfiles();
        api.MapWebhooks();
        api.MapConnections();
        api.MapArchives();
        api.MapCharts();
        api.MapComparisons();
        api.MapAnnotations();
        api.MapPhases();
        api.MapFlags();
        api.MapAnalysis();
        api.MapReporting();
        api.MapReports();
        api.MapStages();
        api.MapCharters();
        api.MapChangePackages();
        api.MapIdeas();
        api.MapPdsa();
        api.MapLibrary();
        api.MapThreads();
        api.MapScales();
        api.MapAssessments();
        api.MapEnrolments();
        api.MapRosters();
        api.MapPrework();
        api.MapLearningSessions();
        api.MapStoryboards();
        api.MapTurnout();
        api.MapCoachingCalls();
        api.MapSiteVisits();
        api.MapCalendars();
        api.MapChase();
        app.MapCalendarFeed();
        api.MapBarriers();
        api.MapHistory();
        app.MapHealth();
        app.MapRazorPages();
        app.MapGet("/site.css", () => Results.Text(Site.Css, "text/css")).AllowAnonymous().ExcludeFromDescription();
        return app;
    }

    private static Problem Unanswered(int status) => Problems.OfStatus(status) switch
    {
        ProblemCode.NotFound => Problem.NotFound,
        ProblemCode.MethodNotAllowed => new Problem(ProblemCode.MethodNotAllowed, "This address does not take that verb; the OpenAPI document lists those it takes."),
        var code => new Problem(code, Problems.Table[code].Title + "."),
    };
}
