using Collaborative.Domain;
using Collaborative.Domain.ChangePackages;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.ChangePackages;

internal sealed record ChangePackageRow : VersionedRow<ChangePackageView>
{
    public const string Subject = "changePackage";

    public const string Columns = $"{VersionColumns}, DocumentJson";

    public string DocumentJson { get; init; } = "";

    public override string AddressCode => "change-package";

    public ChangePackageDocument Document => StoredJson.Read<ChangePackageDocument>(DocumentJson);

    public override ChangePackageView View
    {
        get
        {
            var document = Document;
            return new ChangePackageView
            {
                Aim = document.Aim,
                PrimaryDrivers = document.PrimaryDrivers,
                Retired = document.Retired,
                Revision = Revision,
                RecordedAt = RecordedAt,
                RecordedBy = RecordedBy,
            };
        }
    }
}

/// <summary>A change package as it is stored: without blanks around the words, every list there.</summary>
internal sealed record ChangePackageDocument(string Aim, IReadOnlyList<PrimaryDriver> PrimaryDrivers, IReadOnlyList<RetiredIdea> Retired)
{
    /// <param name="measures">By key, the measures that the ideas name.</param>
    public static IReadOnlyList<PrimaryDriver> Tidy(IEnumerable<PrimaryDriver> primaryDrivers, IReadOnlyDictionary<string, MeasureRef> measures) =>
    [
        .. primaryDrivers.Select(primary => new PrimaryDriver(primary.Code, primary.Title!.Trim(),
        [
            .. (primary.SecondaryDrivers ?? []).Select(secondary => new SecondaryDriver(secondary.Code, secondary.Title!.Trim(),
            [
                .. (secondary.Concepts ?? []).Select(concept => new ChangeConcept(concept.Code, concept.Title!.Trim(),
                [
                    .. (concept.Ideas ?? []).Select(idea => new PackageIdea(
                        idea.Code, idea.Title!.Trim(), Shape.Tidy(idea.Description), idea.Measure is { } measure ? measures[Code.KeyOf(measure)].Code : null, Shape.Tidy(idea.Evidence))),
                ])),
            ])),
        ])),
    ];
}

internal sealed record MeasureRef
{
    public Guid Id { get; init; }

    public string Code { get; init; } = "";

    public string CodeKey { get; init; } = "";
}

internal sealed class PutChangePackageHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutChangePackage, Outcome<Written<ChangePackageView>>>
{
    internal static readonly SqlText Load = $"SELECT {ChangePackageRow.Columns} FROM ChangePackage WHERE CollaborativeId = @collaborativeId";

    internal static readonly SqlText Insert = VersionedSql.Insert("ChangePackage", ChangePackageRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ChangePackage", ChangePackageRow.Columns);

    internal static readonly SqlText LoadMeasures = "SELECT m.Id, m.Code, m.CodeKey FROM Measure m WHERE m.CollaborativeId = @collaborativeId ORDER BY m.CodeKey";

    internal static readonly SqlText LoadIdeas = $"SELECT {IdeaRow.Columns} FROM ChangeIdea WHERE CollaborativeId = @collaborativeId ORDER BY CodeKey, OwnerId";

    internal static readonly SqlText LoadTeams = "SELECT t.Id, t.Code FROM Team t WHERE t.CollaborativeId = @collaborativeId ORDER BY t.CodeKey";

    internal static readonly SqlText LoadTested =
        """
        SELECT p.IdeaKey FROM PdsaCycle p WHERE p.CollaborativeId = @collaborativeId AND p.IsWithdrawn = 0 AND p.IdeaKey IS NOT NULL
        UNION
        SELECT g.IdeaKey FROM IdeaProgress g WHERE g.CollaborativeId = @collaborativeId AND g.IsWithdrawn = 0 AND g.Status <> 'notStarted'
        ORDER BY IdeaKey
        """;

    /// <summary>Where an idea stands follows from the package and is no change of the idea itself.</summary>
    internal static readonly SqlText MoveIdea =
        """
        UPDATE ChangeIdea SET PrimaryDriverKey = @primaryDriverKey, SecondaryDriverKey = @secondaryDriverKey, ConceptKey = @conceptKey
        WHERE Id = @id AND CollaborativeId = @collaborativeId
        """;

    public async Task<Outcome<Written<ChangePackageView>>> Handle(PutChangePackage request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var here = new { collaborativeId = request.CollaborativeId };
        var measures = (await session.Query<MeasureRef>(LoadMeasures, here, cancellationToken)).ToDictionary(measure => measure.CodeKey);
        if (UnknownMeasures(request.Body, measures) is { Count: > 0 } unknown)
        {
            return Problem.Invalid(unknown);
        }

        var current = await session.First<ChangePackageRow>(Load, here, cancellationToken);
        var ideas = await session.Query<IdeaRow>(LoadIdeas, here, cancellationToken);
        var tested = (await session.Query<string>(LoadTested, here, cancellationToken)).ToHashSet();
        var drivers = ChangePackageDocument.Tidy(request.Body.PrimaryDrivers!, measures);
        var placed = ChangePackageRules.Ideas(drivers);
        var keys = placed.Select(idea => Code.KeyOf(idea.Idea.Code!)).ToHashSet();
        var ofPackage = ideas.FindAll(idea => idea.TeamId is null);
        var ofTeams = ideas.FindAll(idea => idea is { TeamId: not null, IsWithdrawn: false });
        var retired = ChangePackageRules.Retire(
            ofPackage.FindAll(idea => !idea.IsWithdrawn).Select(idea => (new RetiredIdea(idea.Code, idea.Title), idea.IsRetired)), keys, tested);
        var teams = (await session.Query<TeamRef>(LoadTeams, here, cancellationToken)).ToDictionary(team => team.Id, team => team.Code);
        var change = new Change(request.Viewer, request.CollaborativeId, null, ChangePackageRow.Subject, request.Preconditions, Shape.Tidy(request.Body.Reason));
        var written = await session.Put<ChangePackageRow, ChangePackageView>(
            change,
            Insert,
            Update,
            current,
            new ChangePackageRow { DocumentJson = StoredJson.Write(new ChangePackageDocument(request.Body.Aim!.Trim(), drivers, retired)) },
            clock,
            cancellationToken,
            () => ChangePackageRules.JudgePromotion(ofTeams.Select(idea => (teams[idea.TeamId!.Value], idea.CodeKey, idea.Title)), keys));
        if (written.IsRefused || written.Value.Kind == WriteKind.Unchanged)
        {
            return written;
        }

        var writer = new IdeaWriter(session, change, written.Value.Value.RecordedAt);
        var known = ofPackage.ToDictionary(idea => idea.CodeKey);
        foreach (var idea in placed)
        {
            var measure = idea.Idea.Measure is { } code ? measures[Code.KeyOf(code)] : null;
            await writer.Keep(known.GetValueOrDefault(Code.KeyOf(idea.Idea.Code!)), IdeaRow.OfPackage(request.CollaborativeId, idea, measure), cancellationToken);
        }

        var kept = retired.Select(idea => Code.KeyOf(idea.Code)).ToHashSet();
        foreach (var gone in ofPackage.Where(idea => !keys.Contains(idea.CodeKey)))
        {
            await writer.Keep(gone, gone with { IsRetired = kept.Contains(gone.CodeKey), IsWithdrawn = !kept.Contains(gone.CodeKey) }, cancellationToken);
        }

        foreach (var own in ofTeams)
        {
            if (keys.Contains(own.CodeKey))
            {
                await writer.Keep(own, own with { IsWithdrawn = true }, cancellationToken);
            }
            else if (own.PlacedUnder is { } under)
            {
                var place = ChangePackageRules.PlaceUnder(drivers, under);
                await session.Execute(
                    MoveIdea,
                    new
                    {
                        id = own.Id,
                        collaborativeId = request.CollaborativeId,
                        primaryDriverKey = place?.PrimaryKey,
                        secondaryDriverKey = place?.SecondaryKey,
                        conceptKey = place?.ConceptKey,
                    },
                    cancellationToken);
            }
        }

        return written;
    }

    private static List<FieldError> UnknownMeasures(ChangePackageBody body, Dictionary<string, MeasureRef> measures)
    {
        var errors = new List<FieldError>();
        for (var p = 0; p < body.PrimaryDrivers!.Count; p++)
        {
            var secondaries = body.PrimaryDrivers[p].SecondaryDrivers ?? [];
            for (var s = 0; s < secondaries.Count; s++)
            {
                var concepts = secondaries[s].Concepts ?? [];
                for (var c = 0; c < concepts.Count; c++)
                {
                    var ideas = concepts[c].Ideas ?? [];
                    for (var i = 0; i < ideas.Count; i++)
                    {
                        if (ideas[i].Measure is { } measure && !measures.ContainsKey(Code.KeyOf(measure)))
                        {
                            errors.Add(new FieldError(
                                $"/primaryDrivers/{p}/secondaryDrivers/{s}/concepts/{c}/ideas/{i}/measure", "unknown", $"There is no measure {measure} in this collaborative. Define the measure first, or leave it out."));
                        }
                    }
                }
            }
        }

        return errors;
    }

    private sealed record TeamRef
    {
        public Guid Id { get; init; }

        public string Code { get; init; } = "";
    }

    /// <summary>Writes the ideas that follow from the package, all at the instant of the package's own revision.</summary>
    private sealed class IdeaWriter(Session session, Change change, DateTimeOffset at)
    {
        public async Task Keep(IdeaRow? current, IdeaRow wanted, CancellationToken cancellation)
        {
            var row = wanted with
            {
                Id = current?.Id ?? Guid.CreateVersion7(at),
                Code = current?.Code ?? wanted.Code,
                Revision = current?.Revision ?? 0,
                RecordedAt = current?.RecordedAt ?? default,
                RecordedBy = current?.RecordedBy ?? "",
            };
            if (row == current)
            {
                return;
            }

            row = row with { Revision = row.Revision + 1, RecordedAt = at, RecordedBy = change.Viewer.Name };
            if (await session.Execute(current is null ? IdeaRow.Insert : IdeaRow.Update, row, cancellation) == 0)
            {
                throw new ConcurrentChangeException();
            }

            await session.Remember(change with { TeamId = row.TeamId, Subject = IdeaRow.Subject, Reason = change.Reason ?? "The change package changed." }, row, cancellation);
        }
    }
}

internal sealed class GetChangePackageHandler(IDatabase database) : IRequestHandler<GetChangePackage, Outcome<ChangePackageView>>
{
    public async Task<Outcome<ChangePackageView>> Handle(GetChangePackage request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ChangePackageRow>(PutChangePackageHandler.Load, new { collaborativeId = request.CollaborativeId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;
}
