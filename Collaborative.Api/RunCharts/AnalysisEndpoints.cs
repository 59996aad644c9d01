using Collaborative.Api.Http;
using Collaborative.Domain.Access;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Api.RunCharts;

internal static class AnalysisEndpoints
{
    /// <summary>Any series, nothing stored: the way to check the engine against any other tool.</summary>
    public static void MapAnalysis(this IEndpointRouteBuilder api) =>
        api.MapPost("/analysis", async (HttpContext http) =>
            {
                var posted = await Json.Read<PostedAnalysis>(http);
                return posted.Problem is { } malformed ? Answers.Refused(malformed) : Answers.Plain(AnalyseSeries.Judge(posted.Value));
            })
            .Is("analyse", Operation.Analyse, new Contract
            {
                Summary = "Judge any series by the engine that draws the charts; nothing is stored.",
                Body = typeof(PostedAnalysis),
                Answer = typeof(AnalysisAnswer),
            });
}
