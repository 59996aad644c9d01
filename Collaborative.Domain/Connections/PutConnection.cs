using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Domain.Outgoing;

namespace Collaborative.Domain.Connections;

public enum ConnectionKind
{
    /// <summary>One file, in any format that an import takes.</summary>
    File,

    /// <summary>A FHIR search or bundle of MeasureReports, page by page.</summary>
    Fhir,
}

public enum AuthenticationKind
{
    None,
    Basic,
    Bearer,

    /// <summary>The secret in a header of the partner's own.</summary>
    Header,

    /// <summary>OAuth 2.0 client credentials (RFC 6749, 4.4), with the client's secret.</summary>
    OauthClientCredentials,

    /// <summary>The same, with an assertion that the client signs (RFC 7523; SMART Backend Services).</summary>
    OauthPrivateKeyJwt,
}

/// <summary>When a connection is polled: every so many minutes, or each day at one time where the collaborative is.</summary>
public sealed record PollTimes
{
    public int? EveryMinutes { get; init; }

    /// <summary>Like 06:30.</summary>
    public string? DailyAt { get; init; }
}

/// <summary>How the partner knows us.</summary>
public sealed record AuthenticationBody
{
    public AuthenticationKind? Kind { get; init; }

    public string? User { get; init; }

    /// <summary>The password, token, key or client's secret; taken and never shown.</summary>
    public string? Secret { get; init; }

    /// <summary>The name of the header that holds the secret.</summary>
    public string? Header { get; init; }

    public string? TokenUrl { get; init; }

    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    /// <summary>The id under which the partner knows the public key, where it knows several.</summary>
    public string? KeyId { get; init; }

    /// <summary>Says nothing of its members, since one of them is a secret.</summary>
    public override string ToString() => nameof(AuthenticationBody);
}

public sealed record ConnectionBody
{
    public string? Name { get; init; }

    public string? Url { get; init; }

    public ConnectionKind? Kind { get; init; }

    /// <summary>What the file is, where the partner's Content-Type does not say.</summary>
    public FileFamily? Format { get; init; }

    /// <summary>The partner whose codes the file has.</summary>
    public string? Profile { get; init; }

    public PollTimes? Schedule { get; init; }

    public AuthenticationBody? Authentication { get; init; }

    public bool? Paused { get; init; }

    /// <summary>Why it changed.</summary>
    public string? Reason { get; init; }
}

/// <summary>Makes or changes a connection to a partner's endpoint.</summary>
public sealed record PutConnection(Viewer Viewer, Guid CollaborativeId, string Code, ConnectionBody Body, Preconditions Preconditions)
    : ICommand<Written<ConnectionView>>, IHasShape
{
    /// <summary>A private RSA key of 8192 bits in PEM is shorter.</summary>
    public const int SecretLength = 8000;

    public const int LeastMinutes = 5;

    /// <summary>A week.</summary>
    public const int MostMinutes = 7 * 24 * 60;

    private const int WordLength = 200;

    /// <summary>What we set ourselves, or what changes how a message is read.</summary>
    private static readonly string[] OurHeaders =
        ["host", "connection", "keep-alive", "te", "trailer", "transfer-encoding", "upgrade", "expect", "cookie", "accept", "accept-encoding", "user-agent"];

    public IEnumerable<FieldError> ShapeErrors() =>
    [
        .. Shape.Code(Code, "connection"),
        .. Shape.Required(Body.Name, "/name", "a name", Shape.NameLength),
        .. OutgoingAddresses.CheckShape(Body.Url, "/url"),
        .. Shape.Given(Body.Kind, "/kind", "the kind: file, or fhir for a FHIR search or bundle"),
        .. Body is { Kind: ConnectionKind.Fhir, Format: not null }
            ? [new FieldError("/format", "notForKind", "A FHIR endpoint has one format; leave format out.")]
            : Array.Empty<FieldError>(),
        .. Body.Profile is { } profile ? Shape.Code(profile, "/profile") : [new FieldError("/profile", "required", "Give the code of the profile that says what the partner's codes mean.")],
        .. ScheduleErrors(),
        .. AuthenticationErrors(),
        .. Shape.Optional(Body.Reason, "/reason", Shape.TextLength),
    ];

    private IEnumerable<FieldError> ScheduleErrors()
    {
        if (Body.Schedule is not { } schedule || (schedule.EveryMinutes is null) == (schedule.DailyAt is null))
        {
            yield return new FieldError("/schedule", "required", "Say either everyMinutes, or dailyAt like 06:30.");
            yield break;
        }

        if (schedule.EveryMinutes is < LeastMinutes or > MostMinutes)
        {
            yield return new FieldError("/schedule/everyMinutes", "range", $"Give a whole number of minutes from {LeastMinutes} to {MostMinutes}, which is a week.");
        }

        if (schedule.DailyAt is { } time && !PollSchedule.TryTime(time, out _))
        {
            yield return new FieldError("/schedule/dailyAt", "format", "A time of day is written like 06:30.");
        }
    }

    private IEnumerable<FieldError> AuthenticationErrors()
    {
        const string At = "/authentication";
        if (Body.Authentication is not { Kind: { } kind } authentication)
        {
            return [new FieldError($"{At}/kind", "required", "Say how the partner knows you: none, basic, bearer, header, oauthClientCredentials or oauthPrivateKeyJwt.")];
        }

        var isOauth = kind is AuthenticationKind.OauthClientCredentials or AuthenticationKind.OauthPrivateKeyJwt;
        return
        [
            .. Member(authentication.User, $"{At}/user", "the user's name", kind == AuthenticationKind.Basic),
            .. authentication.User?.Contains(':', StringComparison.Ordinal) == true ? [new FieldError($"{At}/user", "characters", "A user's name has no colon.")] : Array.Empty<FieldError>(),
            .. Member(authentication.Header, $"{At}/header", "the name of the header", kind == AuthenticationKind.Header),
            .. authentication.Header is { } header && !IsHeaderName(header)
                ? [new FieldError($"{At}/header", "format", "This is not a header that a partner can ask for; it is usually called X-Api-Key or Authorization.")]
                : Array.Empty<FieldError>(),
            .. isOauth ? OutgoingAddresses.CheckShape(authentication.TokenUrl, $"{At}/tokenUrl") : Member(authentication.TokenUrl, $"{At}/tokenUrl", "", false),
            .. Member(authentication.ClientId, $"{At}/clientId", "the client's id", isOauth),
            .. Member(authentication.Scope, $"{At}/scope", "", isOauth, isRequired: false),
            .. Member(authentication.KeyId, $"{At}/keyId", "", kind == AuthenticationKind.OauthPrivateKeyJwt, isRequired: false),
            .. SecretErrors(authentication.Secret, $"{At}/secret", kind),
        ];
    }

    private static IEnumerable<FieldError> SecretErrors(string? secret, string pointer, AuthenticationKind kind)
    {
        if (secret is null)
        {
            yield break;
        }

        if (kind == AuthenticationKind.None)
        {
            yield return new FieldError(pointer, "notForKind", "Without authentication there is no secret; leave it out.");
        }
        else if (secret.Length is 0 or > SecretLength)
        {
            yield return new FieldError(pointer, "length", $"A secret has 1 to {SecretLength} characters.");
        }
        else if (kind != AuthenticationKind.OauthPrivateKeyJwt && secret.Any(c => char.IsControl(c) || (c > 126 && kind is AuthenticationKind.Bearer or AuthenticationKind.Header)))
        {
            yield return new FieldError(pointer, "characters", "The secret has characters that cannot be sent, such as a line break; copy it again.");
        }
    }

    private static IEnumerable<FieldError> Member(string? value, string pointer, string what, bool belongs, bool isRequired = true) =>
        !belongs ? value is null ? [] : [new FieldError(pointer, "notForKind", "This does not belong to this kind of authentication; leave it out.")]
        : isRequired ? Shape.Required(value, pointer, what, WordLength).Concat(Line(value, pointer))
        : Shape.Optional(value, pointer, WordLength).Concat(Line(value, pointer));

    private static IEnumerable<FieldError> Line(string? value, string pointer) =>
        value?.Any(char.IsControl) == true ? [new FieldError(pointer, "characters", "Take out the line breaks.")] : [];

    /// <summary>A token of RFC 9110, 5.6.2, that is not one of ours.</summary>
    private static bool IsHeaderName(string name) =>
        name.Length <= 100 && name.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
        && !OurHeaders.Contains(name.ToLowerInvariant())
        && !name.StartsWith("content-", StringComparison.OrdinalIgnoreCase) && !name.StartsWith("if-", StringComparison.OrdinalIgnoreCase)
        && !name.StartsWith("proxy-", StringComparison.OrdinalIgnoreCase);
}

/// <summary>Takes a connection away: it is polled no more, and its secret is forgotten.</summary>
public sealed record WithdrawConnection(Viewer Viewer, Guid CollaborativeId, string Code, string? Reason, Preconditions Preconditions) : ICommand<Written<ConnectionView>>;

public sealed record GetConnection(Guid CollaborativeId, string Code) : IQuery<ConnectionView>;

public sealed record ListConnections(Guid CollaborativeId, ConnectionKind? Kind, string? Profile, string? AfterKey, int Limit) : IQuery<Page<ListedConnection>>;

/// <summary>How the partner knows us, without the secret.</summary>
public sealed record AuthenticationView
{
    public required AuthenticationKind Kind { get; init; }

    public string? User { get; init; }

    public string? Header { get; init; }

    public string? TokenUrl { get; init; }

    public string? ClientId { get; init; }

    public string? Scope { get; init; }

    public string? KeyId { get; init; }

    public bool HasSecret { get; init; }
}

public record ConnectionView
{
    public required string Code { get; init; }

    public required string Name { get; init; }

    public required string Url { get; init; }

    public required ConnectionKind Kind { get; init; }

    public FileFamily? Format { get; init; }

    public required string Profile { get; init; }

    public required PollTimes Schedule { get; init; }

    public required AuthenticationView Authentication { get; init; }

    public required bool Paused { get; init; }

    public required int Revision { get; init; }

    public required DateTimeOffset RecordedAt { get; init; }

    public required string RecordedBy { get; init; }
}

/// <summary>A connection in a list, with how it is.</summary>
public sealed record ListedConnection : ConnectionView
{
    public required ConnectionHealth Health { get; init; }
}
