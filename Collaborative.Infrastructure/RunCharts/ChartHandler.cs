using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;
using Collaborative.Domain;
using Collaborative.Domain.RunCharts;
using Collaborative.Infrastructure.Database;
using MediatR;

namespace Collaborative.Infrastructure.RunCharts;

/// <summary>Charts that were made before, each good as long as its collaborative has not changed and its month has not ended.</summary>
internal sealed class ChartCache
{
    private const int Most = 1000;

    private readonly ConcurrentDictionary<Key, Entry> charts = new();

    public Entry? Find(Key key) => charts.GetValueOrDefault(key);

    public void Keep(Key key, Entry entry)
    {
        if (charts.Count >= Most)
        {
            charts.Clear();
        }

        charts[key] = entry;
    }

    public readonly record struct Key(Guid CollaborativeId, Guid? TeamId, Guid MeasureId, ChartQuestion Question);

    /// <param name="Epoch">The state of the database at which the entry was last found to be good.</param>
    /// <param name="ChangedAt">The collaborative's last change then.</param>
    /// <param name="Until">When the next month begins, and the default window with it.</param>
    public sealed record Entry(ChartDocument Document, long? Epoch, DateTimeOffset ChangedAt, DateTimeOffset Until);
}

internal sealed class ChartHandler(IDatabase database, ChartCache cache, TimeProvider clock) : IRequestHandler<GetChart, Outcome<ChartDocument>>
{
    /// <summary>Part of every tag, so that a chart drawn by another version of the program is another representation.</summary>
    private static readonly string ProgramVersion = $"{typeof(ChartHandler).Module.ModuleVersionId:N}{typeof(ChartSvg).Module.ModuleVersionId:N}";

    internal static readonly SqlText ChangedAt = "SELECT c.ChangedAt FROM Collaborative c WHERE c.Id = @collaborativeId";

    public async Task<Outcome<ChartDocument>> Handle(GetChart request, CancellationToken cancellationToken)
    {
        var key = new ChartCache.Key(request.CollaborativeId, request.TeamId, request.MeasureId, request.Question);
        var now = clock.GetUtcNow();
        var epoch = database.Epoch();
        var known = cache.Find(key) is { } entry && entry.Until > now ? entry : null;
        if (known is not null && epoch is not null && known.Epoch == epoch)
        {
            return known.Document;
        }

        return await database.Read<Outcome<ChartDocument>>(
            async session =>
            {
                var changedAt = await session.First<DateTimeOffset>(ChangedAt, new { collaborativeId = request.CollaborativeId }, cancellationToken);
                if (known?.ChangedAt == changedAt)
                {
                    cache.Keep(key, known with { Epoch = epoch });
                    return known.Document;
                }

                var source = await ChartSource.Load(
                    session, request.CollaborativeId, request.TeamId, request.MeasureId, request.Question, withTeamMarks: false, now, cancellationToken);
                var made = source.Problem is { } problem ? problem : ChartMaker.Of(source.Value, request.TeamId, request.MeasureId, request.Question);
                if (made.Problem is { } refusal)
                {
                    return refusal;
                }

                var document = new ChartDocument(ChartAnswers.Of(made.Value), made.Value.Chart, Tag(request, source.Value))
                {
                    GoodUntil = source.Value.Snapshot.Collaborative.State.Calendar.NextMonthBegins(now),
                };
                cache.Keep(key, new ChartCache.Entry(document, epoch, changedAt, document.GoodUntil));
                return document;
            },
            cancellationToken);
    }

    private static string Tag(GetChart request, ChartSource source)
    {
        var question = request.Question;
        var text = $"{ProgramVersion} {request.CollaborativeId:N} {request.TeamId:N} {request.MeasureId:N} {source.Snapshot.At.ToUnixTimeMilliseconds()} {source.From} {source.Months} "
            + $"{question.Type} {question.Rules} {question.RunsTable} {question.Shift} {question.Trend} {question.Marks} {question.ScreenMovingRanges} {question.BaselineMonths} "
            + $"{question.Aggregate} {question.Cohort}";
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)).AsSpan(0, 12));
    }
}
