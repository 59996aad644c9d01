namespace Collaborative.Api.Http;

public static class Negotiation
{
    /// <summary>The media type that the client would rather have, of those that there are, the first where it does not care; null when it takes none.</summary>
    public static string? Choose(HttpRequest request, params ReadOnlySpan<string> available)
    {
        var accept = request.Headers.Accept;
        if (accept.Count == 0 || accept[0] == available[0] || accept[0] == "*/*")
        {
            return available[0];
        }

        foreach (var type in request.GetTypedHeaders().Accept.Where(type => type.Quality != 0).OrderByDescending(type => type.Quality ?? 1))
        {
            foreach (var form in available)
            {
                if (type.MatchesAllTypes || type.MediaType.Equals(form, StringComparison.OrdinalIgnoreCase)
                    || (type.MatchesAllSubTypes && form.StartsWith($"{type.Type}/", StringComparison.OrdinalIgnoreCase)))
                {
                    return form;
                }
            }
        }

        return null;
    }
}
