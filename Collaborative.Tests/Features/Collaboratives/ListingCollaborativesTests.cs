using Collaborative.Domain.Access;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Features.Collaboratives;

public sealed class ListingCollaborativesTests(Lane lane) : Feature(lane)
{
    [Test]
    public async Task Pages_are_walked_while_others_insert_and_each_first_row_comes_exactly_once()
    {
        var stem = NewCode("walk-");
        var first = Enumerable.Range(0, 25).Select(i => $"{stem}-{i:00}").ToList();
        foreach (var code in first)
        {
            (await Admin.Put($"/collaboratives/{code}", Given.Collaborative)).Is(201);
        }

        var seen = new List<string?>();
        var inserted = 0;
        for (string? next = "/api/v1/collaboratives?limit=4"; next is not null;)
        {
            var page = (await Admin.Get(next)).Is(200);
            Assert.That(page.Count(), Is.LessThanOrEqualTo(4));
            seen.AddRange(page.Each("code"));
            next = page.At("/next") is { } address and not "null" ? address : null;
            Assert.That(page.Header("Link"), Is.EqualTo(next is null ? null : $"<{next}>; rel=\"next\""));

            // Before, among and after what has been seen.
            foreach (var code in new[] { $"{stem}-0{inserted % 10}x{inserted}", $"{stem}-{inserted:00}-y", $"{stem}-99-{inserted}" })
            {
                if (inserted < 9)
                {
                    (await Admin.Put($"/collaboratives/{code}", Given.Collaborative)).Is(201);
                }
            }

            inserted++;
        }

        Assert.That(seen, Is.Unique);
        Assert.That(seen.Where(code => first.Contains(code!)), Is.EqualTo(first));
    }

    [Test]
    public async Task The_order_is_that_of_codes_in_lower_case()
    {
        foreach (var code in new[] { "Ord-b", "ord-A", "ORD-_", "ord-.", "ord-0" })
        {
            await Admin.Put($"/collaboratives/{code}", Given.Collaborative);
        }

        var listed = (await Admin.Get("/collaboratives?limit=200")).Is(200).Each("code").Where(code => code!.StartsWith("ord-", StringComparison.OrdinalIgnoreCase));
        Assert.That(listed, Is.EqualTo(new[] { "ord-.", "ord-0", "ORD-_", "ord-A", "Ord-b" }));
    }

    [Test]
    public async Task A_list_shows_only_what_the_key_may_see()
    {
        var path = await NewCollaborative();
        await NewCollaborative();
        foreach (var role in new[] { Role.Director, Role.Faculty, Role.Sponsor, Role.Integration })
        {
            var page = (await (await Server.As(role, CodeIn(path))).Get("/collaboratives")).Is(200);
            Assert.That(page.Each("code"), Is.EqualTo(new[] { CodeIn(path) }), $"{role}");
            Assert.That(page.At("/next"), Is.EqualTo("null"));
        }
    }

    [Test]
    public async Task The_list_is_filtered_by_status()
    {
        var path = await NewCollaborative();
        var director = await Server.As(Role.Director, CodeIn(path));
        Assert.That((await director.Get("/collaboratives?status=planning")).Is(200).Count(), Is.EqualTo(1));
        Assert.That((await director.Get("/collaboratives?status=closed")).Is(200).Count(), Is.Zero);
    }

    [TestCase("limit=0", "limit")]
    [TestCase("limit=201", "limit")]
    [TestCase("limit=-1", "limit")]
    [TestCase("limit=ten", "limit")]
    [TestCase("limit=1&limit=2", "limit")]
    [TestCase("after=!!", "after")]
    [TestCase("after=AAAA", "after")]
    [TestCase("after=bm90IG91cnM", "after")]
    [TestCase("sort=name", "sort")]
    [TestCase("Limit=5", "Limit")]
    public async Task A_parameter_that_is_wrong_or_unknown_is_400(string query, string name) =>
        (await Admin.Get($"/collaboratives?{query}")).IsInvalid(name);

    [Test]
    public async Task A_cursor_of_another_version_is_400()
    {
        var cursor = Convert.ToBase64String("2:abc"u8).TrimEnd('=');
        (await Admin.Get($"/collaboratives?after={cursor}")).IsInvalid("after", "cursor");
    }

    [Test]
    public async Task The_limit_is_50_unless_given_and_200_at_most()
    {
        var path = await NewCollaborative();
        foreach (var i in Enumerable.Range(0, 51))
        {
            (await Admin.Put($"{path}/teams/t{i:00}", Given.Team)).Is(201);
        }

        var page = (await Admin.Get($"{path}/teams")).Is(200);
        Assert.That(page.Count(), Is.EqualTo(50));
        var rest = (await Admin.Get(page.At("/next")!)).Is(200);
        Assert.That((rest.Count(), rest.At("/next")), Is.EqualTo((1, "null")));
        Assert.That((await Admin.Get($"{path}/teams?limit=200")).Is(200).Count(), Is.EqualTo(51));
    }
}
