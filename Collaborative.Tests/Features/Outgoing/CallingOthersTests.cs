using System.Net;
using Collaborative.Domain.Outgoing;
using Collaborative.Infrastructure.Outgoing;
using Collaborative.Tests.Support;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Tests.Features.Outgoing;

/// <summary>The one client for addresses that people entered, against a real server on this machine.</summary>
public sealed class CallingOthersTests
{
    private WebApplication other = null!;
    private int calls;

    private int Port => new Uri(other.Urls.First()).Port;

    [OneTimeSetUp]
    public async Task StartTheOther()
    {
        var builder = WebApplication.CreateSlimBuilder();
        TestServer.Quiet(builder.Services);
        other = builder.Build();
        other.Urls.Add("http://127.0.0.1:0");
        other.Run(context =>
        {
            Interlocked.Increment(ref calls);
            if (context.Request.Path == "/moved")
            {
                context.Response.Redirect("http://169.254.169.254/latest");
            }

            return Task.CompletedTask;
        });
        await other.StartAsync();
    }

    [OneTimeTearDown]
    public async Task StopTheOther() => await other.DisposeAsync();

    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("127.0.0.0/8")]
    public async Task A_private_host_that_an_administrator_listed_is_called(string listed)
    {
        using var http = new OutgoingHttp(new OutgoingAddresses([listed]));
        using var answer = await http.Client.GetAsync($"http://{(listed == "localhost" ? "localhost" : "127.0.0.1")}:{Port}/");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.OK));
    }

    [TestCase("127.0.0.1")]
    [TestCase("localhost")]
    [TestCase("[::ffff:127.0.0.1]")]
    [TestCase("2130706433")]
    public void A_private_host_is_not_even_connected_to_whatever_its_name(string host)
    {
        using var http = new OutgoingHttp(new OutgoingAddresses([]));
        var before = calls;
        var thrown = Assert.CatchAsync(() => http.Client.GetAsync($"https://{host}:{Port}/"));
        Assert.That(OutgoingHttp.RefusalIn(thrown), Does.Contain("private network"));
        Assert.That(calls, Is.EqualTo(before));
    }

    [Test]
    public async Task A_redirect_is_not_followed()
    {
        using var http = new OutgoingHttp(new OutgoingAddresses(["127.0.0.1"]));
        using var answer = await http.Client.GetAsync($"http://127.0.0.1:{Port}/moved");
        Assert.That(answer.StatusCode, Is.EqualTo(HttpStatusCode.Redirect));
    }

    [Test]
    public void The_list_is_one_text_or_many_entries()
    {
        foreach (var settings in new Dictionary<string, string?>[]
        {
            new() { ["Outgoing:AllowedHosts"] = "10.0.0.1, ehr.internal" },
            new() { ["Outgoing:AllowedHosts:0"] = "10.0.0.1", ["Outgoing:AllowedHosts:1"] = "ehr.internal" },
        })
        {
            using var http = OutgoingHttp.From(new ConfigurationBuilder().AddInMemoryCollection(settings).Build());
            Assert.That(http.Refuse(new Uri("http://ehr.internal/")), Is.Null);
            Assert.That(http.Refuse(new Uri("http://10.0.0.1/")), Is.Null);
            Assert.That(http.Refuse(new Uri("http://10.0.0.2/"))!.Code, Is.EqualTo(Domain.ProblemCode.AddressNotAllowed));
        }
    }
}
