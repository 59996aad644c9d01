using Collaborative.Domain;
using Collaborative.Domain.ChangePackages;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.ChangePackages;

internal sealed record ProgressRow : VersionedRow<ProgressView>
{
    public const string Subject = "ideaProgress";

    public const string Columns = $"{VersionColumns}, TeamId, IdeaKey, IdeaCode, Status, SinceOn, Note";

    public Guid TeamId { get; init; }

    public string IdeaKey { get; init; } = "";

    public string IdeaCode { get; init; } = "";

    public string Status { get; init; } = "";

    public DateOnly? SinceOn { get; init; }

    public string? Note { get; init; }

    public override string AddressCode => IdeaCode;

    public override ProgressView View => new()
    {
        Idea = IdeaCode,
        Status = EnumText.Parse<IdeaStatus>(Status),
        Since = SinceOn,
        Note = Note,
        Revision = Revision,
        RecordedAt = RecordedAt,
        RecordedBy = RecordedBy,
    };
}

internal sealed class PutProgressHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutProgress, Outcome<Written<ProgressView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {ProgressRow.Columns} FROM IdeaProgress WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IdeaKey = @ideaKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("IdeaProgress", ProgressRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("IdeaProgress", ProgressRow.Columns);

    internal static readonly SqlText LoadIdea =
        "SELECT i.Code FROM ChangeIdea i WHERE i.CollaborativeId = @collaborativeId AND i.CodeKey = @ideaKey AND i.IsWithdrawn = 0 AND (i.TeamId IS NULL OR i.TeamId = @teamId)";

    public async Task<Outcome<Written<ProgressView>>> Handle(PutProgress request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var parameters = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, ideaKey = Code.KeyOf(request.Idea) };
        if (await session.First<string>(LoadIdea, parameters, cancellationToken) is not { } idea)
        {
            return Problem.NotFound;
        }

        return await session.Put<ProgressRow, ProgressView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, ProgressRow.Subject, request.Preconditions, null),
            Insert,
            Update,
            await session.First<ProgressRow>(Load, parameters, cancellationToken),
            new ProgressRow
            {
                TeamId = request.TeamId,
                IdeaKey = parameters.ideaKey,
                IdeaCode = idea,
                Status = EnumText.Of(request.Body.Status!.Value),
                SinceOn = request.Body.Since,
                Note = Shape.Tidy(request.Body.Note),
            },
            clock,
            cancellationToken);
    }
}

internal sealed class GetProgressHandler(IDatabase database) : IRequestHandler<GetProgress, Outcome<ProgressView>>
{
    public async Task<Outcome<ProgressView>> Handle(GetProgress request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<ProgressRow>(
                PutProgressHandler.Load,
                new { collaborativeId = request.CollaborativeId, teamId = request.TeamId, ideaKey = Code.KeyOf(request.Idea) },
                cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;
}
