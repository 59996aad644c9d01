using NUnit.Framework.Internal;

namespace Collaborative.Tests.Support;

/// <summary>The engines that every feature is tested on.</summary>
public enum Lane
{
    Sqlite,
    SqlServer,
}

public static class Lanes
{
    public const string ConnectionVariable = "COLLABORATIVE_TEST_SQLSERVER";
    public const string RequireVariable = "COLLABORATIVE_REQUIRE_SQLSERVER";

    public static string? SqlServerConnection => Environment.GetEnvironmentVariable(ConnectionVariable) is { Length: > 0 } text ? text : null;

    /// <summary>For [TestFixtureSource]: the fixture runs once on each engine that is there.</summary>
    public static IEnumerable<TestFixtureParameters> All
    {
        get
        {
            yield return new TestFixtureData(Lane.Sqlite);
            if (SqlServerConnection is not null)
            {
                yield return new TestFixtureData(Lane.SqlServer);
            }
        }
    }
}

/// <summary>Makes a lane that was not run visible, once, in the summary of every run.</summary>
public sealed class TheSqlServerLane
{
    [Test]
    public void Runs_where_a_connection_string_is_set()
    {
        if (Lanes.SqlServerConnection is not null)
        {
            Assert.Pass();
        }

        const string Reason = $"{Lanes.ConnectionVariable} is not set, so the SQL Server lane did not run";
        if (Environment.GetEnvironmentVariable(Lanes.RequireVariable) == "1")
        {
            Assert.Fail(Reason);
        }

        Assert.Ignore(Reason);
    }
}
