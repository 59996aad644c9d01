using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Imports;

internal sealed record ProfileRow : CodedRow<ProfileView>
{
    public const string Subject = "importProfile";

    public const string Columns = $"{CodedColumns}, PartnerName, State, IsAutoAccepted, Periods, YearStartsIn, MappingsJson";

    public string PartnerName { get; init; } = "";

    public string State { get; init; } = "";

    public bool IsAutoAccepted { get; init; }

    public string Periods { get; init; } = "";

    /// <summary>Of figures to date only.</summary>
    public int? YearStartsIn { get; init; }

    public string MappingsJson { get; init; } = "";

    public PeriodReading Reading => new(EnumText.Parse<PeriodRule>(Periods), YearStartsIn ?? 1);

    public bool IsConfirmed => State == EnumText.Of(ProfileState.Confirmed);

    public ProfileMappings Mappings => StoredJson.Read<ProfileMappings>(MappingsJson);

    public override ProfileView View
    {
        get
        {
            var mappings = Mappings;
            return new ProfileView
            {
                Code = Code,
                Partner = PartnerName,
                State = EnumText.Parse<ProfileState>(State),
                AutoAccept = IsAutoAccepted,
                Periods = EnumText.Parse<PeriodRule>(Periods),
                YearStartsIn = YearStartsIn,
                Teams = mappings.Teams,
                Measures = mappings.Measures,
                Strata = mappings.Strata,
                Revision = Revision,
                RecordedAt = RecordedAt,
                RecordedBy = RecordedBy,
            };
        }
    }
}

/// <summary>The three lists of a profile, as its column keeps them.</summary>
internal sealed record ProfileMappings(IReadOnlyList<TeamMapping> Teams, IReadOnlyList<MeasureMapping> Measures, IReadOnlyList<StratumMapping> Strata);

internal sealed class PutProfileHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutProfile, Outcome<Written<ProfileView>>>, IRequestHandler<WithdrawProfile, Outcome<Written<ProfileView>>>
{
    internal static readonly SqlText Load = $"SELECT {ProfileRow.Columns} FROM ImportProfile WHERE CollaborativeId = @collaborativeId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("ImportProfile", ProfileRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ImportProfile", ProfileRow.Columns);

    internal static readonly SqlText Codes =
        """
        SELECT 'team' AS What, t.Code, t.CodeKey FROM Team t WHERE t.CollaborativeId = @collaborativeId
        UNION ALL
        SELECT 'measure' AS What, m.Code, m.CodeKey FROM Measure m WHERE m.CollaborativeId = @collaborativeId
        ORDER BY What, CodeKey
        """;

    public async Task<Outcome<Written<ProfileView>>> Handle(PutProfile request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.Code, cancellationToken);
        var known = await session.Query<Known>(Codes, new { collaborativeId = request.CollaborativeId }, cancellationToken);
        var teams = known.Where(code => code.What == "team").ToDictionary(code => code.CodeKey, code => code.Code);
        var measures = known.Where(code => code.What == "measure").ToDictionary(code => code.CodeKey, code => code.Code);
        var body = request.Body;
        var errors = Unknown(body.Teams, mapping => mapping.Team, teams, "/teams", "team").Concat(Unknown(body.Measures, mapping => mapping.Measure, measures, "/measures", "measure")).ToList();
        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        var mappings = new ProfileMappings(
            [.. (body.Teams ?? []).Select(mapping => mapping with
            {
                Code = mapping.Code!.Trim(),
                Name = Shape.Tidy(mapping.Name),
                Team = mapping.Team is { } code ? teams[Code.KeyOf(code)] : null,
            })],
            [.. (body.Measures ?? []).Select(mapping => mapping with
            {
                Code = mapping.Code!.Trim(),
                Name = Shape.Tidy(mapping.Name),
                Measure = mapping.Measure is { } code ? measures[Code.KeyOf(code)] : null,
                Negate = mapping.Negate == true ? true : null,
            })],
            [.. body.Strata ?? []]);
        var wanted = new ProfileRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = Code.KeyOf(request.Code),
            PartnerName = body.Partner!.Trim(),
            State = EnumText.Of(body.State!.Value),
            IsAutoAccepted = body.AutoAccept == true,
            Periods = EnumText.Of(body.Periods ?? PeriodRule.LastMonth),
            YearStartsIn = body.Periods == PeriodRule.YearToDate ? body.YearStartsIn ?? 1 : null,
            MappingsJson = StoredJson.Write(mappings),
        };
        return await session.Put<ProfileRow, ProfileView>(
            new Change(request.Viewer, request.CollaborativeId, null, ProfileRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)), Insert, Update, current, wanted, clock, cancellationToken);
    }

    public async Task<Outcome<Written<ProfileView>>> Handle(WithdrawProfile request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        return await session.Withdraw<ProfileRow, ProfileView>(
            new Change(request.Viewer, request.CollaborativeId, null, ProfileRow.Subject, request.Preconditions, request.Reason),
            Update,
            await Current(session, request.CollaborativeId, request.Code, cancellationToken),
            clock,
            cancellationToken);
    }

    public static Task<ProfileRow?> Current(Session session, Guid collaborativeId, string code, CancellationToken cancellation) =>
        session.First<ProfileRow>(Load, new { collaborativeId, codeKey = Code.KeyOf(code) }, cancellation);

    private static IEnumerable<FieldError> Unknown<T>(IReadOnlyList<T>? mappings, Func<T, string?> ours, Dictionary<string, string> known, string at, string what) =>
        (mappings ?? []).SelectMany((mapping, i) => ours(mapping) is { } code && !known.ContainsKey(Code.KeyOf(code))
            ? [new FieldError($"{at}/{i}/{what}", "unknown", $"There is no {what} {(code.Length > 40 ? code[..40] : code)} in this collaborative.")]
            : Array.Empty<FieldError>());

    private sealed record Known
    {
        public string What { get; init; } = "";

        public string Code { get; init; } = "";

        public string CodeKey { get; init; } = "";
    }
}

internal sealed class ReadProfilesHandler(IDatabase database) : IRequestHandler<GetProfile, Outcome<ProfileView>>, IRequestHandler<ListProfiles, Outcome<Page<ProfileView>>>
{
    private const string From =
        "FROM ImportProfile WHERE CollaborativeId = @collaborativeId AND IsWithdrawn = 0 AND CodeKey > @after AND (@state IS NULL OR State = @state)";

    internal static readonly SqlText List = new(
        $"SELECT {ProfileRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {ProfileRow.Columns} {From} ORDER BY CodeKey");

    public async Task<Outcome<ProfileView>> Handle(GetProfile request, CancellationToken cancellationToken) =>
        await database.Read(session => PutProfileHandler.Current(session, request.CollaborativeId, request.Code, cancellationToken), cancellationToken) is { IsWithdrawn: false } row
            ? row.View
            : Problem.NotFound;

    public async Task<Outcome<Page<ProfileView>>> Handle(ListProfiles request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<ProfileRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    state = request.State is { } state ? EnumText.Of(state) : null,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
