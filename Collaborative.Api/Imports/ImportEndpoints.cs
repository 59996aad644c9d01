using System.Globalization;
using System.Text.Json;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using MediatR;

namespace Collaborative.Api.Imports;

internal static class ImportEndpoints
{
    private const string EventStream = "text/event-stream";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);

    public static void MapImports(this IEndpointRouteBuilder api)
    {
        api.MapPost("/collaboratives/{collaborative}/imports", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var options = new ImportOptions
                {
                    DryRun = query.Flag("dryRun") ?? false,
                    CreateTeams = query.Flag("createTeams") ?? false,
                    Atomic = query.Flag("atomic") ?? false,
                    Profile = query.Text("profile"),
                    Measure = query.Text("measure"),
                    Reason = query.Text("reason"),
                    IdempotencyKey = Headers.IdempotencyKey(http.Request),
                };
                return query.Problem is { } problem ? Answers.Refused(problem)
                    : http.Request.Headers.ContainsKey(UploadInPieces.LengthHeader) ? await UploadInPieces.Open(http, mediator, options)
                    : await Upload.Take(http, mediator, options);
            })
            .Is("startImport", Operation.Import, new Contract
            {
                Summary = "Import a file of figures as a background job; with Upload-Length and no body, open an upload that comes in pieces.",
                Body = typeof(string),
                BodyTypes = ImportMedia.Types,
                MayLackBody = true,
                Answer = typeof(ImportView),
                Statuses = [202, 201],
                TakesIdempotencyKey = true,
                Headers = [new Parameter(UploadInPieces.LengthHeader, "How many bytes the whole file has; opens an upload in pieces, and the body is left out.", "integer")],
                Parameters =
                [
                    new Parameter("dryRun", "Only say what would happen.", "boolean"),
                    new Parameter("createTeams", "Make the teams that the file names and the collaborative lacks; for those who define teams.", "boolean"),
                    new Parameter("profile", "The partner whose codes the file has."),
                    new Parameter("atomic", "All rows or none.", "boolean"),
                    new Parameter("measure", "The measure of a file that names none."),
                    new Parameter("reason", "Why figures change; a director must say so for locked months."),
                ],
            });

        api.MapGet("/collaboratives/{collaborative}/imports", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                ImportCursor? after = null;
                if (query.After() is { } cursor)
                {
                    after = cursor.Split(' ') is [var at, var last] && Instants.TryRead(at, out var created) && Guid.TryParseExact(last, "D", out var id)
                        ? new ImportCursor(created, id)
                        : null;
                    if (after is null)
                    {
                        query.BadCursor();
                    }
                }

                var request = new ListImports(http.Viewer(), http.CollaborativeId(), query.Choice("state", ImportState.Receiving), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listImports", Operation.ReadImports, new Contract
            {
                Summary = "Imports, the newest first; data leads and integrations see their own.",
                Answer = typeof(PageDocument<ImportView>),
                Parameters = [new Parameter("state", "Only uploading, queued, running, review, succeeded, failed, cancelled or unmapped ones."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/imports/{import}", async (HttpContext http, IMediator mediator) =>
            {
                var found = await mediator.Send(new GetImport(http.CollaborativeId(), ImportId(http)), http.RequestAborted);
                if (HttpMethods.IsHead(http.Request.Method) && found.Problem is null && await UploadInPieces.CompleteLate(http, mediator, found.Value))
                {
                    found = await mediator.Send(new GetImport(http.CollaborativeId(), ImportId(http)), http.RequestAborted);
                }

                UploadInPieces.Tell(http, found.Problem is null ? found.Value.Upload : null);
                return http.Request.Headers.Accept.ToString().Contains(EventStream, StringComparison.OrdinalIgnoreCase) && !found.IsRefused
                    ? new ProgressStream(http.CollaborativeId(), ImportId(http), mediator)
                    : Answers.Plain(found);
            })
            .Is("getImport", Operation.ReadImports, new Contract
            {
                Summary = "How far an import has come; with Accept: text/event-stream, as it happens. Of an upload in pieces, HEAD says Upload-Offset and Upload-Length.",
                Answer = typeof(ImportView),
                AnswerTypes = [Json.ContentType, EventStream],
                AnswerHeaders = UploadInPieces.Standing,
                HeadSummary = "Where an upload in pieces stands, in headers: after any break, go on from Upload-Offset.",
            });

        api.MapPatch("/imports/{import}", (HttpContext http, IMediator mediator) => UploadInPieces.Append(http, mediator, ImportId(http)))
            .Is("appendUpload", Operation.Import, new Contract
            {
                Summary = "Append a piece to an upload at Upload-Offset; once the last is there, the import is queued.",
                Body = typeof(string),
                BodyTypes = [UploadInPieces.PieceType],
                Statuses = [204],
                Headers = [new Parameter(UploadInPieces.OffsetHeader, "How many bytes are there already: where the piece begins. Elsewhere is refused with 409 and the right one.", "integer", IsRequired: true)],
                AnswerHeaders = UploadInPieces.Standing,
            });

        api.MapDelete("/imports/{import}", async (HttpContext http, IMediator mediator) =>
                Answers.Plain(await mediator.Send(new CancelImport(http.CollaborativeId(), ImportId(http)), http.RequestAborted)))
            .Is("cancelImport", Operation.CancelImports, new Contract { Summary = "Stop an import; rows that are in stay in.", Answer = typeof(ImportView) });

        api.MapPut("/imports/{import}/review", async (HttpContext http, IMediator mediator) =>
            {
                var body = await Json.Read<ReviewBody>(http);
                return body.Problem is { } problem
                    ? Answers.Refused(problem)
                    : Answers.Plain(await mediator.Send(new ReviewImport(http.Viewer(), http.CollaborativeId(), ImportId(http), body.Value), http.RequestAborted));
            })
            .Is("reviewImport", Operation.ReviewImports, new Contract
            {
                Summary = "Accept or reject an import that waits for it; data leads those of their own teams.",
                Body = typeof(ReviewBody),
                Answer = typeof(ImportView),
            });

        api.MapPost("/imports/{import}/undo", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var reason = query.Text("reason");
                if (query.Problem is { } malformed)
                {
                    return Answers.Refused(malformed);
                }

                var started = await mediator.Send(new UndoImport(http.Viewer(), http.CollaborativeId(), ImportId(http), reason, Headers.IdempotencyKey(http.Request)), http.RequestAborted);
                return started.Problem is { } problem ? Answers.Refused(problem) : Upload.Started(http, started.Value);
            })
            .Is("undoImport", Operation.Import, new Contract
            {
                Summary = "Put back what an import changed, as a job of its own; figures that were changed since are told and left.",
                Answer = typeof(ImportView),
                Statuses = [202],
                TakesIdempotencyKey = true,
                Parameters = [new Parameter("reason", "Why; a director must say so for locked months.")],
            });

        api.MapGet("/imports/{import}/changes", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var after = 0;
                if (query.After() is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
                {
                    query.BadCursor();
                }

                var request = new ListImportChanges(http.CollaborativeId(), ImportId(http), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listImportChanges", Operation.ReadImports, new Contract
            {
                Summary = "What an import changed, or would change: each figure before and after.",
                Answer = typeof(PageDocument<ImportChangeView>),
                Parameters = [Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/imports/{import}/rows", async (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                var after = 0;
                if (query.After() is { } cursor && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
                {
                    query.BadCursor();
                }

                var request = new ListImportRows(http.CollaborativeId(), ImportId(http), query.Choice<RowOutcome>("outcome"), after, query.Limit());
                return query.Problem is { } problem ? Answers.Refused(problem) : Answers.Page(await mediator.Send(request, http.RequestAborted));
            })
            .Is("listImportRows", Operation.ReadImports, new Contract
            {
                Summary = "What became of each row, with its line number and a sentence.",
                Answer = typeof(PageDocument<ImportRowView>),
                Parameters = [new Parameter("outcome", "Only accepted, unchanged or rejected rows."), Endpoints.Limit, Endpoints.After],
            });

        api.MapGet("/imports/{import}/rows.csv", (HttpContext http, IMediator mediator) =>
            {
                var query = new Parameters(http);
                query.Choice("outcome", RowOutcome.Accepted, RowOutcome.Unchanged);
                http.Response.Headers.CacheControl = "no-store";
                return query.Problem is { } problem
                    ? Answers.Refused(problem)
                    : Results.Stream(
                        async output => _ = await mediator.Send(new WriteRejectedRows(http.CollaborativeId(), ImportId(http), output), http.RequestAborted),
                        "text/csv; charset=utf-8",
                        "rejected-rows.csv");
            })
            .Is("getRejectedRows", Operation.ReadImports, new Contract
            {
                Summary = "The rejected rows as CSV, ready to mend and send again.",
                AnswerTypes = [ImportMedia.Csv],
                IsAlwaysSent = true,
                Parameters = [new Parameter("outcome", "Only rejected rows can be had as CSV.")],
            });

        api.MapGet("/collaboratives/{collaborative}/teams/{team}/template.xlsx", async (HttpContext http, IMediator mediator) =>
            {
                var workbook = await mediator.Send(new GetTemplate(http.Viewer(), http.CollaborativeId(), http.TeamId()), http.RequestAborted);
                http.Response.Headers.CacheControl = "private, no-cache";
                return workbook.Problem is { } problem ? Answers.Refused(problem) : Results.File(workbook.Value, ImportMedia.Workbook, $"{http.Route("team")}-figures.xlsx");
            })
            .Is("getTemplate", Operation.ReadSubmissions, new Contract
            {
                Summary = "A workbook for a team to fill in and send as an import: its measures, months and figures are there already.",
                AnswerTypes = [ImportMedia.Workbook],
                IsAlwaysSent = true,
            });
    }

    private static Guid ImportId(HttpContext http) => Guid.ParseExact(http.Route("import"), "D");

    /// <summary>Progress as server-sent events: one whenever it has changed, the last one named after the state it ended in.</summary>
    private sealed class ProgressStream(Guid collaborativeId, Guid importId, IMediator mediator) : IResult
    {
        public async Task ExecuteAsync(HttpContext httpContext)
        {
            var response = httpContext.Response;
            response.ContentType = EventStream;
            response.Headers.CacheControl = "no-store";
            var last = "";
            using var ending = CancellationTokenSource.CreateLinkedTokenSource(
                httpContext.RequestAborted, httpContext.RequestServices.GetRequiredService<IHostApplicationLifetime>().ApplicationStopping);
            while (!ending.IsCancellationRequested)
            {
                var view = (await mediator.Send(new GetImport(collaborativeId, importId), httpContext.RequestAborted)).Value;

                // What waits for a person may wait for weeks; whoever watches is told so and asks again later.
                var ended = view.EndedAt is not null || view.State == ImportState.Review;
                var data = JsonSerializer.Serialize(view, Json.Options);
                if (data != last)
                {
                    last = data;
                    await response.WriteAsync($"event: {(ended ? Naming.Of(view.State) : "progress")}\ndata: {data}\n\n", httpContext.RequestAborted);
                    await response.Body.FlushAsync(httpContext.RequestAborted);
                }

                if (ended)
                {
                    return;
                }

                await Task.Delay(Look, ending.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
        }
    }
}
