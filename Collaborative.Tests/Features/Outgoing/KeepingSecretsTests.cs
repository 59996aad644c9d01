using Collaborative.Domain;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Outgoing;
using Collaborative.Tests.Support;
using Microsoft.Extensions.Configuration;

namespace Collaborative.Tests.Features.Outgoing;

public sealed class KeepingSecretsTests
{
    private static readonly Guid Owner = Guid.CreateVersion7();

    [Test]
    public void A_secret_comes_back_for_its_own_purpose_and_owner_only()
    {
        using var database = Embedded();
        var box = Box(database);
        var kept = box.Seal("connection", Owner, "s3cret ✓").Value;
        Assert.That(kept, Does.Not.Contain("s3cret"));
        Assert.That(box.Seal("connection", Owner, "s3cret ✓").Value, Is.Not.EqualTo(kept), "equal secrets do not show that they are equal");
        Assert.That(box.Open("connection", Owner, kept), Is.EqualTo("s3cret ✓"));
        Assert.That(box.Open("webhook", Owner, kept), Is.Null);
        Assert.That(box.Open("connection", Guid.CreateVersion7(), kept), Is.Null);
        Assert.That(Box(database).Open("connection", Owner, kept), Is.EqualTo("s3cret ✓"), "the key outlives a restart");
    }

    [Test]
    public void A_secret_that_was_changed_or_belongs_to_another_key_does_not_open()
    {
        using var database = Embedded();
        var kept = Box(database).Seal("connection", Owner, "s3cret").Value;
        using var another = Embedded();
        Assert.That(Box(another).Open("connection", Owner, kept), Is.Null);
        var bytes = Convert.FromBase64String(kept);
        foreach (var at in Enumerable.Range(0, bytes.Length))
        {
            bytes[at] ^= 1;
            Assert.That(Box(database).Open("connection", Owner, Convert.ToBase64String(bytes)), Is.Null, $"byte {at}");
            bytes[at] ^= 1;
        }
    }

    [Test]
    public void The_key_stands_beside_the_database_for_its_owner_only()
    {
        using var database = Embedded();
        Parallel.For(0, 8, _ => Box(database).Seal("connection", Owner, "s3cret"));
        var file = Path.ChangeExtension(database.FilePath, ".key");
        Assert.That(Convert.FromBase64String(File.ReadAllText(file)), Has.Length.EqualTo(32));
        Assert.That(Directory.GetFiles(Path.GetDirectoryName(file)!, "*.key*"), Has.Length.EqualTo(1));
        if (!OperatingSystem.IsWindows())
        {
            Assert.That(File.GetUnixFileMode(file), Is.EqualTo(UnixFileMode.UserRead | UnixFileMode.UserWrite));
        }
    }

    [Test]
    public void Without_a_key_on_SQL_Server_nothing_is_kept()
    {
        var refused = Box(new SqlServerDatabase("Server=nowhere")).Seal("connection", Owner, "s3cret");
        Assert.That(refused.Problem!.Code, Is.EqualTo(ProblemCode.SecretsNotConfigured));
    }

    [Test]
    public void A_key_of_another_size_is_refused() =>
        Assert.That(
            () => Box(new SqlServerDatabase("Server=nowhere"), ("Secrets:Key", "c2hvcnQ=")).Seal("connection", Owner, "s3cret"),
            Throws.InvalidOperationException.With.Message.Contains("openssl rand -base64 32"));

    private static SqliteDatabase Embedded() => new($"Data Source={Temporary.File("secrets.db")}");

    private static SecretBox Box(IDatabase database, params (string Key, string? Value)[] settings) =>
        SecretBox.From(new ConfigurationBuilder().AddInMemoryCollection(settings.ToDictionary(setting => setting.Key, setting => setting.Value)).Build(), database);
}
