using System.Xml.Linq;
using Collaborative.Infrastructure.Database;
using Collaborative.Infrastructure.Pipeline;
using Microsoft.AspNetCore.DataProtection.Repositories;

namespace Collaborative.Infrastructure.Access;

/// <summary>The keys that sign browsers' cookies live in the database, so that all instances share them and a restart signs nobody out.</summary>
internal sealed class ProtectionKeys(IDatabase database, Attempts attempts, TimeProvider clock) : IXmlRepository
{
    internal static readonly SqlText All = "SELECT p.Content FROM ProtectionKey p ORDER BY p.Name";

    internal static readonly SqlText Insert = "INSERT INTO ProtectionKey (Name, Content, CreatedAt) VALUES (@name, @content, @now)";

    public IReadOnlyCollection<XElement> GetAllElements() =>
        database.Read(session => session.Query<string>(All, null, CancellationToken.None), CancellationToken.None).GetAwaiter().GetResult().ConvertAll(XElement.Parse);

    public void StoreElement(XElement element, string friendlyName) => attempts.Run(
        token => database.Write(
            session => session.Execute(
                Insert, new { name = friendlyName, content = element.ToString(SaveOptions.DisableFormatting), now = clock.NowToMillisecond() }, token),
            _ => true,
            token),
        CancellationToken.None).GetAwaiter().GetResult();
}
