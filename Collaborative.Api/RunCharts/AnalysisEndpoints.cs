using System.Text;
using Collaborative.Api.Http;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.RunCharts;

namespace Collaborative.Api.RunCharts;

internal static class AnalysisEndpoints
{
    private const string Picture = "image/svg+xml";
    private const string Table = "text/csv";

    /// <summary>Any series, nothing stored: the way to check the engine against any other tool.</summary>
    public static void MapAnalysis(this IEndpointRouteBuilder api) =>
        api.MapPost("/analysis", (Delegate)Answer).Is("analyse", Operation.Analyse, new Contract
        {
            Summary = "Judge any series by the engine that draws the charts; nothing is stored.",
            Body = typeof(PostedAnalysis),
            Answer = typeof(AnalysisAnswer),
            AnswerTypes = [Json.ContentType, Picture, Table],
        });

    private static async Task<IResult> Answer(HttpContext http)
    {
        if (Negotiation.Choose(http.Request, Json.ContentType, Picture, Table) is not { } form)
        {
            return Answers.Refused(new Problem(ProblemCode.NotAcceptable, "An analysis can be had as application/json, image/svg+xml or text/csv."));
        }

        var posted = await Json.Read<PostedAnalysis>(http);
        if (posted.Problem is { } malformed)
        {
            return Answers.Refused(malformed);
        }

        var judged = AnalyseSeries.Judge(posted.Value);
        if (judged.Problem is { } refusal)
        {
            return Answers.Refused(refusal);
        }

        return form switch
        {
            Picture => Answers.Tagged(Encoding.UTF8.GetBytes(ChartSvg.Draw(judged.Value.Chart)), Picture),
            Table => Answers.Tagged(Encoding.UTF8.GetBytes(ChartCsv.Write(judged.Value.Chart)), Table),
            _ => Answers.Plain<AnalysisAnswer>(judged.Value.Answer),
        };
    }
}
