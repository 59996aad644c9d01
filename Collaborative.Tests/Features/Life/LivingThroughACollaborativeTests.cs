using System.Diagnostics;
using System.Diagnostics.Metrics;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Life;

/// <summary>A collaborative from its charter to holding the gains, and what its lists cost then.</summary>
[NonParallelizable]
public sealed class LivingThroughACollaborativeTests(Lane lane) : Feature(lane)
{
    /// <summary>Every list of a collaborative's life; each is filtered, sorted and paged.</summary>
    public static readonly string[] Lists =
    [
        "/teams", "/measures", "/annotations", "/enrolments", "/readiness", "/charters", "/stage/moves", "/sessions", "/calls", "/calendar/events", "/reports", "/reports?month=2026-02&state=submitted",
        "/pdsa", "/pdsa?idea=idea0&decision=adopt", "/assessments", "/assessments?month=2026-02", "/barriers", "/barriers?state=open&overdue=true", "/scales", "/rosters", "/prework", "/prework-status", "/sessions/ls1/attendance", "/sessions/ls1/evaluations", "/sessions/ls1/storyboards", "/teams/t001/sessions/ls1/attendance", "/reminders", "/history", "/history?subject=pdsaCycle&team=t001", "/profiles",
        "/teams/t001/members", "/teams/t001/pdsa", "/teams/t001/reports", "/teams/t001/assessments", "/teams/t001/barriers", "/teams/t001/ideas", "/teams/t001/annotations", "/teams/t001/prework", "/teams/t001/visits",
    ];

    [Test]
    public async Task A_collaborative_lives_from_its_charter_to_holding_the_gains_and_no_list_takes_more_than_two_statements()
    {
        var life = new Life(Admin, Clock, LifeSize.Small, NewCode());
        await life.Live();
        (await Admin.Get($"{life.Path}/stage")).Is(200).Has("/stage", "holdingGains");
        Assert.That((await Admin.Get($"{life.Path}/pdsa?limit=200")).Is(200).Count(), Is.EqualTo(LifeSize.Small.Teams * LifeSize.Small.CyclesPerTeam));
        Assert.That((await Admin.Get($"{life.Path}/reports?limit=200&state=submitted")).Is(200).Count(), Is.EqualTo(LifeSize.Small.Teams * LifeSize.Small.Months));
        var costly = new List<string>();
        foreach (var list in Lists)
        {
            (await Admin.Get(life.Path + list)).Is(200);

            // What works in the background may look at the database meanwhile, but not every time.
            var statements = long.MaxValue;
            for (var round = 0; round < 3; round++)
            {
                statements = Math.Min(statements, await Statements(async () => (await Admin.Get(life.Path + list)).Is(200)));
            }

            if (statements > 2)
            {
                costly.Add($"{list}: {statements} statements");
            }
        }

        Assert.That(costly, Is.Empty);
    }

    /// <summary>How many statements reach the database while something is done; the fixture's tests run one after the other.</summary>
    private static async Task<long> Statements(Func<Task> act)
    {
        long count = 0;
        using var listener = new MeterListener();
        listener.InstrumentPublished = (instrument, listening) =>
        {
            if (instrument.Name == "collaborative.database.statements")
            {
                listening.EnableMeasurementEvents(instrument);
            }
        };
        listener.SetMeasurementEventCallback<long>((_, measured, _, _) => Interlocked.Add(ref count, measured));
        listener.Start();
        await act();
        return Interlocked.Read(ref count);
    }
}
