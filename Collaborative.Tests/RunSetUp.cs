using Collaborative.Tests.Support;

// Each fixture has a server and a database of its own, so fixtures do not see each other.
[assembly: Parallelizable(ParallelScope.Fixtures)]
[assembly: LevelOfParallelism(2)]

namespace Collaborative.Tests;

[SetUpFixture]
public sealed class RunSetUp
{
    [OneTimeTearDown]
    public void DeleteTemporaryFiles() => Temporary.DeleteAll();
}
