using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using MediatR;

namespace Collaborative.Api.Imports;

/// <summary>The figures of a collaborative on their way out: by suffix, or by Accept on the list itself.</summary>
internal static class ExportEndpoints
{
    public static readonly Parameter[] Months = [new("from", "Only from this month on, like 2026-03."), new("to", "Only up to this month.")];

    private static readonly Parameter[] Parameters = [new("team", "Only this team."), new("measure", "Only this measure."), .. Months, Endpoints.AsOf];

    /// <summary>What only a list read page by page can be asked for.</summary>
    private static readonly string[] OfPages = ["status", "limit", "after"];

    /// <summary>The media types by which an export can be asked for.</summary>
    public static IReadOnlyList<string> MediaTypes { get; } = [.. Enum.GetValues<ExportForm>().Select(MediaType)];

    public static void MapExports(this IEndpointRouteBuilder api)
    {
        foreach (var (form, name, summary) in new[]
        {
            (ExportForm.Csv, "exportSubmissions", "The submitted figures in the long form that an import reads."),
            (ExportForm.Workbook, "exportWorkbook", "The submitted figures as a workbook: a sheet with a chart for each measure, and one that an import reads."),
            (ExportForm.FhirBundle, "exportReports", "The submitted figures as a FHIR R4 Bundle of MeasureReports, which an import reads."),
            (ExportForm.FhirLines, "exportReportLines", "The same FHIR resources, one on each line."),
        })
        {
            api.MapGet("/collaboratives/{collaborative}/submissions" + Suffix(form), (HttpContext http, IMediator mediator) => Send(http, mediator, form, null))
                .Is(name, Operation.ReadSubmissions, new Contract { Summary = summary, AnswerTypes = [MediaType(form)], Parameters = Parameters });
        }
    }

    /// <summary>The list of submissions asked for in another form than JSON; null where it is JSON that is wanted, or nothing that there is.</summary>
    public static ExportForm? Form(string mediaType) => MediaTypes.ToList().IndexOf(mediaType) is var index and >= 0 ? (ExportForm)index : null;

    /// <param name="month">The only month, where the list is asked for one.</param>
    public static async Task<IResult> Send(HttpContext http, IMediator mediator, ExportForm form, Month? month)
    {
        var query = new Parameters(http);
        query.Without(OfPages, "An export holds all submitted figures in one piece; leave this out.");
        var asOf = query.Instant("asOf");
        var choice = new ExportChoice { TeamKey = KeyOf(query.Text("team")), MeasureKey = KeyOf(query.Text("measure")), From = month ?? query.Month("from"), To = month ?? query.Month("to") };
        if (query.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var viewer = http.Viewer();
        var found = await mediator.Send(new PrepareExport(viewer, http.CollaborativeId(), form, choice, asOf), http.RequestAborted);
        if (found.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        var prepared = found.Value;
        var etag = $"\"{prepared.Tag}\"";
        var headers = http.Response.Headers;
        headers.ETag = etag;
        headers.Vary = "Accept";
        headers.CacheControl = "private, no-cache";
        if (Headers.HasAlready(http.Request, etag))
        {
            return Results.StatusCode(StatusCodes.Status304NotModified);
        }

        return Results.Stream(
            async output =>
            {
                await using var buffered = new BufferedResponse(output);
                IRequest<Outcome<int>> export = form switch
                {
                    ExportForm.Workbook => new ExportWorkbook(viewer, http.CollaborativeId(), choice, prepared, buffered),
                    ExportForm.FhirBundle or ExportForm.FhirLines => new ExportReports(viewer, http.CollaborativeId(), choice, prepared, form == ExportForm.FhirLines, buffered),
                    _ => new ExportSubmissions(viewer, http.CollaborativeId(), prepared.At, buffered) { Choice = choice },
                };
                _ = await mediator.Send(export, http.RequestAborted);
            },
            form == ExportForm.Workbook ? ImportMedia.Workbook : $"{MediaType(form)}; charset=utf-8",
            $"{http.Route("collaborative")}-submissions{Suffix(form)}");
    }

    private static string MediaType(ExportForm form) => form switch
    {
        ExportForm.Workbook => ImportMedia.Workbook,
        ExportForm.FhirBundle => ImportMedia.FhirJson,
        ExportForm.FhirLines => ImportMedia.FhirLines,
        _ => ImportMedia.Csv,
    };

    private static string Suffix(ExportForm form) => form switch
    {
        ExportForm.Workbook => ".xlsx",
        ExportForm.FhirBundle => ".fhir.json",
        ExportForm.FhirLines => ".fhir.ndjson",
        _ => ".csv",
    };

    private static string? KeyOf(string? code) => code is null ? null : Code.KeyOf(code);
}
