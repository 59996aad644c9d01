using Collaborative.Infrastructure.Database;
using Collaborative.Tests.Support;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Database;

/// <summary>The group-commit writer of the embedded engine: one unit's fate is not its neighbour's.</summary>
public sealed class WriterTests
{
    private static readonly SqlText Insert = "INSERT INTO Tally (Id) VALUES (@id)";
    private static readonly SqlText Orphan = "INSERT INTO Child (Id, TallyId) VALUES (1, 12345)";
    private static readonly SqlText DeferKeys = "PRAGMA defer_foreign_keys = ON";
    private static readonly SqlText EndTransaction = "INSERT OR ROLLBACK INTO Tally (Id) VALUES (1)";

    private TestDatabase file = null!;
    private SqliteDatabase database = null!;

    [SetUp]
    public async Task Open()
    {
        file = await TestDatabase.Empty(Lane.Sqlite);
        await file.Execute("CREATE TABLE Tally (Id INTEGER NOT NULL PRIMARY KEY) STRICT; CREATE TABLE Child (Id INTEGER NOT NULL PRIMARY KEY, TallyId INTEGER NOT NULL REFERENCES Tally (Id)) STRICT; INSERT INTO Tally (Id) VALUES (1);");
        database = new SqliteDatabase(file.ConnectionString);
    }

    [TearDown]
    public void Close() => database.Dispose();

    [Test]
    public async Task A_refusal_undoes_its_own_unit_and_keeps_its_neighbours()
    {
        var answers = await Together(10, (session, i) => Add(session, 10 + i), keep: i => i % 3 != 0);
        Assert.That(answers.Select(answer => answer.Exception), Is.All.Null);
        Assert.That(await Kept(), Is.EqualTo(new[] { 1, 11, 12, 14, 15, 17, 18 }));
    }

    [Test]
    public async Task A_unit_that_breaks_harms_nobody_but_itself()
    {
        var answers = await Together(6, async (session, i) =>
        {
            await Add(session, 10 + i);
            if (i == 2)
            {
                throw new InvalidOperationException("broken");
            }

            if (i == 4)
            {
                await Add(session, 10 + i);
            }

            return i;
        });
        Assert.That(answers[2].Exception?.InnerException, Is.InstanceOf<InvalidOperationException>());
        Assert.That((answers[4].Exception?.InnerException as SqliteException)?.SqliteExtendedErrorCode, Is.EqualTo(1555));
        Assert.That(answers.Where((_, i) => i is not (2 or 4)).Select(answer => answer.IsCompletedSuccessfully), Is.All.True);
        Assert.That(await Kept(), Is.EqualTo(new[] { 1, 10, 11, 13, 15 }));
    }

    [Test]
    public async Task A_unit_that_awaits_anything_but_the_database_is_a_bug_and_undone()
    {
        var never = new TaskCompletionSource<int>();
        var answers = await Together(3, async (session, i) =>
        {
            await Add(session, 10 + i);
            return i == 1 ? await never.Task : i;
        });
        Assert.That(answers[1].Exception?.InnerException, Is.InstanceOf<InvalidOperationException>());
        Assert.That(await Kept(), Is.EqualTo(new[] { 1, 10, 12 }));
    }

    [Test]
    public async Task An_answer_comes_when_its_row_is_durable_and_never_before()
    {
        using var inside = new ManualResetEventSlim();
        using var goOn = new ManualResetEventSlim();
        using var gate = new ManualResetEventSlim();
        var first = Run((session, _) =>
        {
            gate.Wait();
            return Add(session, 10);
        });
        var second = Run((session, _) =>
        {
            inside.Set();
            goOn.Wait();
            return Add(session, 11);
        });
        gate.Set();
        inside.Wait();

        // The second unit holds up the writer. If it shares the first one's commit, the first is neither durable nor answered; if not, it is both.
        var visible = (await Kept()).Contains(10);
        Assert.That(first.IsCompleted, Is.EqualTo(visible));
        goOn.Set();
        await Task.WhenAll(first, second);
        Assert.That(await Kept(), Is.EqualTo(new[] { 1, 10, 11 }));
    }

    [Test]
    public async Task A_commit_that_fails_acknowledges_nobody_and_replays_nobody()
    {
        var runs = new int[3];
        var answers = await Together(3, async (session, i) =>
        {
            runs[i]++;
            await Add(session, 10 + i);
            if (i == 1)
            {
                // Found out only when the transaction ends.
                await session.Execute(DeferKeys, null, CancellationToken.None);
                await session.Execute(Orphan, null, CancellationToken.None);
            }

            return i;
        });
        Assert.That(answers[1].Exception?.InnerException, Is.InstanceOf<DatabaseUnavailableException>());
        Assert.That(runs, Is.EqualTo(new[] { 1, 1, 1 }));
        var acknowledged = Enumerable.Range(0, 3).Where(i => answers[i].IsCompletedSuccessfully).Select(i => 10 + i);
        Assert.That((await Kept()).Where(id => id >= 10), Is.EqualTo(acknowledged));

        // The next unit finds a working writer.
        await Run((session, _) => Add(session, 50));
        Assert.That(await Kept(), Does.Contain(50));
    }

    [Test]
    public async Task When_the_engine_ends_the_transaction_each_unit_is_tried_alone()
    {
        var answers = await Together(5, async (session, i) =>
        {
            await Add(session, 10 + i);
            if (i == 2)
            {
                await session.Execute(EndTransaction, null, CancellationToken.None);
            }

            return i;
        });
        Assert.That(answers[2].Exception?.InnerException, Is.InstanceOf<SqliteException>());
        Assert.That(answers.Where((_, i) => i != 2).Select(answer => answer.IsCompletedSuccessfully), Is.All.True);
        Assert.That(await Kept(), Is.EqualTo(new[] { 1, 10, 11, 13, 14 }));
    }

    [Test]
    public async Task Cancellation_counts_only_before_a_units_turn()
    {
        using var cancelled = new CancellationTokenSource();
        using var late = new CancellationTokenSource();
        using var gate = new ManualResetEventSlim();
        var first = Run((session, _) =>
        {
            gate.Wait();
            late.Cancel();
            return Add(session, 10);
        }, late.Token);
        var second = Run((session, _) => Add(session, 11), cancelled.Token);
        await cancelled.CancelAsync();
        gate.Set();
        Assert.That(await first, Is.EqualTo(10));
        Assert.That(async () => await second, Throws.InstanceOf<OperationCanceledException>());
        Assert.That(await Kept(), Is.EqualTo(new[] { 1, 10 }));
    }

    [Test]
    public async Task A_storm_of_units_from_many_threads_is_kept_whole()
    {
        var ids = Enumerable.Range(100, 200).ToArray();
        var answers = await Task.WhenAll(ids.Select(id => Task.Run(() => Run((session, _) => Add(session, id)))));
        Assert.That(answers, Is.EqualTo(ids));
        Assert.That((await Kept()).Where(id => id >= 100), Is.EqualTo(ids));
    }

    [Test]
    public async Task Readers_see_one_state_and_wait_for_nobody()
    {
        using var gate = new ManualResetEventSlim();
        var writing = Run((session, _) =>
        {
            var added = Add(session, 10);
            gate.Wait();
            return added;
        });
        var counts = await database.Read(async session => (await Count(session), await Count(session)), CancellationToken.None);
        gate.Set();
        await writing;
        Assert.That(counts, Is.EqualTo((1, 1)));
    }

    [Test]
    public async Task The_epoch_changes_with_every_commit_also_of_another_process()
    {
        var before = database.Epoch();
        Assert.That(database.Epoch(), Is.EqualTo(before));
        await Run((session, _) => Add(session, 10));
        var after = database.Epoch();
        Assert.That(after, Is.Not.EqualTo(before));
        await file.Execute("INSERT INTO Tally (Id) VALUES (11)");
        Assert.That(database.Epoch(), Is.Not.EqualTo(after));
    }

    private static Task<int> Count(Session session) => session.First<int>("SELECT COUNT(*) FROM Tally", null, CancellationToken.None);

    private static async Task<int> Add(Session session, int id)
    {
        await session.Execute(Insert, new { id }, CancellationToken.None);
        return id;
    }

    private Task<int> Run(Func<Session, int, Task<int>> unit, CancellationToken cancellation = default) =>
        database.Write(session => unit(session, 0), _ => true, cancellation);

    /// <summary>Runs units that all wait before the first begins, so that they meet in one commit.</summary>
    private async Task<Task<int>[]> Together(int count, Func<Session, int, Task<int>> unit, Func<int, bool>? keep = null)
    {
        using var gate = new ManualResetEventSlim();
        var holding = database.Write(
            _ =>
            {
                gate.Wait();
                return Task.FromResult(0);
            },
            _ => true,
            CancellationToken.None);
        var answers = Enumerable.Range(0, count).Select(i => database.Write(session => unit(session, i), _ => keep?.Invoke(i) ?? true, CancellationToken.None)).ToArray();
        gate.Set();
        await holding.ContinueWith(_ => { }, TaskScheduler.Default);
        await Task.WhenAll(answers).ContinueWith(_ => { }, TaskScheduler.Default);
        return answers;
    }

    private async Task<int[]> Kept() => [.. (await file.Rows("SELECT Id FROM Tally ORDER BY Id")).Select(row => int.Parse(row, System.Globalization.CultureInfo.InvariantCulture))];
}
