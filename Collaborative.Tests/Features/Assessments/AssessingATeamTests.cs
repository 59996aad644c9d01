using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Assessments;

public sealed class AssessingATeamTests(Lane lane) : Feature(lane)
{
    private const string Report = """{ "successes": "Oral care on every shift" }""";

    [Test]
    public async Task A_score_that_is_no_level_of_the_scale_is_refused_with_the_levels_that_are()
    {
        var team = await Team();
        (await Admin.Put($"{team}/assessments/2026-06/director", Score("2.7"))).IsInvalid("/value", "level")
            .Has("/detail", "2.7 is not a level of the scale progress-0.5-5. Choose one of 0.5, 1.0, 1.5, 2.0, 2.5, 3.0, 3.5, 4.0, 4.5, 5.0.");
        (await Admin.Put($"{team}/assessments/2026-06/director", """{ "scale": "classic-1-5", "value": 0.5, "justification": "x" }""")).IsInvalid("/value", "level");
        (await Admin.Put($"{team}/assessments/2026-06/director", """{ "scale": "none", "value": 2.5, "justification": "x" }""")).IsInvalid("/scale", "unknown");
        (await Admin.Put($"{team}/assessments/2026-06/director", """{ "value": 2.5 }""")).IsInvalid("/justification", "required");
        (await Admin.Put($"{team}/assessments/2026-06/chief", Score("2.5"))).IsInvalid("kind");
    }

    [Test]
    public async Task An_assessment_needs_a_submitted_report_for_that_month_or_an_explicit_no_report_justification()
    {
        var team = await Team(report: null);
        (await Admin.Put($"{team}/assessments/2026-06/director", Score("2.5"))).IsProblem(409, "assessment-needs-report");
        (await Admin.Put($"{team}/reports/2026-06", """{ "status": "draft" }""")).Is(201);
        (await Admin.Put($"{team}/assessments/2026-06/director", Score("2.5"))).IsProblem(409, "assessment-needs-report");
        (await Admin.Put($"{team}/assessments/2026-06/director", """{ "value": 2.5, "justification": "x", "noReport": "Seen on a visit" }""")).Is(201).Has("/noReport", "Seen on a visit");
        (await Admin.Put($"{team}/reports/2026-06", Report, "1")).Is(200);
        (await Admin.Put($"{team}/assessments/2026-06/self", Score("3.0"))).Is(201);
        (await Admin.Put($"{team}/assessments/2026-05/self", Score("3.0"))).IsProblem(409, "assessment-needs-report");
    }

    [Test]
    public async Task Assessments_are_append_only_a_change_is_a_new_revision_and_the_old_one_stays_readable()
    {
        var team = await Team();
        var director = $"{team}/assessments/2026-06/director";
        (await Admin.Put(director, Score("3.5"))).Is(201).Has("/level", "Improvement").Has("/scale", "progress-0.5-5").Has("/scaleRevision", "0");
        (await Admin.Put(director, Score("3.5"))).Is(200).Has("/revision", "1");
        (await Admin.Put(director, Score("2.0"))).IsProblem(428, "precondition-required");
        (await Admin.Put(director, Score("2.0"), "1")).Is(200).Has("/value", "2").Has("/revision", "2");
        (await Admin.Get(director)).Is(200).Has("/value", "2");
        (await Admin.Delete(director, "2")).Is(405);
        Assert.That(
            await Server.Database.Rows($"SELECT h.Revision, h.RecordedBy FROM HistoryEntry h JOIN Collaborative c ON c.Id = h.CollaborativeId WHERE c.Code = '{CodeIn(team)}' AND h.Subject = 'assessment' AND h.Content LIKE '%justification%' ORDER BY h.Revision"),
            Has.Count.EqualTo(2));
    }

    [Test]
    public async Task A_team_scores_itself_and_only_those_who_review_it_give_the_other_scores()
    {
        var team = await Team();
        var lead = await Server.As(Role.DataLead, CodeIn(team), "north");
        var faculty = await Server.As(Role.Faculty, CodeIn(team));
        (await lead.Put($"{team}/assessments/2026-06/self", Score("3.5"))).Is(201).Has("/kind", "self");
        foreach (var kind in new[] { "director", "improvementAdvisor", "reconciled" })
        {
            (await lead.Put($"{team}/assessments/2026-06/{kind}", Score("3.5"))).IsProblem(403, "forbidden");
            (await faculty.Put($"{team}/assessments/2026-06/{kind}", Score("2.5"))).Is(201).Has("/kind", kind);
        }

        (await faculty.Put($"{team}/assessments/2026-06/self", Score("2.5"))).IsProblem(403, "forbidden");
        (await lead.Get($"{team}/assessments/2026-06/director")).Is(200).Has("/value", "2.5");
    }

    [Test]
    public async Task A_teams_months_show_all_scores_the_official_one_and_a_wide_gap()
    {
        var team = await Team();
        await Admin.Put($"{team}/reports/2026-05", Report);
        foreach (var (month, kind, value) in new[] { ("2026-05", "director", "2.0"), ("2026-06", "self", "3.5"), ("2026-06", "director", "3.0"), ("2026-06", "improvementAdvisor", "2.0"), ("2026-06", "reconciled", "2.5") })
        {
            (await Admin.Put($"{team}/assessments/{month}/{kind}", Score(value))).Is(201);
        }

        var list = (await Admin.Get($"{team}/assessments")).Is(200);
        Assert.That(list.Each("month"), Is.EqualTo(new[] { "2026-05", "2026-06" }));
        list.Has("/items/0/official", "2").Has("/items/0/gap", "null").Has("/items/0/wideGap", "false").Has("/items/0/self", "null");
        list.Has("/items/1/official", "2.5").Has("/items/1/gap", "1").Has("/items/1/wideGap", "true").Has("/items/1/improvementAdvisor/value", "2");
        var first = (await Admin.Get($"{team}/assessments?limit=1")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("month"), Is.EqualTo(new[] { "2026-06" }));
    }

    [Test]
    public async Task A_month_without_a_score_has_none_and_the_last_score_is_shown_beside_it()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        await Admin.Put($"{path}/teams/a", Given.Team);
        await Admin.Put($"{path}/teams/z", """{ "name": "Z", "enrolledFrom": "2026-07" }""");
        await Admin.Put($"{team}/reports/2026-05", Report);
        (await Admin.Put($"{team}/assessments/2026-05/director", Score("3.0"))).Is(201);
        (await Admin.Put($"{team}/assessments/2026-05/reconciled", Score("3.5"))).Is(201);
        (await Admin.Put($"{team}/assessments/2026-06/self", Score("4.0"))).Is(201);
        var list = (await Admin.Get($"{path}/assessments?month=2026-06")).Is(200);
        Assert.That(list.Each("team"), Is.EqualTo(new[] { "a", "north" }));
        list.Has("/items/0/official", "null").Has("/items/0/lastScore", "null");
        list.Has("/items/1/official", "null").Has("/items/1/self", "4").Has("/items/1/gap", "null").Has("/items/1/lastScore/month", "2026-05").Has("/items/1/lastScore/value", "3.5");
        Assert.That((await Admin.Get($"{path}/assessments")).Is(200).At("/items/0/month"), Is.EqualTo("2026-06"), "the last complete month");
        Assert.That((await Admin.Get($"{path}/assessments?month=2026-07")).Is(200).Each("team"), Is.EqualTo(new[] { "a", "north", "z" }));
        var first = (await Admin.Get($"{path}/assessments?month=2026-06&limit=1")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("team"), Is.EqualTo(new[] { "north" }));
        var lead = await Server.As(Role.DataLead, CodeIn(path), "a");
        Assert.That((await lead.Get($"{path}/assessments")).Is(200).Each("team"), Is.EqualTo(new[] { "a" }));
    }

    [Test]
    public async Task The_distribution_counts_official_scores_only_and_is_open_to_sponsors()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        (await Admin.Get($"{path}/assessments/distribution")).Is(200).Has("/months", "[]");
        foreach (var (other, self, director) in new[] { ("b", "5.0", "2.0"), ("c", "4.0", "4.0"), ("d", "3.0", null) })
        {
            await Admin.Put($"{path}/teams/{other}", Given.Team);
            await Admin.Put($"{path}/teams/{other}/reports/2026-06", Report);
            (await Admin.Put($"{path}/teams/{other}/assessments/2026-06/self", Score(self))).Is(201);
            if (director is not null)
            {
                (await Admin.Put($"{path}/teams/{other}/assessments/2026-06/director", Score(director))).Is(201);
            }
        }

        var sponsor = await Server.As(Role.Sponsor, CodeIn(path));
        (await sponsor.Get($"{path}/assessments/distribution")).Is(200).Has("/months/0/month", "2026-06").Has("/months/0/scored", "2").Has("/months/0/mean", "3")
            .Has("/months/0/median", "3").Has("/months/0/atLeast3", "0.5").Has("/months/0/atLeast4", "0.5").Has("/months/0/levels/3/count", "1").Has("/months/0/levels/7/count", "1");
        Assert.That((await sponsor.Get($"{path}/assessments/distribution?from=2026-05&to=2026-07")).Is(200).Each("scored", "/months"), Is.EqualTo(new[] { "0", "2", "0" }));
        (await sponsor.Get($"{path}/assessments/distribution?from=2026-07&to=2026-05")).IsInvalid("to");
        (await sponsor.Get($"{path}/assessments")).IsProblem(403, "forbidden");
    }

    [Test]
    public async Task An_assessment_remembers_the_revision_of_the_scale_that_it_was_made_on()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        const string Scale = """{ "name": "Ours", "levels": [{ "value": 1, "name": "Begun" }, { "value": 2, "name": "Done" }] }""";
        const string Score = """{ "scale": "OURS", "value": 2, "justification": "x" }""";
        (await Admin.Put($"{path}/scales/ours", Scale)).Is(201);
        (await Admin.Put($"{team}/assessments/2026-06/director", Score)).Is(201).Has("/scale", "ours").Has("/scaleRevision", "1").Has("/level", "Done");
        (await Admin.Put($"{path}/scales/ours", """{ "name": "Ours", "levels": [{ "value": 1, "name": "Begun" }, { "value": 3, "name": "Done" }] }""", "1")).Is(200);
        (await Admin.Put($"{team}/assessments/2026-06/director", Score)).Is(200).Has("/scaleRevision", "1").Has("/revision", "1");
        (await Admin.Put($"{team}/assessments/2026-06/improvementAdvisor", Score)).IsInvalid("/value", "level");
    }

    [Test]
    public async Task The_ceiling_is_worked_out_from_the_data_with_its_reasons_and_never_assigned()
    {
        var team = await Team();
        var path = team.Split("/teams/")[0];
        (await Admin.Put($"{path}/measures/vap", """{ "name": "Pneumonia", "type": "outcome", "kind": "count", "direction": "decrease", "goal": { "value": 3 } }""")).Is(201);
        (await Admin.Get($"{team}/assessments/2026-06/ceiling")).Is(200).Has("/ceiling", "2")
            .Has("/reasons/0/code", "noRequiredMeasure").Has("/reasons/1/code", "noTests").Has("/reasons/2/code", "noOutcomeImproved").Has("/reasons/3/code", "goalsNotMet");

        // Twelve months around 9, then six at 2: a shift in the good direction, and the goal met.
        var counts = new[] { 9, 8, 10, 9, 11, 8, 9, 10, 8, 11, 9, 10, 2, 1, 2, 1, 2, 2 };
        for (var i = 0; i < counts.Length; i++)
        {
            (await Admin.Put($"{team}/measures/vap/submissions/{2025 + (i / 12)}-{(i % 12) + 1:00}", $$"""{ "numerator": {{counts[i]}} }""")).Is(201);
        }

        (await Admin.Put($"{team}/pdsa/a", """{ "title": "A", "objective": "See", "state": "running", "startedOn": "2026-06-10", "scale": { "kind": "onePatient" }, "plan": { "predictions": ["It can"] } }""")).Is(201);
        (await Admin.Get($"{team}/assessments/2026-06/ceiling")).Is(200).Has("/ceiling", "5").Has("/reasons", "[]").Has("/facts/outcomesImproved", "1").Has("/facts/goalsMet", "1");
        (await Admin.Get($"{team}/assessments/2026-05/ceiling")).Is(200).Has("/ceiling", "2").Has("/reasons/0/code", "noTests");
        (await Admin.Get($"{team}/assessments/2024-05/ceiling")).Is(200).Has("/ceiling", "2");
        (await Admin.Get($"{team}/assessments/2990-05/ceiling")).IsInvalid("to");
        (await Admin.Put($"{team}/assessments/2026-06/self", Score("4.5"))).Is(201);
        Assert.That((await Admin.Get($"{team}/assessments")).Is(200).At("/items/0/official"), Is.EqualTo("null"));
    }

    private static string Score(string value) => $$"""{ "value": {{value}}, "justification": "As the report says" }""";

    private async Task<string> Team(string? report = Report)
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        if (report is not null)
        {
            (await Admin.Put($"{path}/teams/north/reports/2026-06", report)).Is(201);
        }

        return $"{path}/teams/north";
    }
}
