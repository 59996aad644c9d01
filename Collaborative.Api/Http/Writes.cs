using Collaborative.Domain;

namespace Collaborative.Api.Http;

/// <summary>What all PUTs do: read the body, read the preconditions, hand both on, answer with the ETag.</summary>
public static class Writes
{
    public static async Task<IResult> Put<TBody, TView>(HttpContext http, Func<TBody, Preconditions, Task<Outcome<Written<TView>>>> send)
        where TBody : class
    {
        var body = await Json.Read<TBody>(http);
        if (body.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var preconditions = Headers.Preconditions(http.Request);
        return preconditions.Problem is { } problem ? Answers.Refused(problem) : Answers.Written(await send(body.Value, preconditions.Value));
    }

    public static Contract Contract<TBody, TView>(string summary) => new()
    {
        Summary = summary,
        Body = typeof(TBody),
        Answer = typeof(TView),
        Statuses = [200, 201],
        TakesPreconditions = true,
    };
}
