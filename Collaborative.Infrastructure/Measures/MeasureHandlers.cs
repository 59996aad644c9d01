using Collaborative.Domain;
using Collaborative.Domain.Measures;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Measures;

/// <summary>A measure as it is stored, current or as one of its revisions.</summary>
internal sealed record MeasureRow
{
    public const string Columns =
        "m.Id, m.Code, m.CodeKey, r.Revision, r.Name, r.MeasureType, r.Kind, r.Direction, r.Multiplier, r.Unit, r.NumeratorDefinition, r.DenominatorDefinition, "
        + "r.GoalValue, r.GoalByMonth, r.IsRequired, r.Decimals, r.MinimumDenominator, r.PlannedSample, r.RecordedAt, r.RecordedBy";

    public Guid Id { get; init; }

    public string Code { get; init; } = "";

    public string CodeKey { get; init; } = "";

    public int Revision { get; init; }

    public string Name { get; init; } = "";

    public string MeasureType { get; init; } = "";

    public string Kind { get; init; } = "";

    public string Direction { get; init; } = "";

    public double Multiplier { get; init; }

    public string? Unit { get; init; }

    public string? NumeratorDefinition { get; init; }

    public string? DenominatorDefinition { get; init; }

    public double? GoalValue { get; init; }

    public Month? GoalByMonth { get; init; }

    public bool IsRequired { get; init; }

    public int? Decimals { get; init; }

    public double MinimumDenominator { get; init; }

    public double? PlannedSample { get; init; }

    public DateTimeOffset RecordedAt { get; init; }

    public string RecordedBy { get; init; } = "";

    public MeasureState State => new()
    {
        Name = Name,
        Type = EnumText.Parse<MeasureType>(MeasureType),
        Kind = EnumText.Parse<MeasureKind>(Kind),
        Direction = EnumText.Parse<Direction>(Direction),
        Multiplier = Multiplier,
        Unit = Unit,
        NumeratorDefinition = NumeratorDefinition,
        DenominatorDefinition = DenominatorDefinition,
        GoalValue = GoalValue,
        GoalByMonth = GoalByMonth,
        Required = IsRequired,
        Decimals = Decimals,
        MinimumDenominator = MinimumDenominator,
        PlannedSample = PlannedSample,
    };

    public MeasureView View => MeasureView.Of(Code, State, Revision, RecordedAt, RecordedBy);
}

internal sealed class PutMeasureHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<PutMeasure, Outcome<Written<MeasureView>>>
{
    internal static readonly SqlText Load =
        $"SELECT {MeasureRow.Columns} FROM Measure m JOIN MeasureRevision r ON r.MeasureId = m.Id AND r.Revision = m.Revision WHERE m.CollaborativeId = @collaborativeId AND m.CodeKey = @codeKey";

    internal static readonly SqlText HasFigures = new(
        "SELECT EXISTS (SELECT 1 FROM Submission s WHERE s.MeasureId = @measureId)",
        "SELECT CASE WHEN EXISTS (SELECT 1 FROM Submission s WHERE s.MeasureId = @measureId) THEN 1 ELSE 0 END");

    internal static readonly SqlText Insert =
        """
        INSERT INTO Measure (Id, CollaborativeId, Code, CodeKey, Revision, Name, MeasureType, Kind, Direction, Multiplier, Unit, NumeratorDefinition, DenominatorDefinition,
            GoalValue, GoalByMonth, IsRequired, Decimals, MinimumDenominator, PlannedSample, RecordedAt, RecordedBy, Reason)
        VALUES (@id, @collaborativeId, @code, @codeKey, @revision, @name, @type, @kind, @direction, @multiplier, @unit, @numerator, @denominator,
            @goalValue, @goalByMonth, @required, @decimals, @minimumDenominator, @plannedSample, @recordedAt, @recordedBy, @reason)
        """;

    internal static readonly SqlText Update =
        """
        UPDATE Measure
        SET Revision = @revision, Name = @name, MeasureType = @type, Kind = @kind, Direction = @direction, Multiplier = @multiplier, Unit = @unit,
            NumeratorDefinition = @numerator, DenominatorDefinition = @denominator, GoalValue = @goalValue, GoalByMonth = @goalByMonth, IsRequired = @required,
            Decimals = @decimals, MinimumDenominator = @minimumDenominator, PlannedSample = @plannedSample,
            RecordedAt = @recordedAt, RecordedBy = @recordedBy, Reason = @reason
        WHERE Id = @id AND CollaborativeId = @collaborativeId AND Revision = @revision - 1
        """;

    internal static readonly SqlText Append =
        """
        INSERT INTO MeasureRevision (MeasureId, Revision, Name, MeasureType, Kind, Direction, Multiplier, Unit, NumeratorDefinition, DenominatorDefinition,
            GoalValue, GoalByMonth, IsRequired, Decimals, MinimumDenominator, PlannedSample, RecordedAt, RecordedBy, Reason)
        VALUES (@id, @revision, @name, @type, @kind, @direction, @multiplier, @unit, @numerator, @denominator,
            @goalValue, @goalByMonth, @required, @decimals, @minimumDenominator, @plannedSample, @recordedAt, @recordedBy, @reason)
        """;

    public async Task<Outcome<Written<MeasureView>>> Handle(PutMeasure request, CancellationToken cancellationToken)
    {
        var session = unitOfWork.Session;
        await session.Hold(request.CollaborativeId, cancellationToken);
        var codeKey = Code.KeyOf(request.Code);
        var current = await session.First<MeasureRow>(Load, new { collaborativeId = request.CollaborativeId, codeKey }, cancellationToken);
        var state = MeasureState.From(request.Body);
        var decision = Versioning.Decide(current?.Revision, current?.State == state, request.Preconditions);
        if (decision.Problem is { } problem)
        {
            return problem;
        }

        if (decision.Value == WriteKind.Unchanged)
        {
            return new Written<MeasureView>(current!.View, current.Revision, WriteKind.Unchanged);
        }

        if (await session.WhyOver(request.CollaborativeId, cancellationToken) is { } over)
        {
            return over;
        }

        if (current is not null && current.State.Kind != state.Kind && await session.First<bool>(HasFigures, new { measureId = current.Id }, cancellationToken))
        {
            return new Problem(ProblemCode.MeasureInUse,
                $"This measure has figures already, so its kind stays {EnumText.Of(current.State.Kind)}. Make a new measure for the other kind.");
        }

        var id = current?.Id ?? Guid.CreateVersion7(clock.GetUtcNow());
        var code = current?.Code ?? request.Code;
        var revision = (current?.Revision ?? 0) + 1;
        var at = await session.Mark(request.CollaborativeId, clock, cancellationToken);
        var values = new
        {
            id,
            collaborativeId = request.CollaborativeId,
            code,
            codeKey,
            revision,
            name = state.Name,
            type = EnumText.Of(state.Type),
            kind = EnumText.Of(state.Kind),
            direction = EnumText.Of(state.Direction),
            multiplier = state.Multiplier,
            unit = state.Unit,
            numerator = state.NumeratorDefinition,
            denominator = state.DenominatorDefinition,
            goalValue = state.GoalValue,
            goalByMonth = state.GoalByMonth,
            required = state.Required,
            decimals = state.Decimals,
            minimumDenominator = state.MinimumDenominator,
            plannedSample = state.PlannedSample,
            recordedAt = at,
            recordedBy = request.Viewer.Name,
            reason = Shape.Tidy(request.Body.Reason),
        };
        if (await session.Execute(current is null ? Insert : Update, values, cancellationToken) == 0)
        {
            throw new ConcurrentChangeException();
        }

        await session.Execute(Append, values, cancellationToken);
        return new Written<MeasureView>(MeasureView.Of(code, state, revision, at, request.Viewer.Name), revision, decision.Value);
    }
}

internal sealed class GetMeasureHandler(IDatabase database) : IRequestHandler<GetMeasure, Outcome<MeasureView>>
{
    internal static readonly SqlText Load =
        $"SELECT {MeasureRow.Columns} FROM Measure m JOIN MeasureRevision r ON r.MeasureId = m.Id AND r.Revision = m.Revision WHERE m.Id = @measureId AND m.CollaborativeId = @collaborativeId";

    public async Task<Outcome<MeasureView>> Handle(GetMeasure request, CancellationToken cancellationToken) =>
        await database.Read(
            session => session.First<MeasureRow>(Load, new { measureId = request.MeasureId, collaborativeId = request.CollaborativeId }, cancellationToken),
            cancellationToken) is { } row ? row.View : Problem.NotFound;
}

internal sealed class ListMeasuresHandler(IDatabase database) : IRequestHandler<ListMeasures, Outcome<Page<MeasureView>>>
{
    internal static readonly SqlText List = new(
        $"SELECT {MeasureRow.Columns} {From} ORDER BY m.CodeKey LIMIT @take",
        $"SELECT TOP (@take) {MeasureRow.Columns} {From} ORDER BY m.CodeKey");

    private const string From =
        "FROM Measure m JOIN MeasureRevision r ON r.MeasureId = m.Id AND r.Revision = m.Revision "
        + "WHERE m.CollaborativeId = @collaborativeId AND m.CodeKey > @after "
        + "AND (@type IS NULL OR m.MeasureType = @type) AND (@required IS NULL OR m.IsRequired = @required)";

    public async Task<Outcome<Page<MeasureView>>> Handle(ListMeasures request, CancellationToken cancellationToken)
    {
        var rows = await database.Read(
            session => session.Query<MeasureRow>(
                List,
                new
                {
                    collaborativeId = request.CollaborativeId,
                    after = request.AfterKey ?? "",
                    type = request.Type is { } type ? EnumText.Of(type) : null,
                    required = request.Required,
                    take = request.Limit + 1,
                },
                cancellationToken),
            cancellationToken);
        return Paging.Page(rows, request.Limit, row => row.View, row => row.CodeKey);
    }
}
