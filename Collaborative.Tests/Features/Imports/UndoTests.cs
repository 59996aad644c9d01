using Collaborative.Domain.Access;
using Collaborative.Tests.Durability;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Imports;

/// <summary>A whole import put back, as new revisions; what people changed since stays.</summary>
public sealed class UndoTests(Lane lane) : ImportFeature(lane)
{
    [Test]
    public async Task Every_figure_is_again_what_it_was_before_the_import()
    {
        var path = await NewProgramme();
        var figures = $"{path}/teams/north/measures/m/submissions";
        (await Admin.Put($"{figures}/2026-01", """{ "numerator": 5, "denominator": 400, "note": "by hand" }""")).Is(201);
        (await Admin.Put($"{figures}/2026-02", """{ "numerator": 5, "denominator": 400, "status": "draft" }""")).Is(201);
        var before = await Export(path);
        var draft = (await Admin.Get($"{figures}/2026-02")).Is(200);
        var job = await Import(path, Header + "north,m,2026-01,1,400,\nnorth,m,2026-02,2,400,\nnorth,m,2026-03,3,400,\n");
        Assert.That(Counts(job), Does.StartWith("3 3 0"));

        var undo = await End(await Undo(Admin, job));

        Assert.That((undo.At("/state"), undo.At("/format"), undo.At("/undoes"), Counts(undo)), Is.EqualTo(("succeeded", "undo", job.At("/id"), "3 3 0 0 0")));
        Assert.That(await Export(path), Is.EqualTo(before));
        var again = (await Admin.Get($"{figures}/2026-02")).Is(200);
        Assert.That((again.At("/status"), again.At("/numerator"), again.At("/submittedAt"), again.At("/revision")), Is.EqualTo(("draft", "5", draft.At("/submittedAt"), "3")));
        (await Admin.Get($"{figures}/2026-03")).Is(404);
        var revisions = (await Admin.Get($"{figures}/2026-03/revisions")).Is(200);
        Assert.That(revisions.Each("importId"), Is.EquivalentTo(new[] { job.At("/id"), undo.At("/id") }), "Nothing is erased, and the set can be told by its job");
        var changes = (await Admin.Get($"/imports/{undo.At("/id")}/changes")).Is(200);
        Assert.That((changes.At("/items/0/before/numerator"), changes.At("/items/0/after/numerator"), changes.At("/items/2/before/numerator"), changes.At("/items/2/after")), Is.EqualTo(("1", "5", "3", "null")));

        var redo = await End(await Undo(Admin, undo));
        Assert.That(Counts(redo), Is.EqualTo("3 3 0 0 0"));
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,1,400,").And.Contain("north,m,2026-02,2,400,").And.Contain("north,m,2026-03,3,400,"));
    }

    [Test]
    public async Task What_was_changed_since_is_listed_and_not_touched()
    {
        var path = await NewProgramme();
        var job = await Import(path, Header + "north,m,2026-01,1,400,\nsouth,m,2026-01,2,400,\n");
        (await Admin.Put($"{path}/teams/south/measures/m/submissions/2026-01", """{ "numerator": 9, "denominator": 400 }""", ifMatch: "*")).Is(200);

        var undo = await End(await Undo(Admin, job));

        Assert.That(Counts(undo), Is.EqualTo("2 1 0 0 1"));
        Assert.That(await Rejected(undo), Is.EqualTo(new[] { "3 changedSince" }));
        Assert.That((await Admin.Get($"/imports/{undo.At("/id")}/rows.csv")).Is(200).Text, Does.StartWith("team,measure,month,problem\r\nsouth,m,2026-01,\"This figure"));
        Assert.That(await Export(path), Does.Contain("south,m,2026-01,9,400,").And.Not.Contain("north"));
        Assert.That(Counts(await End(await Undo(Admin, job))), Is.EqualTo("2 0 0 0 2"), "A second time there is nothing left to put back");
    }

    [Test]
    public async Task Imports_are_undone_one_after_the_other_the_last_first()
    {
        var path = await NewProgramme();
        (await Admin.Put($"{path}/teams/north/measures/m/submissions/2026-01", """{ "numerator": 5, "denominator": 400 }""")).Is(201);
        var first = await Import(path, Header + "north,m,2026-01,1,400,\nnorth,m,2026-02,1,400,\n");
        var second = await Import(path, Header + "north,m,2026-01,2,400,\nnorth,m,2026-02,2,400,\n");

        Assert.That(Counts(await End(await Undo(Admin, second))), Is.EqualTo("2 2 0 0 0"));
        Assert.That(Counts(await End(await Undo(Admin, first))), Is.EqualTo("2 2 0 0 0"));
        Assert.That(await Export(path), Does.Contain("north,m,2026-01,5,400,").And.Not.Contain("2026-02"));
    }

    [Test]
    public async Task One_Idempotency_Key_is_one_undo()
    {
        var path = await NewProgramme();
        var job = await Import(path, Header + "north,m,2026-01,1,400,\n");

        var first = await Undo(Admin, job, key: "u1");
        await End(first);
        var second = (await Undo(Admin, job, key: "u1")).Is(202);

        Assert.That((second.At("/id"), second.Header("Idempotency-Replayed")), Is.EqualTo((first.At("/id"), "true")));
        (await Undo(Admin, job, "?reason=other", "u1")).IsProblem(422, "idempotency-key-reused");
    }

    [Test]
    public async Task A_dry_run_has_nothing_to_put_back()
    {
        var path = await NewProgramme();

        (await Undo(Admin, await Import(path, Header + "north,m,2026-01,1,400,\n", "?dryRun=true"))).IsProblem(409, "import-not-undoable");
    }

    [Test]
    public async Task A_locked_month_is_put_back_by_a_director_who_says_why()
    {
        var path = await NewProgramme(""" "startMonth": "2026-01", "endMonth": "2026-12", "lockAfterDays": 30 """);
        var lead = await Server.As(Role.DataLead, CodeIn(path), "north");
        var begun = (await lead.Post($"{path}/imports", Header + "north,m,2026-06,1,400,\n", "text/csv")).Is(202);
        var job = await End(begun);
        Clock.MoveTo("2026-12-22T10:00:00Z");

        Assert.That(await Rejected(await End(await Undo(lead, job))), Is.EqualTo(new[] { "2 monthLocked" }));
        Assert.That(Counts(await End(await Undo(Admin, job, "?reason=Sent%20by%20mistake"))), Is.EqualTo("1 1 0 0 0"));
    }

    private static Task<Answer> Undo(Client client, Answer job, string query = "", string? key = null) => client.Send(
        HttpMethod.Post,
        $"/imports/{job.At("/id")}/undo{query}",
        more: request =>
        {
            if (key is not null)
            {
                request.Headers.Add("Idempotency-Key", key);
            }
        });
}
