using Collaborative.Domain;
using Collaborative.Domain.ChangePackages;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.ChangePackages;

/// <summary>A change idea, of the package or of a team: what tests, progress and the library are joined on.</summary>
internal sealed record IdeaRow : CodedRow<IdeaView>
{
    public const string Subject = "changeIdea";

    public const string Columns =
        $"{CodedColumns}, OwnerId, TeamId, Title, Description, MeasureId, MeasureCode, PrimaryDriverKey, SecondaryDriverKey, ConceptKey, PlacedUnder, Place, IsRetired";

    internal static readonly SqlText Insert = VersionedSql.Insert("ChangeIdea", Columns);

    internal static readonly SqlText Update = VersionedSql.Update("ChangeIdea", Columns);

    public Guid OwnerId { get; init; }

    public Guid? TeamId { get; init; }

    public string Title { get; init; } = "";

    public string? Description { get; init; }

    public Guid? MeasureId { get; init; }

    public string? MeasureCode { get; init; }

    public string? PrimaryDriverKey { get; init; }

    public string? SecondaryDriverKey { get; init; }

    public string? ConceptKey { get; init; }

    public string? PlacedUnder { get; init; }

    public int Place { get; init; }

    public bool IsRetired { get; init; }

    public override IdeaView View => new()
    {
        Code = Code,
        Title = Title,
        Description = Description,
        Under = PlacedUnder,
        Measure = MeasureCode,
        Retired = IsRetired,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };

    public static IdeaRow OfPackage(Guid collaborativeId, PlacedIdea idea, MeasureRef? measure) => new()
    {
        CollaborativeId = collaborativeId,
        Code = idea.Idea.Code!,
        CodeKey = Domain.Code.KeyOf(idea.Idea.Code!),
        OwnerId = collaborativeId,
        Title = idea.Idea.Title!,
        Description = idea.Idea.Description,
        MeasureId = measure?.Id,
        MeasureCode = measure?.Code,
        PrimaryDriverKey = idea.PrimaryDriverKey,
        SecondaryDriverKey = idea.SecondaryDriverKey,
        ConceptKey = idea.ConceptKey,
        PlacedUnder = idea.ConceptCode,
        Place = idea.Place,
    };
}

internal sealed class PutIdeaHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutIdea, Outcome<Written<IdeaView>>>, IRequestHandler<WithdrawIdea, Outcome<Written<IdeaView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {IdeaRow.Columns} FROM ChangeIdea WHERE CollaborativeId = @collaborativeId AND OwnerId = @ownerId AND CodeKey = @codeKey";

    internal static readonly SqlText LoadMeasure =
        "SELECT m.Id, m.Code, m.CodeKey FROM Measure m WHERE m.CollaborativeId = @collaborativeId AND m.CodeKey = @codeKey";

    internal static readonly SqlText CountTests =
        """
        SELECT (SELECT COUNT(*) FROM PdsaCycle p WHERE p.TeamId = @teamId AND p.IdeaKey = @codeKey AND p.IsWithdrawn = 0)
            + (SELECT COUNT(*) FROM IdeaProgress g WHERE g.TeamId = @teamId AND g.IdeaKey = @codeKey AND g.IsWithdrawn = 0 AND g.Status <> 'notStarted')
        FROM Team t WHERE t.Id = @teamId AND t.CollaborativeId = @collaborativeId
        """;

    public async Task<Outcome<Written<IdeaView>>> Handle(PutIdea request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var body = request.Body;
        var codeKey = Code.KeyOf(request.Code);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var ofPackage = await Current(session, request.CollaborativeId, request.CollaborativeId, request.Code, cancellationToken);
        var errors = new List<FieldError>();
        (string PrimaryKey, string SecondaryKey, string? ConceptKey)? place = null;
        if (body.Under is { } under)
        {
            var package = await session.First<ChangePackageRow>(PutChangePackageHandler.Load, new { collaborativeId = request.CollaborativeId }, cancellationToken);
            place = package is null ? null : ChangePackageRules.PlaceUnder(package.Document.PrimaryDrivers, under);
            if (place is null)
            {
                errors.Add(new FieldError("/under", "unknown", $"The change package has no secondary driver and no concept {under}. Look at the driver diagram for their codes, or leave it out."));
            }
        }

        var measure = body.Measure is { } code
            ? await session.First<MeasureRef>(LoadMeasure, new { collaborativeId = request.CollaborativeId, codeKey = Code.KeyOf(code) }, cancellationToken)
            : null;
        if (body.Measure is not null && measure is null)
        {
            errors.Add(new FieldError("/measure", "unknown", $"There is no measure {body.Measure} in this collaborative."));
        }

        if (errors.Count > 0)
        {
            return Problem.Invalid(errors);
        }

        return await session.Put<IdeaRow, IdeaView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, IdeaRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            IdeaRow.Insert,
            IdeaRow.Update,
            current,
            new IdeaRow
            {
                Code = current?.Code ?? request.Code,
                CodeKey = codeKey,
                OwnerId = request.TeamId,
                TeamId = request.TeamId,
                Title = body.Title!.Trim(),
                Description = Shape.Tidy(body.Description),
                MeasureId = measure?.Id,
                MeasureCode = measure?.Code,
                PrimaryDriverKey = place?.PrimaryKey,
                SecondaryDriverKey = place?.SecondaryKey,
                ConceptKey = place?.ConceptKey,
                PlacedUnder = body.Under,
            },
            clock,
            cancellationToken,
            () => ofPackage is { IsWithdrawn: false }
                ? new Problem(ProblemCode.IdeaCodeTaken, $"The change package has an idea with the code {ofPackage.Code} already: {ofPackage.Title}. Test that one, or choose another code for your own.")
                : null);
    }

    public async Task<Outcome<Written<IdeaView>>> Handle(WithdrawIdea request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var tests = await session.First<long>(
            CountTests, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(request.Code) }, cancellationToken);
        var withdrawn = await session.Withdraw<IdeaRow, IdeaView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, IdeaRow.Subject, request.Preconditions, request.Reason),
            IdeaRow.Update,
            current,
            clock,
            cancellationToken);
        return withdrawn.IsRefused || tests == 0
            ? withdrawn
            : new Problem(ProblemCode.IdeaInUse, "The team has tested this idea, so that it stays with what was learned from it. Take its cycles and its progress back first, if they were a mistake.");
    }

    private static Task<IdeaRow?> Current(Session session, Guid collaborativeId, Guid ownerId, string code, CancellationToken cancellation) =>
        session.First<IdeaRow>(Load, new { collaborativeId, ownerId, codeKey = Code.KeyOf(code) }, cancellation);
}

internal sealed class ReadIdeasHandler(IDatabase database) : IRequestHandler<GetIdea, Outcome<IdeaView>>, IRequestHandler<ListIdeas, Outcome<Page<IdeaView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {IdeaRow.Columns} FROM ChangeIdea WHERE CollaborativeId = @collaborativeId AND OwnerId = @teamId AND CodeKey = @codeKey AND IsWithdrawn = 0";

    internal static readonly SqlText List = new(
        $"SELECT {IdeaRow.Columns} {From} ORDER BY CodeKey LIMIT @take",
        $"SELECT TOP (@take) {IdeaRow.Columns} {From} ORDER BY CodeKey");

    private const string From = "FROM ChangeIdea WHERE CollaborativeId = @collaborativeId AND OwnerId = @teamId AND IsWithdrawn = 0 AND CodeKey > @after";

    public async Task<Outcome<IdeaView>> Handle(GetIdea request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<IdeaRow>(
                Load, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, codeKey = Code.KeyOf(request.Code) }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;

    public async Task<Outcome<Page<IdeaView>>> Handle(ListIdeas request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<IdeaRow>(
                List,
                new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, after = request.AfterKey ?? "", take = request.Limit + 1 },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
