using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Access;

internal sealed record KeyRow
{
    public const string Columns = "k.Id, k.Name, k.Role, c.Code AS Collaborative, k.CreatedAt, k.ExpiresAt, k.RevokedAt, k.LastUsedAt";

    public Guid Id { get; init; }

    public string Name { get; init; } = "";

    public string Role { get; init; } = "";

    public string? Collaborative { get; init; }

    public DateTimeOffset CreatedAt { get; init; }

    public DateTimeOffset ExpiresAt { get; init; }

    public DateTimeOffset? RevokedAt { get; init; }

    public DateTimeOffset? LastUsedAt { get; init; }

    public KeyView View(IEnumerable<string> teams) => new()
    {
        Id = Id,
        Name = Name,
        Role = EnumText.Parse<Role>(Role),
        Collaborative = Collaborative,
        Teams = [.. teams],
        CreatedAt = CreatedAt,
        ExpiresAt = ExpiresAt,
        RevokedAt = RevokedAt,
        LastUsedAt = LastUsedAt,
    };
}

internal sealed class CreateKeyHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<CreateKey, Outcome<CreatedKey>>
{
    internal static readonly SqlText FindCollaborative = "SELECT c.Id FROM Collaborative c WHERE c.CodeKey = @codeKey";

    internal static readonly SqlText FindTeam = "SELECT t.Id FROM Team t WHERE t.CollaborativeId = @collaborativeId AND t.CodeKey = @codeKey";

    internal static readonly SqlText Insert =
        """
        INSERT INTO ApiKey (Id, TokenHash, Role, CollaborativeId, Name, CreatedAt, ExpiresAt, RevokedAt, LastUsedAt)
        VALUES (@id, @tokenHash, @role, @collaborativeId, @name, @createdAt, @expiresAt, NULL, NULL)
        """;

    internal static readonly SqlText InsertTeam = "INSERT INTO ApiKeyTeam (ApiKeyId, TeamId) VALUES (@id, @teamId)";

    public async Task<Outcome<CreatedKey>> Handle(CreateKey request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        Guid? collaborativeId = null;
        if (request.Collaborative is { } code)
        {
            collaborativeId = await session.First<Guid?>(FindCollaborative, new { codeKey = Code.KeyOf(code) }, cancellationToken);
            if (collaborativeId is null)
            {
                return new Problem(ProblemCode.NotFound, $"There is no collaborative {code}.");
            }
        }

        var teams = new HashSet<Guid>();
        foreach (var team in request.Teams)
        {
            if (await session.First<Guid?>(FindTeam, new { collaborativeId, codeKey = Code.KeyOf(team) }, cancellationToken) is not { } teamId)
            {
                return new Problem(ProblemCode.NotFound, $"There is no team {team} in {request.Collaborative}.");
            }

            teams.Add(teamId);
        }

        var now = clock.NowToMillisecond();
        var token = ApiToken.Make();
        var key = new CreatedKey(Guid.CreateVersion7(now), token, now.AddDays(request.Days));
        await session.Execute(
            Insert,
            new
            {
                id = key.Id,
                tokenHash = ApiToken.Hash(token),
                role = EnumText.Of(request.Role),
                collaborativeId,
                name = Shape.Tidy(request.Name) ?? EnumText.Of(request.Role),
                createdAt = now,
                expiresAt = key.ExpiresAt,
            },
            cancellationToken);
        foreach (var teamId in teams)
        {
            await session.Execute(InsertTeam, new { id = key.Id, teamId }, cancellationToken);
        }

        return key;
    }
}

internal sealed class ListKeysHandler(IDatabase database) : IRequestHandler<ListKeys, Outcome<IReadOnlyList<KeyView>>>
{
    internal static readonly SqlText List =
        $"SELECT {KeyRow.Columns} FROM ApiKey k LEFT JOIN Collaborative c ON c.Id = k.CollaborativeId ORDER BY k.CreatedAt, k.Id";

    internal static readonly SqlText Teams =
        "SELECT k.ApiKeyId, t.Code FROM ApiKeyTeam k JOIN Team t ON t.Id = k.TeamId ORDER BY k.ApiKeyId, t.CodeKey";

    public async Task<Outcome<IReadOnlyList<KeyView>>> Handle(ListKeys request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<IReadOnlyList<KeyView>>>(
            async session =>
            {
                var keys = await session.Query<KeyRow>(List, null, cancellationToken);
                var teams = (await session.Query<TeamOfKey>(Teams, null, cancellationToken)).ToLookup(row => row.ApiKeyId, row => row.Code);
                return keys.ConvertAll(key => key.View(teams[key.Id]));
            },
            cancellationToken);

    private sealed record TeamOfKey
    {
        public Guid ApiKeyId { get; init; }

        public string Code { get; init; } = "";
    }
}

internal sealed class GetMeHandler(IDatabase database) : IRequestHandler<GetMe, Outcome<MeView>>
{
    internal static readonly SqlText Teams =
        "SELECT t.Code FROM ApiKeyTeam k JOIN Team t ON t.Id = k.TeamId WHERE k.ApiKeyId = @keyId ORDER BY t.CodeKey";

    public async Task<Outcome<MeView>> Handle(GetMe request, CancellationToken cancellationToken) =>
        await database.Read<Outcome<MeView>>(
            async session =>
            {
                var key = (await session.First<KeyRow>(RevokeKeyHandler.Load, new { keyId = request.Viewer.KeyId }, cancellationToken))!;
                return new MeView
                {
                    KeyId = key.Id,
                    Name = key.Name,
                    Role = request.Viewer.Role,
                    Collaborative = key.Collaborative,
                    Teams = await session.Query<string>(Teams, new { keyId = key.Id }, cancellationToken),
                    ExpiresAt = key.ExpiresAt,
                    MayDo = [.. Enum.GetValues<Operation>().Where(operation => AccessPolicy.IsRoleAllowed(request.Viewer.Role, operation))],
                };
            },
            cancellationToken);
}

internal sealed class RevokeKeyHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<RevokeKey, Outcome<KeyView>>
{
    internal static readonly SqlText Revoke = "UPDATE ApiKey SET RevokedAt = @now WHERE Id = @keyId AND RevokedAt IS NULL";

    internal static readonly SqlText Load =
        $"SELECT {KeyRow.Columns} FROM ApiKey k LEFT JOIN Collaborative c ON c.Id = k.CollaborativeId WHERE k.Id = @keyId";

    public async Task<Outcome<KeyView>> Handle(RevokeKey request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Execute(Revoke, new { keyId = request.KeyId, now = clock.NowToMillisecond() }, cancellationToken);
        return await session.First<KeyRow>(Load, new { keyId = request.KeyId }, cancellationToken) is { } row
            ? row.View([])
            : new Problem(ProblemCode.NotFound, "There is no key with this id; key list shows them all.");
    }
}

internal sealed class RecordKeyUseHandler(UnitOfWork unitOfWork) : IRequestHandler<RecordKeyUse, Outcome<int>>
{
    internal static readonly SqlText Touch = "UPDATE ApiKey SET LastUsedAt = @at WHERE Id = @keyId AND (LastUsedAt IS NULL OR LastUsedAt < @at)";

    public async Task<Outcome<int>> Handle(RecordKeyUse request, CancellationToken cancellationToken)
    {
        foreach (var (keyId, at) in request.LastUsed)
        {
            await unitOfWork.Session.Execute(Touch, new { keyId, at }, cancellationToken);
        }

        return request.LastUsed.Count;
    }
}
