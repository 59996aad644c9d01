using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Connections;
using Collaborative.Infrastructure.Access;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Outgoing;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Connections;

internal sealed class PutConnectionHandler(UnitOfWork unitOfWork, OutgoingHttp outgoing, SecretBox secrets, TimeProvider clock)
    : IRequestHandler<PutConnection, Outcome<Written<ConnectionView>>>, IRequestHandler<WithdrawConnection, Outcome<Written<ConnectionView>>>
{
    /// <summary>What its secrets are sealed for.</summary>
    public const string Purpose = "connection";

    internal static readonly SqlText Load = $"SELECT {ConnectionRow.Columns} FROM PartnerConnection WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("PartnerConnection", ConnectionRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("PartnerConnection", ConnectionRow.Columns);

    private const string ChangedMeanwhile = "The connection was changed while it was being polled.";

    /// <summary>The key of a connection is not for people, so that no date ends it; it ends when somebody revokes it.</summary>
    private static readonly DateTimeOffset NoEnd = new(2999, 12, 31, 0, 0, 0, TimeSpan.Zero);

    public async Task<Outcome<Written<ConnectionView>>> Handle(PutConnection request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var present = current is { IsWithdrawn: false } ? current : null;
        var body = request.Body;
        var authentication = body.Authentication! with { Secret = null };
        var apiKeyId = current?.ApiKeyId ?? Guid.CreateVersion7(clock.GetUtcNow());
        var secret = Secret(present, body, apiKeyId);
        if (secret.Problem is { } problem)
        {
            return problem;
        }

        var wanted = new ConnectionRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            Name = body.Name!.Trim(),
            Url = body.Url!.Trim(),
            Kind = EnumText.Of(body.Kind!.Value),
            Family = body.Format is { } format ? EnumText.Of(format) : null,
            ProfileCode = body.Profile!,
            EveryMinutes = body.Schedule!.EveryMinutes,
            DailyTime = body.Schedule.DailyAt,
            AuthenticationJson = StoredJson.Write(authentication),
            SealedSecret = secret.Value,
            IsPaused = body.Paused == true,
            ApiKeyId = apiKeyId,
        };
        if (current is null)
        {
            await MakeKey(session, apiKeyId, request.CollaborativeId, wanted.ImportsAs, cancellationToken);
        }

        var written = await session.Put<ConnectionRow, ConnectionView>(
            new Change(request.Viewer, request.CollaborativeId, null, ConnectionRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => outgoing.Refuse(new Uri(wanted.Url)) ?? (authentication.TokenUrl is { } tokenUrl ? outgoing.Refuse(new Uri(tokenUrl)) : null));
        if (written is { Problem: null, Value.Kind: not WriteKind.Unchanged })
        {
            await Restart(session, request.CollaborativeId, current, wanted with { Id = current?.Id ?? await IdOf(session, request, cancellationToken) }, cancellationToken);
        }

        return written;
    }

    public async Task<Outcome<Written<ConnectionView>>> Handle(WithdrawConnection request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var written = await session.Withdraw<ConnectionRow, ConnectionView>(
            new Change(request.Viewer, request.CollaborativeId, null, ConnectionRow.Subject, request.Preconditions, request.Reason),
            Update,
            current is null ? null : current with { SealedSecret = null },
            clock,
            cancellationToken);
        if (!written.IsRefused)
        {
            var state = (await session.First<PollState>(PollState.Load, new { connectionId = current!.Id }, cancellationToken))!;
            await EndRun(session, state, evenIfQueued: true, cancellationToken);
            await Save(session, state with { NextRunAt = null, LeaseUntil = null, RunId = null }, cancellationToken);
        }

        return written;
    }

    public static Task<ConnectionRow?> Current(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<ConnectionRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);

    private static async Task<Guid> IdOf(Session session, PutConnection request, CancellationToken cancellation) =>
        (await Current(session, request.CollaborativeId, request.Code, cancellation))!.Id;

    /// <summary>The sealed secret that the connection is to have: what the body brings, or what is there where that may go on being used.</summary>
    private Outcome<string?> Secret(ConnectionRow? present, ConnectionBody body, Guid owner)
    {
        var authentication = body.Authentication!;
        if (authentication.Kind == AuthenticationKind.None)
        {
            return (string?)null;
        }

        if (authentication.Secret is { } secret)
        {
            if (authentication.Kind == AuthenticationKind.OauthPrivateKeyJwt && ClientAssertion.WhyNot(secret) is { } unfit)
            {
                return Problem.Invalid([new FieldError("/authentication/secret", "format", unfit)]);
            }

            // The same secret again is the same connection, though it would look different sealed anew.
            return present?.SealedSecret is { } kept && IsSame(secrets.Open(Purpose, owner, kept), secret) ? kept
                : secrets.Seal(Purpose, owner, secret) is var box && box.Problem is { } problem ? problem
                : box.Value;
        }

        if (present?.SealedSecret is not { } there)
        {
            return Problem.Invalid([new FieldError("/authentication/secret", "required", "Give the secret: the password, the token, or the key.")]);
        }

        var before = present.Authentication;
        return ConnectionSecrets.MayKeep(
            new ConnectionSecrets.Use(present.Url, before.Kind!.Value, before.TokenUrl),
            new ConnectionSecrets.Use(body.Url!.Trim(), authentication.Kind!.Value, authentication.TokenUrl))
            ? there
            : Problem.Invalid([new FieldError(
                "/authentication/secret",
                "required",
                "Give the secret again: the address, the address that gives tokens or the kind of authentication has changed, and a secret is sent elsewhere only by somebody who knows it.")]);
    }

    private static bool IsSame(string? kept, string given) =>
        kept is not null && CryptographicOperations.FixedTimeEquals(SHA256.HashData(Encoding.UTF8.GetBytes(kept)), SHA256.HashData(Encoding.UTF8.GetBytes(given)));

    /// <summary>Imports run in the name of a key. This one's token is thrown away unseen: nobody can use it but the connection.</summary>
    private async Task MakeKey(Session session, Guid id, Guid collaborativeId, string name, CancellationToken cancellation) => await session.Execute(
        CreateKeyHandler.Insert,
        new
        {
            id,
            tokenHash = ApiToken.Hash(ApiToken.Make()),
            role = EnumText.Of(Role.Integration),
            collaborativeId,
            name,
            createdAt = clock.NowToMillisecond(),
            expiresAt = NoEnd,
        },
        cancellation);

    /// <summary>Begins polling as the connection now says. What was learned of another address, or by another profile, is forgotten; so are failures, since somebody has looked.</summary>
    private async Task Restart(Session session, Guid collaborativeId, ConnectionRow? before, ConnectionRow after, CancellationToken cancellation)
    {
        var now = clock.NowToMillisecond();
        var zone = TimeZoneInfo.FindSystemTimeZoneById((await CalendarRow.Read(session, collaborativeId, cancellation)).TimeZone);
        var known = await session.First<PollState>(PollState.Load, new { connectionId = after.Id }, cancellation);
        var state = known is null || before is not { IsWithdrawn: false }
            ? new PollState { ConnectionId = after.Id, AnchorAt = now, Fence = known?.Fence ?? 0 }
            : known with { Failures = 0, OpensUntil = null, LeaseUntil = null };
        if (before is not null && (before.Times != after.Times || (before.IsPaused && !after.IsPaused)))
        {
            state = state with { AnchorAt = now };
        }

        if (before is not null && (before.Url, before.Kind, before.Family, before.ProfileCode) != (after.Url, after.Kind, after.Family, after.ProfileCode))
        {
            state = state with { EntityTag = null, LastModified = null, ContentHash = null, ProfileRevision = null };
        }

        state = state with { NextRunAt = after.IsPaused ? null : PollSchedule.Next(after.Times, zone, state.AnchorAt, now) };
        if (known is null)
        {
            await session.Execute(PollState.Insert, state, cancellation);
            return;
        }

        var isEnded = await EndRun(session, known, evenIfQueued: false, cancellation);
        await Save(session, isEnded ? state with { RunId = null } : state, cancellation);
    }

    /// <summary>Ends the run in hand, which rests on what the connection was; one that only waits takes it as it then is.</summary>
    private async Task<bool> EndRun(Session session, PollState state, bool evenIfQueued, CancellationToken cancellation) =>
        state.RunId is { } runId
        && await session.Execute(
            RunRow.EndIf,
            new { runId, queued = evenIfQueued, failure = ChangedMeanwhile, now = clock.NowToMillisecond() },
            cancellation) == 1;

    private static async Task Save(Session session, PollState state, CancellationToken cancellation)
    {
        if (await state.Save(session, cancellation) is null)
        {
            throw new ConcurrentChangeException();
        }
    }
}

internal sealed class ReadConnectionsHandler(IDatabase database, TimeProvider clock) :
    IRequestHandler<GetConnection, Outcome<ConnectionView>>,
    IRequestHandler<ListConnections, Outcome<Page<ListedConnection>>>,
    IRequestHandler<GetConnectionHealth, Outcome<ConnectionHealth>>
{
    internal static readonly SqlText LoadWithState = $"SELECT {ConnectionWithState.AllColumns} {ConnectionWithState.From} AND x.CodeKey = @codeKey";

    private static readonly string ListFrom =
        $"{ConnectionWithState.From} AND x.CodeKey > @after AND (@kind IS NULL OR x.Kind = @kind) AND (@profile IS NULL OR LOWER(x.ProfileCode) = @profile) ORDER BY x.CodeKey";

    internal static readonly SqlText List = new(
        $"SELECT {ConnectionWithState.AllColumns} {ListFrom} LIMIT @take",
        $"SELECT TOP (@take) {ConnectionWithState.AllColumns} {ListFrom}");

    public async Task<Outcome<ConnectionView>> Handle(GetConnection request, CancellationToken cancellationToken) =>
        await database.Read(session => PutConnectionHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken), cancellationToken) is { IsWithdrawn: false } row
            ? row.View
            : Problem.NotFound;

    public async Task<Outcome<Page<ListedConnection>>> Handle(ListConnections request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<ConnectionWithState>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    kind = request.Kind is { } kind ? EnumText.Of(kind) : null,
                    profile = request.Profile is { } profile ? Code.KeyOf(profile) : null,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        var now = clock.GetUtcNow();
        return Paging.Page(rows, request.Limit, row => row.Listed(now), row => row.CodeKey);
    }

    public async Task<Outcome<ConnectionHealth>> Handle(GetConnectionHealth request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ConnectionWithState>(LoadWithState, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.Health(clock.GetUtcNow()) : Problem.NotFound;
}
