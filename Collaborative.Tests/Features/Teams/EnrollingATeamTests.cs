using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Teams;

public sealed class EnrollingATeamTests(Lane lane) : Feature(lane)
{
    private const string Body = """{ "name": "North ICU", "organisation": "Northern Trust", "region": "North", "enrolledFrom": "2026-03", "withdrawnAfter": "2026-12" }""";

    [Test]
    public async Task A_new_team_answers_201_with_all_that_it_holds_and_is_usable_at_once()
    {
        var path = await NewCollaborative();
        var answer = (await Admin.Put($"{path}/teams/North-1", Body)).Is(201);
        Assert.Multiple(() =>
        {
            Assert.That(answer.ETag, Is.EqualTo("\"1\""));
            Assert.That(answer.Header("Location"), Is.EqualTo($"/api/v1{path}/teams/North-1"));
            Assert.That(answer.At("/code"), Is.EqualTo("North-1"));
            Assert.That(answer.At("/name"), Is.EqualTo("North ICU"));
            Assert.That(answer.At("/organisation"), Is.EqualTo("Northern Trust"));
            Assert.That(answer.At("/region"), Is.EqualTo("North"));
            Assert.That(answer.At("/enrolledFrom"), Is.EqualTo("2026-03"));
            Assert.That(answer.At("/withdrawnAfter"), Is.EqualTo("2026-12"));
            Assert.That(answer.At("/revision"), Is.EqualTo("1"));
        });
        Assert.That((await Admin.Get($"{path}/teams/north-1")).Is(200).Text, Is.EqualTo(answer.Text));
        (await Admin.Get($"{path}/teams/north-1", ifNoneMatch: "1")).Is(304);
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        (await Admin.Put($"{path}/teams/north-1/measures/m/submissions/2026-05", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
    }

    [Test]
    public async Task A_team_is_enrolled_from_the_start_month_unless_it_says_otherwise()
    {
        var path = await NewCollaborative();
        Assert.That((await Admin.Put($"{path}/teams/t", Given.Team)).Is(201).At("/enrolledFrom"), Is.EqualTo("2026-01"));
    }

    [Test]
    public async Task A_team_cannot_withdraw_before_it_was_enrolled()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/t", Body.Replace("2026-12", "2026-02", StringComparison.Ordinal))).IsInvalid("/withdrawnAfter", "order");
        (await Admin.Put($"{path}/teams/t", """{ "name": "T", "withdrawnAfter": "2025-12" }""")).IsInvalid("/withdrawnAfter", "order");
        (await Admin.Put($"{path}/teams/t", Body.Replace("2026-12", "2026-03", StringComparison.Ordinal))).Is(201);
    }

    [Test]
    public async Task A_retry_changes_nothing_and_a_change_needs_its_revision()
    {
        var team = $"{await NewCollaborative()}/teams/t";
        (await Admin.Put(team, Body)).Is(201);
        Assert.That((await Admin.Put(team, Body, ifNoneMatch: "*")).Is(200).ETag, Is.EqualTo("\"1\""));
        var moved = Body.Replace("\"North\"", "\"South\"", StringComparison.Ordinal);
        (await Admin.Put(team, moved)).IsProblem(428, "precondition-required");
        (await Admin.Put(team, moved, ifMatch: "5")).IsProblem(412, "precondition-failed");
        Assert.That((await Admin.Put(team, moved, ifMatch: "1")).Is(200).ETag, Is.EqualTo("\"2\""));
        Assert.That((await Admin.Get(team)).At("/region"), Is.EqualTo("South"));
    }

    [Test]
    public async Task The_same_code_is_another_team_in_another_collaborative()
    {
        var one = await NewCollaborative();
        var two = await NewCollaborative();
        (await Admin.Put($"{one}/teams/t", Body)).Is(201);
        (await Admin.Get($"{two}/teams/t")).IsProblem(404, "not-found");
        (await Admin.Put($"{two}/teams/T", Given.Team)).Is(201);
        Assert.That((await Admin.Get($"{one}/teams/t")).At("/region"), Is.EqualTo("North"));
    }

    [Test]
    public async Task A_team_of_a_collaborative_that_is_not_there_is_404_whatever_the_body() =>
        (await Admin.Put($"/collaboratives/{NewCode()}/teams/t", "{")).IsProblem(404, "not-found");

    [Test]
    public async Task The_list_pages_and_filters()
    {
        var path = await NewCollaborative();
        foreach (var (code, region, organisation) in new[] { ("a", "North", "One"), ("B", "South", "One"), ("c", "North", "Two"), ("D", "North", "One") })
        {
            (await Admin.Put($"{path}/teams/{code}", $$"""{ "name": "{{code}}", "region": "{{region}}", "organisation": "{{organisation}}" }""")).Is(201);
        }

        Assert.That((await Admin.Get($"{path}/teams")).Each("code"), Is.EqualTo(new[] { "a", "B", "c", "D" }));
        Assert.That((await Admin.Get($"{path}/teams?region=North")).Each("code"), Is.EqualTo(new[] { "a", "c", "D" }));
        Assert.That((await Admin.Get($"{path}/teams?region=North&organisation=One")).Each("code"), Is.EqualTo(new[] { "a", "D" }));
        Assert.That((await Admin.Get($"{path}/teams?region=West")).Count(), Is.Zero);
        var page = (await Admin.Get($"{path}/teams?region=North&limit=2")).Is(200);
        Assert.That(page.Each("code"), Is.EqualTo(new[] { "a", "c" }));
        var last = (await Admin.Get(page.At("/next")!)).Is(200);
        Assert.That((last.Each("code").Single(), last.At("/next")), Is.EqualTo(("D", "null")));
    }

    [Test]
    public async Task A_cursor_of_another_list_is_400()
    {
        var series = await NewSeries();
        foreach (var month in new[] { "2026-01", "2026-02" })
        {
            (await Admin.Put($"{series}/{month}", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
        }

        var path = $"/collaboratives/{CodeIn(series)}";
        var cursor = (await Admin.Get($"{path}/submissions?limit=1")).At("/next")!.Split("after=")[1];
        (await Admin.Get($"{path}/teams?after={cursor}")).IsInvalid("after", "cursor");
        (await Admin.Get($"{series}?after={cursor}")).IsInvalid("after", "cursor");
    }

    [Test]
    public async Task Everyone_in_the_collaborative_sees_the_names_of_all_its_teams()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{path}/teams/south", """{ "name": "South ICU" }""")).Is(201);
        foreach (var viewer in new[]
        {
            await Server.As(Role.Sponsor, CodeIn(path)), await Server.As(Role.Faculty, CodeIn(path)), await Server.As(Role.DataLead, CodeIn(path), "north"),
            await Server.As(Role.Member, CodeIn(path), "north"), await Server.As(Role.Integration, CodeIn(path), "north"),
        })
        {
            Assert.That((await viewer.Get($"{path}/teams")).Is(200).Each("name"), Is.EqualTo(new[] { "North ICU", "South ICU" }));
        }
    }
}
