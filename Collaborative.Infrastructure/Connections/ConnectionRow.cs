using Collaborative.Domain.Connections;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Connections;

internal record ConnectionRow : CodedRow<ConnectionView>
{
    public const string Subject = "connection";

    public const string Columns =
        $"{CodedColumns}, Name, Url, Kind, Family, ProfileCode, EveryMinutes, DailyTime, AuthenticationJson, SealedSecret, IsPaused, ApiKeyId";

    public string Name { get; init; } = "";

    public string Url { get; init; } = "";

    public string Kind { get; init; } = "";

    public string? Family { get; init; }

    public string ProfileCode { get; init; } = "";

    public int? EveryMinutes { get; init; }

    public string? DailyTime { get; init; }

    /// <summary>An <see cref="AuthenticationBody"/> without its secret.</summary>
    public string AuthenticationJson { get; init; } = "";

    /// <summary>Neither in the view nor, therefore, in the history.</summary>
    public string? SealedSecret { get; init; }

    public bool IsPaused { get; init; }

    public Guid ApiKeyId { get; init; }

    public ConnectionKind KindValue => EnumText.Parse<ConnectionKind>(Kind);

    public FileFamily? FamilyValue => Family is null ? null : EnumText.Parse<FileFamily>(Family);

    public PollTimes Times => new() { EveryMinutes = EveryMinutes, DailyAt = DailyTime };

    public AuthenticationBody Authentication => StoredJson.Read<AuthenticationBody>(AuthenticationJson);

    /// <summary>How its imports are signed.</summary>
    public string ImportsAs => $"connection {Code}";

    public override ConnectionView View => new()
    {
        Code = Code,
        Name = Name,
        Url = Url,
        Kind = KindValue,
        Format = FamilyValue,
        Profile = ProfileCode,
        Schedule = Times,
        Authentication = AuthenticationView(),
        Paused = IsPaused,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };

    protected AuthenticationView AuthenticationView()
    {
        var authentication = Authentication;
        return new AuthenticationView
        {
            Kind = authentication.Kind!.Value,
            User = authentication.User,
            Header = authentication.Header,
            TokenUrl = authentication.TokenUrl,
            ClientId = authentication.ClientId,
            Scope = authentication.Scope,
            KeyId = authentication.KeyId,
            HasSecret = SealedSecret is not null,
        };
    }
}

/// <summary>A connection with where its polling stands.</summary>
internal sealed record ConnectionWithState : ConnectionRow
{
    internal static readonly string From =
        $"FROM PartnerConnection x JOIN ConnectionState s ON s.ConnectionId = x.Id LEFT JOIN ImportJob j ON j.Id = s.ImportId WHERE x.CollaborativeId = @collaborativeId AND x.IsWithdrawn = 0";

    internal static readonly string AllColumns =
        $"{VersionedSql.Of("x", Columns)}, s.NextRunAt, s.HasRun, s.Failures, s.OpensUntil, s.LastSuccessAt, s.LastFailureAt, s.Failure, s.ImportId, j.State AS ImportState";

    public DateTimeOffset? NextRunAt { get; init; }

    public bool HasRun { get; init; }

    public int Failures { get; init; }

    public DateTimeOffset? OpensUntil { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public DateTimeOffset? LastFailureAt { get; init; }

    public string? Failure { get; init; }

    public Guid? ImportId { get; init; }

    public string? ImportState { get; init; }

    public ConnectionHealth Health(DateTimeOffset now)
    {
        var circuit = PollCircuit.State(Failures, OpensUntil, now);
        var import = ImportId is { } id && ImportState is not null ? new LastImport(id, EnumText.Parse<ImportState>(ImportState)) : null;
        return new ConnectionHealth
        {
            State = ConnectionHealth.StateOf(IsPaused, HasRun, Failures, circuit, import?.State),
            LastSuccessAt = LastSuccessAt,
            LastFailure = LastFailureAt is { } at ? new PollFailure(at, Failure ?? "") : null,
            ConsecutiveFailures = Failures,
            Circuit = new CircuitView(circuit, circuit == CircuitState.Open ? OpensUntil : null),
            NextRunAt = NextRunAt,
            LastImport = import,
        };
    }

    public ListedConnection Listed(DateTimeOffset now) => new()
    {
        Code = Code,
        Name = Name,
        Url = Url,
        Kind = KindValue,
        Format = FamilyValue,
        Profile = ProfileCode,
        Schedule = Times,
        Authentication = AuthenticationView(),
        Paused = IsPaused,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
        Health = Health(now),
    };
}

/// <summary>
/// Where the polling of a connection stands. Whoever writes it writes the row as a whole under the fence that was read, and raises the fence:
/// so nothing that happened in between is lost, and a worker that was thought dead can do no harm.
/// </summary>
internal sealed record PollState
{
    private const string Columns =
        "ConnectionId, AnchorAt, NextRunAt, Fence, LeaseUntil, RunId, EntityTag, LastModified, ContentHash, ProfileRevision, ImportId, HasRun, Failures, OpensUntil, LastSuccessAt, LastFailureAt, Failure";

    internal static readonly SqlText Load = $"SELECT {Columns} FROM ConnectionState WHERE ConnectionId = @connectionId";

    internal static readonly SqlText Insert = VersionedSql.Insert("ConnectionState", Columns);

    internal static readonly SqlText Update =
        """
        UPDATE ConnectionState
        SET AnchorAt = @AnchorAt, NextRunAt = @NextRunAt, Fence = Fence + 1, LeaseUntil = @LeaseUntil, RunId = @RunId, EntityTag = @EntityTag, LastModified = @LastModified,
            ContentHash = @ContentHash, ProfileRevision = @ProfileRevision, ImportId = @ImportId, HasRun = @HasRun, Failures = @Failures, OpensUntil = @OpensUntil,
            LastSuccessAt = @LastSuccessAt, LastFailureAt = @LastFailureAt, Failure = @Failure
        WHERE ConnectionId = @ConnectionId AND Fence = @Fence
        """;

    public Guid ConnectionId { get; init; }

    /// <summary>From when everyMinutes is counted.</summary>
    public DateTimeOffset AnchorAt { get; init; }

    public DateTimeOffset? NextRunAt { get; init; }

    public long Fence { get; init; }

    public DateTimeOffset? LeaseUntil { get; init; }

    /// <summary>The run in hand: asked for by a person, or taken up by a worker.</summary>
    public Guid? RunId { get; init; }

    public string? EntityTag { get; init; }

    public string? LastModified { get; init; }

    /// <summary>Of what was imported last.</summary>
    public string? ContentHash { get; init; }

    /// <summary>The profile that it was imported by.</summary>
    public int? ProfileRevision { get; init; }

    public Guid? ImportId { get; init; }

    public bool HasRun { get; init; }

    public int Failures { get; init; }

    public DateTimeOffset? OpensUntil { get; init; }

    public DateTimeOffset? LastSuccessAt { get; init; }

    public DateTimeOffset? LastFailureAt { get; init; }

    public string? Failure { get; init; }

    /// <returns>The row with its new fence; null when somebody was faster.</returns>
    public async Task<PollState?> Save(Session session, CancellationToken cancellation) =>
        await session.Execute(Update, this, cancellation) == 1 ? this with { Fence = Fence + 1 } : null;
}
