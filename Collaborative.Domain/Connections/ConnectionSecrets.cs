namespace Collaborative.Domain.Connections;

/// <summary>
/// Whether a change may go on using the secret that is kept. Who may change a connection need not know its secret: if the address could be
/// changed without giving it again, it could be sent to anybody.
/// </summary>
public static class ConnectionSecrets
{
    /// <param name="Url">The address that is polled.</param>
    /// <param name="Kind">How the secret is used.</param>
    /// <param name="TokenUrl">Where it is sent, if not to the address that is polled.</param>
    public sealed record Use(string Url, AuthenticationKind Kind, string? TokenUrl);

    public static bool MayKeep(Use before, Use after) =>
        before.Kind == after.Kind && Origin(before.Url) == Origin(after.Url) && before.TokenUrl == after.TokenUrl;

    /// <summary>Scheme, host and port: who answers.</summary>
    public static string Origin(string url) => new Uri(url).GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped).ToLowerInvariant();
}
