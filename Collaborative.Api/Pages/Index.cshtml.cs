using Collaborative.Api.Access;
using Collaborative.Domain.Access;
using Collaborative.Domain.Aggregates;
using Collaborative.Domain.Collaboratives;
using Collaborative.Domain.Measures;
using MediatR;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Mvc.RazorPages;

namespace Collaborative.Api.Pages;

/// <summary>The collaboratives that the viewer may see, each with the charts over all its teams.</summary>
[Authorize]
public sealed class IndexModel(IMediator mediator) : PageModel
{
    private const int Most = 200;

    public List<(CollaborativeView Collaborative, List<ChartLink> Measures)> Collaboratives { get; } = [];

    public async Task OnGetAsync()
    {
        var viewer = ((ViewerPrincipal)User).Viewer;
        var page = await mediator.Send(new ListCollaboratives(viewer, null, null, Most), HttpContext.RequestAborted);
        foreach (var collaborative in page.Value.Items)
        {
            Collaboratives.Add((collaborative, await Charts(viewer, collaborative.Code)));
        }
    }

    private async Task<List<ChartLink>> Charts(Viewer viewer, string collaborative)
    {
        if (!AccessPolicy.IsRoleAllowed(viewer.Role, Operation.ReadAggregateCharts))
        {
            return [];
        }

        var scope = await mediator.Send(new ResolveScope(collaborative, null, null), HttpContext.RequestAborted);
        var measures = await mediator.Send(new ListMeasures(viewer, scope.Value.CollaborativeId!.Value, null, null, null, Most), HttpContext.RequestAborted);
        return [.. measures.Value.Items.Select(measure => new ChartLink(
            measure.Code,
            measure.Name,
            AggregateRules.IsDefined(measure.Kind, Aggregate.Pooled) ? "aggregate=pooled&baselineMonths=12" : "aggregate=medianOfTeams&baselineMonths=12"))];
    }

    public sealed record ChartLink(string Code, string Name, string Query);
}
