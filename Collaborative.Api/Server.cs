using System.Text.Json;
using Collaborative.Api.Access;
using Collaborative.Api.Collaboratives;
using Collaborative.Api.Http;
using Collaborative.Api.Imports;
using Collaborative.Api.Measures;
using Collaborative.Api.RunCharts;
using Collaborative.Api.Submissions;
using Collaborative.Api.Teams;
using Collaborative.Domain;
using Collaborative.Infrastructure;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authorization;

namespace Collaborative.Api;

/// <summary>The web server: the same in every environment, whatever started it.</summary>
public static class Server
{
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
        builder.Services.AddCollaborativeWorkers();
        builder.Services.AddHttpContextAccessor();
        builder.Services.AddExceptionHandler<FailureHandler>();
        builder.Services.AddProblemDetails();
        builder.Services.AddAuthentication(Schemes.Key).AddScheme<AuthenticationSchemeOptions, KeyAuthentication>(Schemes.Key, null);
        builder.Services.AddAuthorizationBuilder().SetFallbackPolicy(new AuthorizationPolicyBuilder().RequireAuthenticatedUser().Build());
        builder.Services.AddScoped<IAuthorizationHandler, OperationAuthorization>();
        builder.Services.AddSingleton<IAuthorizationMiddlewareResultHandler, RefusalWriter>();
        more?.Invoke(builder.Services);

        var app = builder.Build();
        app.UseExceptionHandler();
        app.UseStatusCodePages(context => Problems.Write(context.HttpContext, Unanswered(context.HttpContext.Response.StatusCode)));
        app.UseRouting();
        app.UseAuthentication();
        app.UseAuthorization();
        var api = app.MapGroup("/api/v1");
        api.MapCollaboratives();
        api.MapTeams();
        api.MapMeasures();
        api.MapSubmissions();
        api.MapImports();
        api.MapCharts();
        return app;
    }

    private static Problem Unanswered(int status) => Problems.OfStatus(status) switch
    {
        ProblemCode.NotFound => Problem.NotFound,
        ProblemCode.MethodNotAllowed => new Problem(ProblemCode.MethodNotAllowed, "This address does not take that verb; the OpenAPI document lists those it takes."),
        var code => new Problem(code, Problems.Table[code].Title + "."),
    };
}
