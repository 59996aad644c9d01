using Collaborative.Infrastructure.Database;

namespace Collaborative.Infrastructure.Access;

/// <summary>Lets the web server give an answer again without asking anew, as long as nothing that it rests on can have changed.</summary>
public sealed class Freshness
{
    private readonly IDatabase database;
    private readonly KeyUse use;

    internal Freshness(IDatabase database, KeyUse use) => (this.database, this.use) = (database, use);

    /// <summary>A number that changes with every change in the database, by whatever process; null where that is not cheap to know, or cannot be known just now.</summary>
    public long? Epoch()
    {
        try
        {
            return database.Epoch();
        }
        catch (Exception exception) when (Failures.Of(exception) != Failure.Bug)
        {
            return null;
        }
    }

    /// <summary>Notes that a key was used, as its look-up does.</summary>
    public void Note(Guid keyId, DateTimeOffset at) => use.Note(keyId, at);
}
