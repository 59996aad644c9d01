using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Prework;

public sealed class DoingPreworkTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task The_usual_checklist_is_read_and_put_item_by_item()
    {
        var path = await NewCollaborative();
        var defaults = (await Admin.Get($"{path}/prework-defaults")).Is(200);
        for (var i = 0; i < defaults.Count(); i++)
        {
            (await Admin.Put($"{path}/prework/{defaults.At($"/items/{i}/code")}", defaults.At($"/items/{i}/item")!)).Is(201);
        }

        Assert.That((await Admin.Get($"{path}/prework?type=storyboard")).Is(200).Each("code"), Is.EqualTo(new[] { "storyboard" }));
        Assert.That((await Admin.Get($"{path}/prework")).Is(200).Count(), Is.EqualTo(defaults.Count()));
    }

    [Test]
    public async Task A_team_submits_faculty_accept_and_the_team_cannot_change_it_afterwards()
    {
        var team = await NewTeam();
        var lead = await Server.As(Role.DataLead, CodeIn(team), "north");
        var faculty = await Server.As(Role.Faculty, CodeIn(team));
        (await lead.Get($"{team}/prework/aim")).IsProblem(404, "not-found");
        (await lead.Put($"{team}/prework/aim", """{ "state": "submitted", "evidence": "aim.pdf" }""")).Is(201).Has("/submittedAt", "2026-07-22T10:00:00.000Z");
        (await lead.Put($"{team}/prework/aim", """{ "state": "accepted", "evidence": "aim.pdf" }""", "1")).IsProblem(403, "forbidden");
        Clock.Advance(TimeSpan.FromDays(1));
        (await lead.Put($"{team}/prework/aim", """{ "state": "submitted", "evidence": "aim.pdf" }""")).Is(200).Has("/revision", "1");
        (await faculty.Put($"{team}/prework/aim", """{ "state": "accepted", "evidence": "aim.pdf", "note": "Clear" }""", "1")).Is(200).Has("/submittedAt", "2026-07-22T10:00:00.000Z");
        (await lead.Put($"{team}/prework/aim", """{ "state": "inProgress" }""", "2")).IsProblem(409, "prework-reviewed");
        (await faculty.Put($"{team}/prework/aim", """{ "state": "inProgress", "note": "By when?" }""", "2")).Is(200).Has("/submittedAt", "null");
        (await lead.Put($"{team}/prework/nothing", """{ "state": "submitted" }""")).IsProblem(404, "not-found");
        Assert.That(await Server.Database.Rows("SELECT Revision FROM HistoryEntry WHERE Subject = 'prework' AND AddressCode = 'aim'"), Has.Count.EqualTo(3));
    }

    [Test]
    public async Task Teams_by_items_show_readiness_and_what_is_overdue_from_the_date_of_the_first_session()
    {
        var team = await NewTeam();
        var collaborative = team.Split("/teams/")[0];
        (await Admin.Put($"{collaborative}/teams/East", Given.Team)).Is(201);
        (await Admin.Put($"{team}/prework/aim", """{ "state": "accepted" }""")).Is(201);
        (await Admin.Get($"{team}/prework")).Is(200).Has("/items/0/dueOn", "null").Has("/readinessPercent", "50");
        (await Admin.Put($"{collaborative}/sessions/ls1", """{ "number": 1, "title": "Launch", "firstDay": "2026-08-04" }""")).Is(201);
        (await Admin.Get($"{team}/prework")).Is(200)
            .Has("/items/0/item", "aim").Has("/items/0/dueOn", "2026-06-23").Has("/items/0/overdue", "false")
            .Has("/items/1/item", "baseline").Has("/items/1/dueOn", "2026-07-21").Has("/items/1/overdue", "true").Has("/items/1/state", "notStarted").Has("/overdue", "1");
        var all = (await Admin.Get($"{collaborative}/prework-status")).Is(200);
        Assert.That(all.Each("team"), Is.EqualTo(new[] { "East", "north" }));
        Assert.That(all.Each("readinessPercent"), Is.EqualTo(new[] { "0", "50" }));
        Assert.That(all.Each("overdue"), Is.EqualTo(new[] { "2", "1" }));
        var first = (await Admin.Get($"{collaborative}/prework-status?limit=1")).Is(200);
        Assert.That((await Admin.Get(first.At("/next")!)).Is(200).Each("team"), Is.EqualTo(new[] { "north" }));
        var lead = await Server.As(Role.DataLead, CodeIn(team), "north");
        Assert.That((await lead.Get($"{collaborative}/prework-status")).Is(200).Each("team"), Is.EqualTo(new[] { "north" }));
    }

    [TestCase("prework/x", """{ "type": "document", "dueOffsetDays": -1 }""", "/title")]
    [TestCase("prework/x", """{ "title": "x", "dueOffsetDays": -1 }""", "/type")]
    [TestCase("prework/x", """{ "title": "x", "type": "document" }""", "/dueOffsetDays")]
    [TestCase("prework/x", """{ "title": "x", "type": "document", "dueOffsetDays": 1 }""", "/dueOffsetDays")]
    [TestCase("prework/x", """{ "title": "x", "type": "document", "dueOffsetDays": -1, "ownerRole": "boss" }""", "/ownerRole")]
    [TestCase("teams/north/prework/aim", """{ }""", "/state")]
    [TestCase("teams/north/prework/aim", """{ "state": "waived" }""", "/note")]
    public async Task What_prework_cannot_be_is_refused_with_its_place(string path, string body, string pointer) =>
        (await Admin.Put($"{(await NewTeam()).Split("/teams/")[0]}/{path}", body)).IsInvalid(pointer);

    private async Task<string> NewTeam()
    {
        var collaborative = await NewCollaborative();
        (await Admin.Put($"{collaborative}/teams/north", Given.Team)).Is(201);
        (await Admin.Put($"{collaborative}/prework/aim", """{ "title": "Draft the aim", "type": "document", "dueOffsetDays": -42 }""")).Is(201);
        (await Admin.Put($"{collaborative}/prework/baseline", """{ "title": "Baseline", "type": "measureBaseline", "dueOffsetDays": -14, "ownerRole": "dataLead" }""")).Is(201);
        return $"{collaborative}/teams/north";
    }
}
