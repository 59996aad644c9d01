using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Chase;

public sealed class ChasingTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task The_due_list_says_what_each_team_owes_since_when_and_whom_to_ring()
    {
        var path = await Programme();
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-06", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
        (await Admin.Put($"{path}/teams/south/measures/m/submissions/2026-06", """{ "numerator": 1, "denominator": 100, "status": "draft" }""")).Is(201);
        (await Admin.Put($"{path}/teams/south/measures/n/submissions/2026-06", """{ "noData": "closed" }""")).Is(201);
        foreach (var measure in new[] { "m", "n" })
        {
            (await Admin.Put($"{path}/teams/west/measures/{measure}/submissions/2026-06", """{ "numerator": 1, "denominator": 100 }""")).Is(201);
        }

        (await Admin.Put($"{path}/teams/later", """{ "name": "Later", "enrolledFrom": "2026-07" }""")).Is(201);
        var due = (await Admin.Get($"{path}/due-list")).Is(200).Has("/month", "2026-06").Has("/dueOn", "2026-07-15").Has("/daysOverdue", "7").Has("/teams", "3");
        Assert.That(due.Each("team"), Is.EqualTo(new[] { "north", "south" }));
        due.Has("/items/0/measures", """[{"measure":"n","name":"Second","state":"missing"}]""").Has("/items/0/monthlyReport", "false").Has("/items/0/daysOverdue", "7");
        due.Has("/items/1/measures/0/measure", "m").Has("/items/1/measures/0/state", "draft");
        Assert.That(due.Each("member", "/items/0/people"), Is.EqualTo(new[] { "zoe", "amy" }), "the data lead first");
        due.Has("/items/0/people/0/phone", "01 234").Has("/items/0/reminded", "true").Has("/items/1/reminded", "false");

        Assert.That((await (await Server.As(Role.DataLead, CodeIn(path), "south")).Get($"{path}/due-list")).Is(200).Each("team"), Is.EqualTo(new[] { "south" }));
        Assert.That((await Admin.Get($"{path}/due-list?month=2026-07")).Is(200).Has("/daysOverdue", "-24").Each("team"), Is.EqualTo(new[] { "later", "north", "south", "west" }));
    }

    [Test]
    public async Task A_launched_collaborative_is_owed_the_monthly_report_too()
    {
        var path = await Programme();
        Assert.That((await Admin.Get($"{path}/due-list")).Is(200).Each("monthlyReport"), Is.All.EqualTo("false"));
        foreach (var (stage, revision) in new[] { ("recruiting", "1"), ("prework", "2"), ("active", "3") })
        {
            (await Admin.Put($"{path}/stage", $$"""{ "stage": "{{stage}}", "reason": "x"{{(stage == "active" ? """, "override": { "reason": "A pilot" }""" : "")}} }""", revision)).Is(200);
        }

        Assert.That((await Admin.Get($"{path}/due-list")).Is(200).Each("monthlyReport"), Is.All.EqualTo("true"));
        (await Admin.Put($"{path}/teams/north/reports/2026-06", """{ "successes": "Oral care on every shift" }""")).Is(201);
        Assert.That((await Admin.Get($"{path}/due-list")).Is(200).Each("monthlyReport"), Is.EqualTo(new[] { "false", "true", "true" }));
    }

    [Test]
    public async Task A_team_that_makes_contact_drops_from_the_list_of_those_reminded()
    {
        var path = await Programme();
        var faculty = await Server.As(Role.Faculty, CodeIn(path));
        var contact = $"{path}/teams/north/chase/2026-06";
        (await Admin.Get(contact)).IsProblem(404, "not-found");
        Assert.That(await Reminded("2026-07-16"), Is.EqualTo(new[] { "north zoe 1" }));
        Assert.That((await Admin.Get($"{path}/reminders/preview?on=2026-07-16")).Is(200).Each("why", "/skipped"), Is.EqualTo(new[] { "nobody", "nobody" }));

        (await faculty.Put(contact, """{ "contactedOn": "2026-07-16", "expectedBy": "2026-07-17", "note": "Zoe is back on Friday" }""")).Is(201);
        Assert.That(await Reminded("2026-07-17"), Is.Empty);
        (await Admin.Get($"{path}/reminders/preview?on=2026-07-17")).Is(200).Has("/skipped/0/team", "north").Has("/skipped/0/why", "contacted");
        Assert.That(await Reminded("2026-07-18"), Is.EqualTo(new[] { "north zoe 3" }), "the day that it named has passed");
        (await Admin.Get($"{path}/due-list")).Is(200).Has("/items/0/contact/note", "Zoe is back on Friday").Has("/items/0/daysOverdue", "5");

        (await faculty.Put(contact, """{ "contactedOn": "2026-07-16" }""")).IsProblem(428, "precondition-required");
        (await faculty.Put(contact, """{ "contactedOn": "2026-07-16" }""", "1")).Is(200);
        Assert.That(await Reminded("2026-07-18"), Is.Empty);
        (await faculty.Delete(contact, "2")).Is(200);
        Assert.That(await Reminded("2026-07-18"), Is.EqualTo(new[] { "north zoe 3" }));
        (await faculty.Put(contact, """{ "contactedOn": "2026-07-16", "expectedBy": "2026-07-15" }""")).IsInvalid("/expectedBy");
        (await faculty.Put(contact, "{ }")).IsInvalid("/contactedOn");
        (await faculty.Put($"{path}/teams/north/chase/June", """{ "contactedOn": "2026-07-16" }""")).IsInvalid("month");

        async Task<IEnumerable<string>> Reminded(string day)
        {
            var preview = (await Admin.Get($"{path}/reminders/preview?on={day}")).Is(200);
            return Enumerable.Range(0, preview.Count()).Select(i => string.Join(' ', new[] { "team", "member", "dayOffset" }.Select(member => preview.At($"/items/{i}/{member}"))));
        }
    }

    [TestCase("0001-01-01")]
    [TestCase("9999-12-31")]
    public async Task A_preview_of_a_day_that_no_calendar_of_ours_holds_is_refused(string day) =>
        (await Admin.Get($"{await NewCollaborative()}/reminders/preview?on={day}")).IsInvalid("on", "range");

    [Test]
    public async Task The_preview_shows_the_words_and_says_when_nothing_is_configured_or_over()
    {
        var path = await Programme();
        var preview = (await Admin.Get($"{path}/reminders/preview?on=2026-07-08")).Is(200).Has("/channel", "none");
        Assert.That(preview.At("/note"), Does.Contain("Reminders:Smtp:Host"));
        preview.Has("/items/0/email", "zoe@h.example").Has("/items/0/subject", "ICU safety – June 2026: due on Wednesday 15 July");
        Assert.That(preview.At("/items/0/body"), Does.Contain("- Pneumonia\n- Second\n").And.Contain("/opt-out/…"));
        (await Admin.Get($"{path}/reminders/preview?on=soon")).IsInvalid("on");
        (await Admin.Put($"{path}/stage", """{ "stage": "cancelled", "reason": "No funds" }""", "1")).Is(200);
        Assert.That((await Admin.Get($"{path}/reminders/preview?on=2026-07-08")).Is(200).Count(), Is.Zero);
        Assert.That((await Admin.Get($"{path}/reminders")).Is(200).Count(), Is.Zero);
    }

    /// <summary>Three teams and two required measures; north has a data lead and a member, the others have nobody.</summary>
    private async Task<string> Programme()
    {
        var path = await NewCollaborative();
        (await Admin.Put($"{path}/measures/m", Given.Rate)).Is(201);
        (await Admin.Put($"{path}/measures/n", Given.Rate.Replace("Pneumonia", "Second", StringComparison.Ordinal))).Is(201);
        (await Admin.Put($"{path}/measures/o", Given.Rate[..^1] + """, "required": false }""")).Is(201);
        foreach (var team in new[] { "north", "south", "west" })
        {
            (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
        }

        (await Admin.Put($"{path}/teams/north/members/zoe", """{ "name": "Zoe", "roles": ["dataLead"], "email": "zoe@h.example", "phone": "01 234", "from": "2026-01-01" }""")).Is(201);
        (await Admin.Put($"{path}/teams/north/members/amy", """{ "name": "Amy", "roles": ["member"], "email": "amy@h.example", "from": "2026-01-01" }""")).Is(201);
        (await Admin.Put($"{path}/teams/north/members/gone", """{ "name": "Gone", "roles": ["dataLead"], "email": "gone@h.example", "from": "2026-01-01", "to": "2026-05-31" }""")).Is(201);
        return path;
    }
}
