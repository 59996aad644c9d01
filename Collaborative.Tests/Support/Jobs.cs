namespace Collaborative.Tests.Support;

public static class Jobs
{
    /// <summary>Watches a job's events to its end, and gives the job as it then is.</summary>
    public static async Task<Answer> Ended(Client client, Answer accepted)
    {
        var location = accepted.Header("Location") ?? throw new AssertionException("The job has no Location.");
        await client.Get(location, accept: "text/event-stream");
        return (await client.Get(location)).Is(200);
    }
}
