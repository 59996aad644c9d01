using Collaborative.Api.Http;
using Collaborative.Tests.Support;

namespace Collaborative.Tests.Contract;

public sealed class OpenApiTests
{
    private TestServer server = null!;

    [OneTimeSetUp]
    public async Task Start() => server = await TestServer.Start(Lane.Sqlite);

    [OneTimeTearDown]
    public async Task Stop() => await server.DisposeAsync();

    [Test]
    public async Task The_document_is_the_one_that_is_checked_in() => Golden.Compare("openapi.json", await OpenApi.Write(server.Services));

    [Test]
    public async Task The_document_is_served_as_version_3_1_to_anybody()
    {
        var answer = await server.With(null).Get(server.Address + "openapi/v1.json");
        Assert.That(answer.Is(200).At("/openapi"), Does.StartWith("3.1."));
    }

    [Test]
    public async Task The_document_can_be_tried_out_in_a_browser() =>
        Assert.That((await server.With(null).Get(server.Address + "swagger/index.html")).Is(200).Text, Does.Contain("swagger"));

    [Test]
    public void Every_refusal_has_its_status_and_title() =>
        Assert.That(Problems.Table.Keys, Is.EquivalentTo(Enum.GetValues<Domain.ProblemCode>()));

    [Test]
    public void The_README_lists_every_problem_code()
    {
        var readme = File.ReadAllText(Path.Combine(Golden.Sources(), "README.md"));
        Assert.That(Problems.Table.Keys.Select(Problems.Slug).Where(slug => !readme.Contains($"`{slug}`", StringComparison.Ordinal)), Is.Empty);
    }
}
