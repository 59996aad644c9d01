using System.Diagnostics;
using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Domain.Imports;
using Collaborative.Tests.Support;
using MediatR;

namespace Collaborative.Tests.Durability;

/// <summary>200,000 figures on their way out: memory does not grow with them, whatever the form.</summary>
public sealed class LargeExportTests
{
    private const int Teams = 50;
    private const int Months = 500;
    private const int Measures = 8;

    /// <summary>How often the memory is looked at, at least.</summary>
    private const int Looks = 10;

    private TestServer server = null!;
    private Guid collaborativeId;

    [OneTimeSetUp]
    public async Task Fill()
    {
        server = await TestServer.Start(Lane.Sqlite);
        var admin = await server.As(Role.Administrator);
        (await admin.Put("/collaboratives/large", """{ "name": "Large", "topic": "T", "aim": "A", "startMonth": "1980-01", "endMonth": "2026-12" }""")).Is(201);
        for (var i = 0; i < Teams; i++)
        {
            (await admin.Put($"/collaboratives/large/teams/t{i}", Given.Team)).Is(201);
        }

        for (var i = 0; i < Measures; i++)
        {
            (await admin.Put($"/collaboratives/large/measures/m{i}", Given.Rate)).Is(201);
        }

        await server.Database.Execute(
            $"""
            INSERT INTO Submission (MeasureId, TeamId, ReportMonth, Revision, Status, Numerator, Denominator, SubmittedAt, SubmittedBy, RecordedAt, RecordedBy, Origin)
            WITH RECURSIVE n (i) AS (SELECT 0 UNION ALL SELECT i + 1 FROM n WHERE i + 1 < {Months})
            SELECT m.Id, t.Id, (1980 + i / 12) * 100 + i % 12 + 1, 1, 'submitted', i % 17, 400 + i, m.RecordedAt, 'a', m.RecordedAt, 'a', 'import'
            FROM (SELECT m.Id, r.RecordedAt FROM Measure m JOIN MeasureRevision r ON r.MeasureId = m.Id) m, Team t, n
            """);
        collaborativeId = (await server.Send(new ResolveScope("large", null, null))).Value.CollaborativeId!.Value;
    }

    [OneTimeTearDown]
    public async Task Stop()
    {
        if (server is not null)
        {
            await server.DisposeAsync();
        }
    }

    [TestCase(ExportForm.Csv, 5)]
    [TestCase(ExportForm.Workbook, 4)]
    [TestCase(ExportForm.FhirBundle, 100)]
    public async Task Memory_does_not_grow_with_the_figures(ExportForm form, int leastMegabytes)
    {
        var viewer = new Viewer { KeyId = Guid.NewGuid(), Name = "a", Role = Role.Administrator };
        var prepared = (await server.Send(new PrepareExport(viewer, collaborativeId, form, ExportChoice.Everything, null))).Value;
        var output = new MeasuringStream(between: leastMegabytes * 1024 * 1024 / Looks);
        IRequest<Outcome<int>> export = form switch
        {
            ExportForm.Workbook => new ExportWorkbook(viewer, collaborativeId, ExportChoice.Everything, prepared, output),
            ExportForm.FhirBundle => new ExportReports(viewer, collaborativeId, ExportChoice.Everything, prepared, AsLines: false, output),
            _ => new ExportSubmissions(viewer, collaborativeId, null, output),
        };
        var clock = Stopwatch.StartNew();

        var count = (await server.Send(export)).Value;

        TestContext.Out.WriteLine(string.Create(
            CultureInfo.InvariantCulture, $"{output.Length / 1048576.0:0.0} MB written in {clock.Elapsed.TotalSeconds:0.0} s, at most {output.MostAlive / 1048576.0:0.0} MB alive"));
        Assert.That(count, Is.EqualTo(Teams * Months * Measures));
        Assert.That(output.Length, Is.GreaterThan(leastMegabytes * 1024 * 1024));
        Assert.That(output.MostAlive, Is.LessThan(32 * 1024 * 1024), "All of it would be more");
    }

    /// <summary>Looks at the memory in use now and then while it is written to.</summary>
    private sealed class MeasuringStream(int between) : Stream
    {
        private readonly long before = GC.GetTotalMemory(forceFullCollection: true);
        private long written;
        private long next;

        public long MostAlive { get; private set; }

        public override bool CanRead => false;

        public override bool CanSeek => false;

        public override bool CanWrite => true;

        public override long Length => written;

        public override long Position { get => written; set => throw new NotSupportedException(); }

        public override void Write(ReadOnlySpan<byte> buffer)
        {
            written += buffer.Length;
            if (written >= next)
            {
                next = written + between;
                MostAlive = Math.Max(MostAlive, GC.GetTotalMemory(forceFullCollection: true) - before);
            }
        }

        public override void Write(byte[] buffer, int offset, int count) => Write(buffer.AsSpan(offset, count));

        public override void Flush()
        {
        }

        public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();
    }
}
