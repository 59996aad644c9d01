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

    /// <summary>What all DELETEs do: a withdrawal that says which revision it takes back, and may say why.</summary>
    public static async Task<IResult> Delete<TView>(HttpContext http, Func<Preconditions, string?, Task<Outcome<Written<TView>>>> send)
    {
        var query = new Parameters(http);
        var reason = Shape.Tidy(query.Text(ReasonParameter.Name));
        if (reason?.Length > Shape.TextLength)
        {
            return Answers.Refused(Problem.Invalid([new FieldError(ReasonParameter.Name, "tooLong", $"Keep the reason within {Shape.TextLength} characters.")]));
        }

        var preconditions = Headers.Preconditions(http.Request);
        return (query.Problem ?? preconditions.Problem) is { } problem ? Answers.Refused(problem) : Answers.Written(await send(preconditions.Value, reason));
    }

    public static Contract DeleteContract<TView>(string summary) => new()
    {
        Summary = summary,
        Answer = typeof(TView),
        Parameters = [ReasonParameter],
        TakesPreconditions = true,
    };

    private static readonly Parameter ReasonParameter = new("reason", "Why it is taken back.");

    public static Contract Contract<TBody, TView>(string summary) => new()
    {
        Summary = summary,
        Body = typeof(TBody),
        Answer = typeof(TView),
        Statuses = [200, 201],
        TakesPreconditions = true,
    };
}
