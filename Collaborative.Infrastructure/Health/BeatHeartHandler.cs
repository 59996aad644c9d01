using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using MediatR;

namespace Collaborative.Infrastructure.Health;

internal sealed class BeatHeartHandler(UnitOfWork unitOfWork, TimeProvider clock) : IRequestHandler<BeatHeart, Outcome<int>>
{
    // As much as a large unit of work takes, and different each time, so that there must be room for it.
    private const int FillerLength = 64 * 1024;

    internal static readonly SqlText Beat = "UPDATE Heartbeat SET BeatAt = @now, Filler = @filler WHERE Id = 1";

    private static int beats;

    public async Task<Outcome<int>> Handle(BeatHeart request, CancellationToken cancellationToken)
    {
        var filler = new string((char)('a' + (Interlocked.Increment(ref beats) & 7)), FillerLength);
        return await unitOfWork.Session.Execute(Beat, new { now = clock.NowToMillisecond(), filler }, cancellationToken);
    }
}
