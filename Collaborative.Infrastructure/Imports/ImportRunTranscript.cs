using Collaborative.Domain;
using Collaborative.Domain.Imports;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Imports.Formats;

namespace Collaborative.Infrastructure.Imports;

/// <summary>The transcript of a document into the long form.</summary>
internal sealed partial class ImportRun
{
    /// <summary>A translator that finds few rows still shows that it is at work.</summary>
    private static readonly TimeSpan BetweenSigns = TimeSpan.FromSeconds(2);

    internal static readonly SqlText DropTranscript = "DELETE FROM ImportBody WHERE ImportId = @importId AND Part >= @from";

    internal static readonly SqlText SetTranscribed = "UPDATE ImportJob SET TranscribedBytes = @bytes WHERE Id = @importId";

    /// <summary>Turns a document into the long form, kept behind it. One that was broken off begins again: only the last unit of work says that it is whole.</summary>
    private async Task Transcribe(CancellationToken cancellation)
    {
        await Unit(TranscriptStage, job.NextRow, null, 0, session => session.Execute(DropTranscript, new { importId = job.Id, from = Transcript.FirstPart }, cancellation), cancellation);
        long done = 0;
        long written = 0;
        var part = Transcript.FirstPart;
        var transcript = new Transcript();
        var sign = clock.GetTimestamp();
        var periods = profile?.Reading ?? PeriodReading.Usual;
        var source = new ImportSource(Open, OpenSeekable, job.MeasureCode, periods, code => measures.ContainsKey(Code.KeyOf(code)));
        foreach (var row in Format.Translate(source))
        {
            if (row is not null)
            {
                transcript.Add(row);
            }

            if (transcript.IsFull)
            {
                var content = transcript.Take();
                await Unit(TranscriptStage, job.NextRow, null, done, session => Keep(session, part, content), cancellation);
                part++;
                written += content.Length;
                sign = clock.GetTimestamp();
            }
            else
            {
                await Sign();
            }
        }

        var rest = transcript.Take();
        written += rest.Length;
        await Unit(
            RowsStage,
            job.NextRow,
            null,
            job.TotalBytes,
            async session =>
            {
                await Keep(session, part, rest);
                await session.Execute(SetTranscribed, new { importId = job.Id, bytes = written }, cancellation);
            },
            cancellation);
        stage = RowsStage;
        transcribed = written;

        // A file may be long and have no row: whoever reads it shows from time to time that the job is being worked on.
        async Task Sign()
        {
            if (clock.GetElapsedTime(sign) > BetweenSigns)
            {
                await Unit(TranscriptStage, job.NextRow, null, done, _ => Task.CompletedTask, cancellation);
                sign = clock.GetTimestamp();
            }
        }

        Stream Open() => new Watched(new ImportBodyStream(database, job.Id), position =>
        {
            done = Math.Max(done, Math.Min(position, job.TotalBytes));
            Sign().GetAwaiter().GetResult();
        });

        Stream OpenSeekable() => new ImportBodyFile(database, job.Id, Transcript.FirstPart);

        Task Keep(Session session, int at, byte[] content) =>
            content.Length == 0 ? Task.CompletedTask : session.Execute(UploadHandlers.InsertPart, new { importId = job.Id, part = at, content }, cancellation);
    }
}
