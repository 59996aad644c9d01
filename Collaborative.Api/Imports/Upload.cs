using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Imports;
using MediatR;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Net.Http.Headers;

namespace Collaborative.Api.Imports;

/// <summary>A file that a request brings: its type, its size, and the answer once it is queued.</summary>
internal static class Upload
{
    private const double LeastBytesPerSecond = 10;

    private static readonly TimeSpan UsualGrace = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan DefaultMostSilence = TimeSpan.FromMinutes(1);

    public static async Task<IResult> Take(HttpContext http, IMediator mediator, ImportOptions options)
    {
        if (Encoded(http) is { } encoded)
        {
            return Answers.Refused(encoded);
        }

        var family = Family(http.Request);
        if (family.Problem is { } unsupported)
        {
            return Answers.Refused(unsupported);
        }

        var most = ImportIntake.MostBytes(http.RequestServices.GetRequiredService<IConfiguration>());
        if (http.Request.ContentLength > most)
        {
            return Answers.Refused(ImportIntake.TooLarge(most));
        }

        if (http.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } limit)
        {
            limit.MaxRequestBodySize = most + 1;
        }

        var body = Patiently(http);
        var taken = await ImportIntake.Take(mediator, http.Viewer(), http.CollaborativeId(), options, family.Value, body, most, http.RequestAborted);
        if (taken.Problem is { } problem)
        {
            return Answers.Refused(problem);
        }

        return Started(http, taken.Value);
    }

    /// <summary>202, with the job's address.</summary>
    public static IResult Started(HttpContext http, StartedImport started)
    {
        if (started.IsReplay)
        {
            http.Response.Headers["Idempotency-Replayed"] = "true";
        }

        http.Response.Headers.RetryAfter = "1";
        http.Response.Headers.Location = $"{http.Request.PathBase}/api/v1/imports/{started.View.Id:D}";
        http.Response.Headers.CacheControl = "no-store";
        return Results.Json(started.View, Json.Options, statusCode: StatusCodes.Status202Accepted);
    }

    /// <summary>The body of whoever sends a file: slow as an old line may be, which the server's usual limit is not made for, but neither silent nor without end.</summary>
    public static PatientStream Patiently(HttpContext http)
    {
        var mostSilence = http.RequestServices.GetRequiredService<IConfiguration>().GetValue("Imports:MaxSilence", DefaultMostSilence);
        if (http.Features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
        {
            rate.MinDataRate = new MinDataRate(LeastBytesPerSecond, mostSilence > UsualGrace ? mostSilence : UsualGrace);
        }

        return new PatientStream(http.Request.Body, mostSilence);
    }

    /// <summary>Refuses a body that is compressed or otherwise encoded (RFC 9110, 15.5.16): what a file is must be told by its beginning, and how large it is by its length.</summary>
    public static Problem? Encoded(HttpContext http)
    {
        if (http.Request.Headers.ContentEncoding.All(encoding => encoding is null || encoding.Equals("identity", StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        http.Response.Headers.AcceptEncoding = "identity";
        return new Problem(ProblemCode.UnsupportedMediaType, "Send the file as it is, without a Content-Encoding such as gzip; a large one can be sent in pieces.");
    }

    public static Outcome<FileFamily> Family(HttpRequest request)
    {
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type) || ImportMedia.FamilyOf(type.MediaType.ToString()) is not { } family)
        {
            return new Problem(ProblemCode.UnsupportedMediaType, $"Send the file with the Content-Type that it has: {string.Join(", ", ImportMedia.Types)}.");
        }

        return ImportMedia.IsReadable(family, type.Charset.ToString())
            ? family
            : new Problem(ProblemCode.UnsupportedMediaType, "Send the file in UTF-8; spreadsheets call it “CSV UTF-8”.");
    }
}
