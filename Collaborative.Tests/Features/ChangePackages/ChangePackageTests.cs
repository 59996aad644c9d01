using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.ChangePackages;

public sealed class ChangePackageTests(Lane lane) : Feature(lane)
{
    private const string Package =
        """
        { "aim": "Halve pneumonia by December 2026",
          "primaryDrivers": [
            { "code": "care", "title": "Reliable care", "secondaryDrivers": [
              { "code": "mouth", "title": "Oral hygiene", "concepts": [
                { "code": "easy", "title": "Make it easy", "ideas": [
                  { "code": "oral-care", "title": "Oral care four times a day", "description": "With a kit", "measure": "M", "evidence": "Strong" },
                  { "code": "trolley", "title": "A trolley" } ] } ] } ] },
            { "code": "team", "title": "One team", "secondaryDrivers": [ { "code": "rounds", "title": "Rounds" } ] } ] }
        """;

    private const string Running = """{ "title": "A test", "idea": "ORAL-CARE", "scale": { "kind": "onePatient" }, "state": "running", "startedOn": "2026-03-02", "plan": { "predictions": ["It works"] } }""";

    [Test]
    public async Task A_package_is_put_replaced_and_kept_in_the_history()
    {
        var path = $"{Of(await Team())}/change-package";
        (await Admin.Get(path)).IsProblem(404, "not-found");
        (await Admin.Put(path, Package)).Is(201).Has("/primaryDrivers/0/secondaryDrivers/0/concepts/0/ideas/0/measure", "m").Has("/retired", "[]");
        (await Admin.Put(path, Package)).Is(200).Has("/revision", "1");
        (await Admin.Put(path, Package.Replace("Halve", "Reduce", StringComparison.Ordinal))).IsProblem(428, "precondition-required");
        (await Admin.Put(path, Package.Replace("Halve", "Reduce", StringComparison.Ordinal), "7")).IsProblem(412, "precondition-failed");
        Assert.That((await Admin.Put(path, Package.Replace("Halve", "Reduce", StringComparison.Ordinal), "1")).Is(200).ETag, Is.EqualTo("\"2\""));
        (await Admin.Get(path)).Is(200).Has("/aim", "Reduce pneumonia by December 2026").Has("/revision", "2").Has("/recordedBy", "administrator");
        (await Admin.Put(path, Package.Replace("\"M\"", "\"nothing\"", StringComparison.Ordinal), "2"))
            .IsInvalid("/primaryDrivers/0/secondaryDrivers/0/concepts/0/ideas/0/measure", "unknown");
        Assert.That(await History(path, "changePackage"), Has.Count.EqualTo(2));
        Assert.That(await History(path, "changeIdea"), Has.Count.EqualTo(2), "the ideas did not change");
    }

    [Test]
    public async Task An_idea_that_was_tested_leaves_the_package_as_retired_and_can_come_back()
    {
        var team = await Team();
        var path = $"{Of(team)}/change-package";
        (await Admin.Put(path, Package)).Is(201);
        (await Admin.Put($"{team}/pdsa/one", Running)).Is(201).Has("/idea", "oral-care").Has("/warnings", "[]");
        var without = """{ "aim": "Halve pneumonia by December 2026", "primaryDrivers": [{ "code": "care", "title": "Reliable care" }] }""";
        (await Admin.Put(path, without, "1")).Is(200).Has("/retired/0/code", "oral-care").Has("/retired/1", null);
        (await Admin.Get($"{team}/pdsa/one")).Is(200).Has("/warnings/0/code", "ideaRetired");
        (await Admin.Get($"{Of(team)}/idea-matrix")).Is(200).Has("/ideas/0/code", "oral-care").Has("/ideas/0/retired", "true").Has("/ideas/1", null);
        (await Admin.Put($"{team}/pdsa/two", Running.Replace("ORAL-CARE", "trolley", StringComparison.Ordinal))).IsInvalid("/idea", "unknown");
        (await Admin.Put(path, Package, "2")).Is(200).Has("/retired", "[]");
        (await Admin.Get($"{team}/pdsa/one")).Is(200).Has("/warnings", "[]");
        (await Admin.Put($"{team}/pdsa/two", Running.Replace("ORAL-CARE", "trolley", StringComparison.Ordinal))).Is(201);
    }

    [Test]
    public async Task A_teams_own_idea_is_tested_and_taken_up_by_the_package()
    {
        var team = await Team();
        var path = $"{Of(team)}/change-package";
        (await Admin.Put(path, Package)).Is(201);
        (await Admin.Put($"{team}/ideas/huddle", """{ "title": "Huddle at nine", "under": "nowhere" }""")).IsInvalid("/under", "unknown");
        (await Admin.Put($"{team}/ideas/oral-care", """{ "title": "Huddle at nine" }""")).IsProblem(409, "idea-code-taken");
        (await Admin.Put($"{team}/ideas/huddle", """{ "title": "Huddle at nine", "under": "rounds", "measure": "m" }""")).Is(201).Has("/under", "rounds").Has("/measure", "m");
        (await Admin.Put($"{team}/ideas/alone", """{ "title": "Never tested" }""")).Is(201);
        Assert.That((await Admin.Get($"{team}/ideas")).Is(200).Each("code"), Is.EqualTo(new[] { "alone", "huddle" }));
        (await Admin.Put($"{team}/pdsa/one", Running.Replace("ORAL-CARE", "huddle", StringComparison.Ordinal))).Is(201);
        (await Admin.Delete($"{team}/ideas/huddle", "1")).IsProblem(409, "idea-in-use");
        (await Admin.Delete($"{team}/ideas/alone", "1")).Is(200);
        (await Admin.Get($"{team}/ideas/alone")).IsProblem(404, "not-found");
        (await Admin.Get($"{Of(team)}/idea-matrix")).Is(200).Has("/items/0/ownIdeas/0/code", "huddle").Has("/items/0/ownIdeas/0/cell/status", "testing");

        var with = Package.Replace("\"title\": \"Rounds\"", "\"title\": \"Rounds\", \"concepts\": [{ \"code\": \"talk\", \"title\": \"Talk\", \"ideas\": [{ \"code\": \"Huddle\", \"title\": \"Huddle at nine\" }] }]", StringComparison.Ordinal);
        (await Admin.Put(path, with, "1")).Is(200);
        Assert.That((await Admin.Get($"{team}/ideas")).Is(200).Count(), Is.Zero, "it is the package's now");
        (await Admin.Get($"{Of(team)}/idea-matrix")).Is(200).Has("/ideas/2/code", "Huddle").Has("/items/0/cells/2/status", "testing").Has("/items/0/cells/2/cycles", "1").Has("/items/0/ownIdeas", "[]");
    }

    [Test]
    public async Task Different_ideas_of_two_teams_do_not_become_one()
    {
        var team = await Team();
        (await Admin.Put($"{Of(team)}/teams/south", Given.Team)).Is(201);
        (await Admin.Put($"{team}/ideas/trolley", """{ "title": "A trolley for the mouth" }""")).Is(201);
        (await Admin.Put($"{Of(team)}/teams/south/ideas/trolley", """{ "title": "A trolley for the family" }""")).Is(201);
        (await Admin.Put($"{Of(team)}/change-package", Package)).IsProblem(409, "idea-code-taken");
        (await Admin.Get($"{Of(team)}/change-package")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task The_matrix_shows_what_people_say_and_what_cycles_tell()
    {
        var team = await Team();
        var path = Of(team);
        (await Admin.Put($"{path}/change-package", Package)).Is(201);
        (await Admin.Put($"{path}/teams/east", """{ "name": "East ICU" }""")).Is(201);
        (await Admin.Put($"{path}/teams/gone", """{ "name": "Gone ICU", "withdrawnAfter": "2026-03" }""")).Is(201);
        (await Admin.Put($"{team}/ideas/nothing/progress", """{ "status": "testing" }""")).IsProblem(404, "not-found");
        (await Admin.Get($"{team}/ideas/trolley/progress")).IsProblem(404, "not-found");
        (await Admin.Put($"{team}/ideas/trolley/progress", """{ "status": "implemented", "since": "2026-04-01", "note": "In both rooms" }""")).Is(201).Has("/idea", "trolley");
        (await Admin.Put($"{team}/ideas/trolley/progress", """{ "status": "spread" }""")).IsProblem(428, "precondition-required");
        (await Admin.Put($"{team}/ideas/trolley/progress", """{ "status": "spread" }""", "1")).Is(200).Has("/revision", "2");
        (await Admin.Put($"{team}/ideas/trolley/progress", "{}")).IsInvalid("/status");
        (await Admin.Put($"{path}/teams/east/pdsa/one", Running)).Is(201);
        (await Admin.Put($"{path}/teams/east/pdsa/later", """{ "title": "Later", "idea": "trolley", "scale": { "kind": "onePatient" } }""")).Is(201);
        var matrix = (await Admin.Get($"{path}/idea-matrix")).Is(200).Has("/teams", "2");
        Assert.That(matrix.Each("team"), Is.EqualTo(new[] { "east", "north" }), "who has withdrawn is not asked any more");
        matrix.Has("/items/0/cells/0/status", "testing").Has("/items/0/cells/0/derived", "true").Has("/items/0/cells/0/cycles", "1");
        matrix.Has("/items/0/cells/1/status", "notStarted").Has("/items/1/cells/1/status", "spread").Has("/items/1/cells/1/derived", "false");
        matrix.Has("/ideas/0/totals/testing", "1").Has("/ideas/1/totals/spread", "1").Has("/ideas/1/totals/notStarted", "1");
        Assert.That((await Admin.Get($"{path}/idea-matrix.csv")).Is(200).Text, Is.EqualTo(
            "team,name,oral-care,trolley\r\neast,East ICU,testing,notStarted\r\nnorth,North ICU,notStarted,spread\r\n"
            + ",notStarted of 2 teams,1,1\r\n,testing of 2 teams,1,0\r\n,implemented of 2 teams,0,0\r\n,spread of 2 teams,0,1\r\n"));
        Assert.That((await Admin.Get($"{path}/idea-matrix.svg")).Is(200).Header("Content-Type"), Does.StartWith("image/svg+xml"));
        Assert.That((await Admin.Get($"{path}/idea-matrix", accept: "image/png")).Status, Is.EqualTo(406));
        var lead = await Server.As(Role.DataLead, CodeIn(path), "north");
        var own = (await lead.Get($"{path}/idea-matrix")).Is(200).Has("/teams", "2").Has("/ideas/0/totals/testing", "1");
        Assert.That(own.Each("team"), Is.EqualTo(new[] { "north" }));
    }

    [Test]
    public async Task The_driver_diagram_is_a_document_and_a_picture()
    {
        var team = await Team();
        var path = Of(team);
        (await Admin.Get($"{path}/driver-diagram")).IsProblem(404, "not-found");
        (await Admin.Put($"{path}/change-package", Package)).Is(201);
        (await Admin.Put($"{team}/ideas/trolley/progress", """{ "status": "implemented" }""")).Is(201);
        (await Admin.Get($"{path}/driver-diagram")).Is(200).Has("/name", "ICU safety").Has("/teams", "1").Has("/primaryDrivers/1/secondaryDrivers/0/code", "rounds")
            .Has("/primaryDrivers/0/secondaryDrivers/0/concepts/0/ideas/1/totals/implemented", "1");
        var sponsor = await Server.As(Role.Sponsor, CodeIn(path));
        var picture = (await sponsor.Get($"{path}/driver-diagram.svg")).Is(200);
        Assert.That(picture.Text, Does.StartWith("<svg").And.Contain("Oral care four times a day").And.Contain("1 of 1"));
        Assert.That((await Admin.Get($"{path}/driver-diagram.svg?progress=false")).Is(200).Text, Does.Not.Contain("1 of 1"));
        Assert.That((await Admin.Get($"{path}/driver-diagram.svg", picture.ETag)).Status, Is.EqualTo(304));
        Assert.That((await Admin.Get($"{path}/driver-diagram", accept: "image/svg+xml")).Is(200).Text, Does.StartWith("<svg"));
    }

    private static string Of(string team) => team.Split("/teams/")[0];

    private Task<List<string>> History(string path, string subject) => Server.Database.Rows(
        $"SELECT h.Revision, h.RecordedBy FROM HistoryEntry h JOIN Collaborative c ON c.Id = h.CollaborativeId WHERE c.Code = '{CodeIn(path)}' AND h.Subject = '{subject}' ORDER BY h.RecordedAt");

    private async Task<string> Team() => (await NewSeries()).Split("/measures/")[0];
}
