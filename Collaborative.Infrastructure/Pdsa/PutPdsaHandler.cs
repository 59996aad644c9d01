using Collaborative.Domain;
using Collaborative.Domain.Library;
using Collaborative.Domain.Pdsa;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Library;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Pdsa;

internal sealed class PutPdsaHandler(UnitOfWork unitOfWork, TimeProvider clock)
    : IRequestHandler<PutPdsa, Outcome<Written<PdsaView>>>, IRequestHandler<WithdrawPdsa, Outcome<Written<PdsaView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {PdsaRow.Columns} FROM PdsaCycle WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND CodeKey = @codeKey";

    internal static readonly SqlText Insert = VersionedSql.Insert("PdsaCycle", PdsaRow.Columns);

    internal static readonly SqlText Update = VersionedSql.Update("PdsaCycle", PdsaRow.Columns);

    /// <summary>The team, and the measure and the idea that a cycle names: of the package, or the team's own.</summary>
    internal static readonly SqlText LoadNamed =
        """
        SELECT t.Code AS TeamCode, t.CodeKey AS TeamKey, m.Id AS MeasureId, m.Code AS MeasureCode, i.Code AS IdeaCode, i.IsRetired
        FROM Team t
        LEFT JOIN Measure m ON m.CollaborativeId = t.CollaborativeId AND m.CodeKey = @measureKey
        LEFT JOIN ChangeIdea i ON i.CollaborativeId = t.CollaborativeId AND i.CodeKey = @ideaKey AND i.IsWithdrawn = 0 AND (i.TeamId IS NULL OR i.TeamId = t.Id)
        WHERE t.CollaborativeId = @collaborativeId AND t.Id = @teamId
        """;

    internal static readonly SqlText LoadLinks =
        "SELECT Code, CodeKey, AfterKey FROM PdsaCycle WHERE CollaborativeId = @collaborativeId AND TeamId = @teamId AND IsWithdrawn = 0 ORDER BY CodeKey";

    public async Task<Outcome<Written<PdsaView>>> Handle(PutPdsa request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var body = request.Body;
        var team = new { collaborativeId = request.CollaborativeId, teamId = request.TeamId };
        var codeKey = Code.KeyOf(request.Code);
        var afterKey = body.After is { } after ? Code.KeyOf(after) : null;
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var named = (await session.First<Named>(
            LoadNamed,
            new
            {
                team.collaborativeId,
                team.teamId,
                measureKey = body.Measure is { } measure ? Code.KeyOf(measure) : null,
                ideaKey = body.Idea is { } idea ? Code.KeyOf(idea) : null,
            },
            cancellationToken))!;
        var links = (await session.Query<Link>(LoadLinks, team, cancellationToken)).ToDictionary(link => link.CodeKey);
        var before = afterKey is null ? null : links.GetValueOrDefault(afterKey);
        if (Unknown(body, named, afterKey == codeKey || before is not null) is { Count: > 0 } unknown)
        {
            return Problem.Invalid(unknown);
        }

        var wanted = new PdsaRow
        {
            Code = current?.Code ?? request.Code,
            CodeKey = codeKey,
            TeamId = request.TeamId,
            TeamCode = named.TeamCode,
            TeamKey = named.TeamKey,
            IdeaKey = named.IdeaCode is { } ideaCode ? Code.KeyOf(ideaCode) : null,
            IdeaCode = named.IdeaCode,
            MeasureId = named.MeasureId,
            MeasureCode = named.MeasureCode,
            AfterKey = afterKey,
            State = EnumText.Of(body.State ?? PdsaState.Planned),
            Decision = body.Act?.Decision is { } decision ? EnumText.Of(decision) : null,
            Kind = EnumText.Of(body.Kind ?? PdsaKind.Testing),
            ScaleKind = EnumText.Of(body.Scale!.Kind!.Value),
            StartedOn = body.StartedOn,
            EndedOn = body.EndedOn,
            IsShared = body.Share ?? false,
            DegreeOfBelief = body.DegreeOfBelief is { } belief ? EnumText.Of(belief) : null,
            Title = body.Title!.Trim(),
            DocumentJson = StoredJson.Write(PdsaDocument.Of(body, before?.Code ?? body.After)),
        };
        var written = await session.Put<PdsaRow, PdsaView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, PdsaRow.Subject, request.Preconditions, Shape.Tidy(body.Reason)),
            Insert,
            Update,
            current,
            wanted,
            clock,
            cancellationToken,
            () => PdsaRules.JudgeMove(current is { IsWithdrawn: false } ? current.StateValue : null, body.State ?? PdsaState.Planned, request.Code)
                ?? (afterKey is null ? null : Ramps.Judge(codeKey, afterKey, links.ToDictionary(link => link.Key, link => link.Value.AfterKey))));
        if (written.IsRefused)
        {
            return written;
        }

        if (written.Value.Kind != WriteKind.Unchanged)
        {
            await session.Gather(request.Viewer, HarvestOf(request.CollaborativeId, request.TeamId, written.Value.Value), written.Value.Value.RecordedAt, cancellationToken);
        }

        var beforeView = before is null ? null : (await Current(session, request.CollaborativeId, request.TeamId, before.Code, cancellationToken))?.View;
        return written.Value with { Value = written.Value.Value with { Warnings = PdsaRules.Warnings(written.Value.Value, beforeView, named.IsRetired ?? false) } };
    }

    public async Task<Outcome<Written<PdsaView>>> Handle(WithdrawPdsa request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var current = await Current(session, request.CollaborativeId, request.TeamId, request.Code, cancellationToken);
        var links = await session.Query<Link>(LoadLinks, new { collaborativeId = request.CollaborativeId, teamId = request.TeamId }, cancellationToken);
        var withdrawn = await session.Withdraw<PdsaRow, PdsaView>(
            new Change(request.Viewer, request.CollaborativeId, request.TeamId, PdsaRow.Subject, request.Preconditions, request.Reason),
            Update,
            current,
            clock,
            cancellationToken);
        if (withdrawn.IsRefused)
        {
            return withdrawn;
        }

        if (links.Find(link => link.AfterKey == current!.CodeKey) is { } next)
        {
            return new Problem(ProblemCode.PdsaCycleFollowed,
                $"The cycle {next.Code} comes after this one on the ramp. Let {next.Code} come after another cycle first, then take this one back.");
        }

        var taken = withdrawn.Value.Value;
        await session.Gather(request.Viewer, HarvestOf(request.CollaborativeId, request.TeamId, taken) with { Content = null }, taken.RecordedAt, cancellationToken);
        return withdrawn;
    }

    private static Harvest HarvestOf(Guid collaborativeId, Guid teamId, PdsaView cycle) => new(collaborativeId, teamId, LibrarySource.PdsaCycle, cycle.Code, LibraryContent.Of(cycle))
    {
        IdeaCode = cycle.Idea,
        Decision = cycle.Decision,
        DegreeOfBelief = cycle.DegreeOfBelief,
    };

    private static Task<PdsaRow?> Current(Session session, Guid collaborativeId, Guid teamId, string code, CancellationToken cancellation) =>
        session.First<PdsaRow>(Load, new { collaborativeId, teamId, codeKey = Code.KeyOf(code) }, cancellation);

    private static List<FieldError> Unknown(PdsaBody body, Named named, bool isAfterKnown)
    {
        var errors = new List<FieldError>();
        if (body.Idea is { } idea && named.IdeaCode is null)
        {
            errors.Add(new FieldError("/idea", "unknown", $"There is no idea {idea} in the change package, nor among the team's own ideas. Put the idea first."));
        }

        if (body.Measure is { } measure && named.MeasureId is null)
        {
            errors.Add(new FieldError("/measure", "unknown", $"There is no measure {measure} in this collaborative."));
        }

        if (body.After is { } after && !isAfterKnown)
        {
            errors.Add(new FieldError("/after", "unknown", $"The team has no cycle {after}. Name one of its own cycles, or leave \"after\" out."));
        }

        return errors;
    }

    private sealed record Named
    {
        public string TeamCode { get; init; } = "";

        public string TeamKey { get; init; } = "";

        public Guid? MeasureId { get; init; }

        public string? MeasureCode { get; init; }

        public string? IdeaCode { get; init; }

        public bool? IsRetired { get; init; }
    }

    private sealed record Link
    {
        public string Code { get; init; } = "";

        public string CodeKey { get; init; } = "";

        public string? AfterKey { get; init; }
    }
}
