using System.Globalization;
using Collaborative.Domain;
using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Submissions;

public sealed class ListingSubmissionsTests(Lane lane) : Feature(lane)
{
    private static string Figures(double numerator, double denominator = 100) =>
        string.Create(CultureInfo.InvariantCulture, $$"""{ "numerator": {{numerator}}, "denominator": {{denominator}} }""");

    [Test]
    public async Task The_list_is_ordered_by_team_measure_and_month_and_filtered()
    {
        var path = await NewFilled(["b", "A"], ["m2", "M1"], ["2026-02", "2026-01"]);
        (await Admin.Put($"{path}/teams/b/measures/m1/submissions/2026-03", """{ "numerator": 1, "status": "draft" }""")).Is(201);
        (await Admin.Put($"{path}/teams/b/measures/m1/submissions/2026-04", """{ "status": "waived" }""")).Is(201);
        async Task<string[]> List(string query)
        {
            var page = (await Admin.Get($"{path}/submissions{query}")).Is(200);
            return [.. page.Each("team").Zip(page.Each("measure"), page.Each("month")).Select(row => $"{row.First} {row.Second} {row.Third}")];
        }

        Assert.That(await List(""), Is.EqualTo(new[]
        {
            "A M1 2026-01", "A M1 2026-02", "A m2 2026-01", "A m2 2026-02",
            "b M1 2026-01", "b M1 2026-02", "b M1 2026-03", "b M1 2026-04", "b m2 2026-01", "b m2 2026-02",
        }));
        Assert.That(await List("?month=2026-02"), Is.EqualTo(new[] { "A M1 2026-02", "A m2 2026-02", "b M1 2026-02", "b m2 2026-02" }));
        Assert.That(await List("?team=a&measure=m1"), Is.EqualTo(new[] { "A M1 2026-01", "A M1 2026-02" }));
        Assert.That(await List("?team=B&status=draft"), Is.EqualTo(new[] { "b M1 2026-03" }));
        Assert.That(await List("?status=waived"), Is.EqualTo(new[] { "b M1 2026-04" }));
        Assert.That((await List("?status=submitted")).Length, Is.EqualTo(8));
        Assert.That(await List("?team=nobody"), Is.Empty);
        Assert.That((await Admin.Get($"{path}/teams/b/measures/m1/submissions?status=submitted")).Each("month"), Is.EqualTo(new[] { "2026-01", "2026-02" }));
        foreach (var (query, name) in new[] { ("month=2026-13", "month"), ("status=withdrawn", "status"), ("status=done", "status"), ("asOf=yesterday", "asOf"), ("asOf=2026-07-22", "asOf"), ("asOf=2026-07-22T10:00:00", "asOf"), ("limit=0", "limit") })
        {
            (await Admin.Get($"{path}/submissions?{query}")).IsInvalid(name);
        }
    }

    [TestCase(1)]
    [TestCase(7)]
    public async Task Pages_are_walked_while_others_insert_and_each_first_row_comes_exactly_once(int limit)
    {
        var path = await NewFilled(["a", "b", "c"], ["m", "n"], ["2026-02", "2026-04", "2026-06"]);
        (await Admin.Put($"{path}/teams/bb", Given.Team)).Is(201);
        var first = (await Admin.Get($"{path}/submissions?limit=200")).Text;
        var expected = Keys(Answered(first));
        var seen = new List<string>();
        var months = new Queue<string>(["2026-01", "2026-03", "2026-05"]);
        for (string? next = $"/api/v1{path}/submissions?limit={limit}"; next is not null;)
        {
            var page = (await Admin.Get(next)).Is(200);
            Assert.That(page.Count(), Is.LessThanOrEqualTo(limit));
            seen.AddRange(Keys(page));
            next = page.At("/next") is { } address and not "null" ? address : null;
            Assert.That(page.Header("Link"), Is.EqualTo(next is null ? null : $"<{next}>; rel=\"next\""));
            if (months.TryDequeue(out var month))
            {
                foreach (var team in new[] { "a", "bb", "c" })
                {
                    (await Admin.Put($"{path}/teams/{team}/measures/m/submissions/{month}", Figures(1))).Is(201);
                }
            }
        }

        Assert.That(seen, Is.Unique);
        Assert.That(seen.Where(expected.Contains), Is.EqualTo(expected));
    }

    [Test]
    public async Task A_team_key_lists_its_own_figures_only()
    {
        var path = await NewFilled(["a", "b", "c"], ["m"], ["2026-01"]);
        foreach (var viewer in new[]
        {
            await Server.As(Role.DataLead, CodeIn(path), "a", "c"), await Server.As(Role.Member, CodeIn(path), "a", "c"), await Server.As(Role.Integration, CodeIn(path), "a", "c"),
        })
        {
            Assert.That((await viewer.Get($"{path}/submissions")).Is(200).Each("team"), Is.EqualTo(new[] { "a", "c" }));
            Assert.That((await viewer.Get($"{path}/submissions?team=b")).Is(200).Count(), Is.Zero);
            (await viewer.Get($"{path}/teams/b/measures/m/submissions")).IsProblem(404, "not-found");
        }

        Assert.That((await (await Server.As(Role.Faculty, CodeIn(path))).Get($"{path}/submissions")).Is(200).Each("team"), Is.EqualTo(new[] { "a", "b", "c" }));
    }

    [Test]
    public async Task As_of_an_instant_answers_what_was_known_then_and_again_the_same()
    {
        var series = await NewSeries();
        var path = $"/collaboratives/{CodeIn(series)}";
        async Task<string> Change(Task<Answer> change)
        {
            Assert.That((await change).Status, Is.AnyOf(200, 201));
            var revisions = (await Admin.Get($"{series}/2026-05/revisions")).Is(200);
            Clock.Advance(TimeSpan.FromMinutes(10));
            return revisions.Each("recordedAt")[^1]!;
        }

        Clock.Advance(TimeSpan.FromMinutes(10));
        var first = await Change(Admin.Put($"{series}/2026-05", Figures(1)));
        var second = await Change(Admin.Put($"{series}/2026-05", Figures(2), ifMatch: "1"));
        var withdrawn = await Change(Admin.Delete($"{series}/2026-05", "2"));
        var fourth = await Change(Admin.Put($"{series}/2026-05", """{ "numerator": 4, "denominator": 100, "status": "draft" }"""));
        var measure = series.Replace("/teams/north", "", StringComparison.Ordinal).Replace("/submissions", "", StringComparison.Ordinal);
        (await Admin.Put(measure, Given.Rate.Replace("1000", "10", StringComparison.Ordinal), ifMatch: "1")).Is(200);
        var fifth = await Change(Admin.Put($"{series}/2026-05", Figures(5), ifMatch: "4"));

        foreach (var list in new[] { series, $"{path}/submissions" })
        {
            var cases = new (string AsOf, string? Value)[]
            {
                (Before(first), null), (first, "10"), (Before(second), "10"), (second, "20"), (Before(withdrawn), "20"), (withdrawn, null), (fourth, "40"), (fifth, "0.5"),
                ("2026-07-23T00:00:00Z", "0.5"), ("2099-01-01T00:00:00Z", "0.5"), (fifth.Replace("Z", "%2B00:00", StringComparison.Ordinal), "0.5"),
            };
            foreach (var (asOf, value) in cases)
            {
                var answer = (await Admin.Get($"{list}?asOf={asOf}")).Is(200);
                Assert.That(answer.Each("value"), Is.EqualTo(value is null ? Array.Empty<string>() : [value]), $"{list} as of {asOf}");
            }
        }

        // What comes later changes nothing of what was known before.
        foreach (var list in new[] { series, $"{path}/submissions" })
        {
            var before = (await Admin.Get($"{list}?asOf={second}")).Text;
            (await Admin.Put($"{series}/2026-04", Figures(list.Length), ifMatch: list == series ? null : "*")).Is(list == series ? 201 : 200);
            (await Admin.Put($"{series}/2026-05", Figures(list.Length), ifMatch: "*")).Is(200);
            Assert.That((await Admin.Get($"{list}?asOf={second}")).Text, Is.EqualTo(before));
            Clock.Advance(TimeSpan.FromMinutes(10));
        }

        // Before the collaborative there is nothing.
        (await Admin.Get($"{path}/submissions?asOf=2020-01-01T00:00:00Z")).IsProblem(404, "not-found");
    }

    [Test]
    public async Task As_of_an_instant_later_than_the_last_change_answers_as_of_that_change_and_echoes_it()
    {
        var series = await NewSeries();
        var last = (await Admin.Put($"{series}/2026-05", Figures(1))).Is(201).At("/recordedAt");
        foreach (var list in new[] { series, $"/collaboratives/{CodeIn(series)}/submissions" })
        {
            Assert.That((await Admin.Get($"{list}?asOf=2026-12-01T00:00:00Z")).Is(200).At("/asOf"), Is.EqualTo(last), list);
        }
    }

    [Test]
    public async Task Pages_as_of_an_instant_are_not_moved_by_what_is_written_meanwhile()
    {
        var path = await NewFilled(["a", "b"], ["m"], ["2026-01", "2026-02", "2026-03"]);
        var asOf = Before("2026-07-22T12:00:00.000Z");
        Clock.MoveTo("2026-07-22T12:00:00Z");
        var seen = new List<string>();
        var i = 0;
        for (string? next = $"/api/v1{path}/submissions?limit=2&asOf={asOf}"; next is not null;)
        {
            var page = (await Admin.Get(next)).Is(200);
            seen.AddRange(Keys(page).Zip(page.Each("numerator"), (key, figure) => $"{key} {figure}"));
            next = page.At("/next") is { } address and not "null" ? address : null;
            (await Admin.Put($"{path}/teams/b/measures/m/submissions/2026-0{4 + i}", Figures(1))).Is(201);
            (await Admin.Put($"{path}/teams/b/measures/m/submissions/2026-03", Figures(50 + i), ifMatch: "*")).Is(200);
            i++;
        }

        Assert.That(seen, Is.EqualTo(new[] { "a m 2026-01 1", "a m 2026-02 1", "a m 2026-03 1", "b m 2026-01 1", "b m 2026-02 1", "b m 2026-03 1" }));
    }

    [Test]
    public async Task Instants_grow_strictly_within_a_collaborative_also_when_the_clock_goes_back()
    {
        var series = await NewSeries();
        var instants = new List<string?>();
        foreach (var i in Enumerable.Range(0, 6))
        {
            var answer = await Admin.Put($"{series}/2026-05", Figures(i), ifMatch: i == 0 ? null : "*");
            instants.Add(answer.At("/recordedAt"));
            if (i == 3)
            {
                Clock.Advance(TimeSpan.FromDays(-2));
            }
        }

        Assert.That(instants, Is.Ordered.And.Unique);
    }

    private static string Before(string instant) => FixedClock.At(instant).AddMilliseconds(-1).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static Answer Answered(string text) => new() { Status = 200, Text = text, Bytes = [] };

    private static List<string> Keys(Answer page) =>
        [.. page.Each("team").Zip(page.Each("measure"), page.Each("month")).Select(row => $"{row.First} {row.Second} {row.Third}")];

    /// <summary>A collaborative where every team has reported 1 of 100 for every measure in every month.</summary>
    private async Task<string> NewFilled(string[] teams, string[] measures, string[] months)
    {
        var path = await NewCollaborative();
        foreach (var measure in measures)
        {
            (await Admin.Put($"{path}/measures/{measure}", Given.Rate)).Is(201);
        }

        foreach (var team in teams)
        {
            (await Admin.Put($"{path}/teams/{team}", Given.Team)).Is(201);
            foreach (var (measure, month) in measures.SelectMany(measure => months.Select(month => (measure, month))))
            {
                (await Admin.Put($"{path}/teams/{team}/measures/{measure}/submissions/{month}", Figures(1))).Is(201);
            }
        }

        return path;
    }
}
