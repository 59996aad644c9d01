namespace Collaborative.Tests.Durability;

/// <summary>All that imports leave behind in a collaborative, without what differs from run to run: two that are alike have come to the same.</summary>
internal static class KeptState
{
    private const string Figures =
        """
        SELECT t.Code, m.Code, s.ReportMonth, s.Revision, s.Status, s.Numerator, s.Denominator, s.Note, s.Strata, s.Origin, s.ImportRow, s.RecordedBy, s.Reason, j.Format, j.ContentHash,
            CASE WHEN s.SubmittedAt IS NULL THEN 0 ELSE 1 END
        FROM {0} s JOIN Team t ON t.Id = s.TeamId JOIN Measure m ON m.Id = s.MeasureId JOIN Collaborative c ON c.Id = t.CollaborativeId LEFT JOIN ImportJob j ON j.Id = s.ImportId
        WHERE c.CodeKey = '{1}' ORDER BY t.CodeKey, m.CodeKey, s.ReportMonth, s.Revision
        """;

    private static readonly string[] Others =
    [
        """
        SELECT j.State, j.Format, j.Stage, j.NextRow, j.TotalBytes, j.TranscribedBytes, j.DoneBytes, j.AcceptedRows, j.UnchangedRows, j.WarnedRows, j.RejectedRows, j.CreatedTeams,
            j.ContentHash, j.Failure, j.FailureCode, (SELECT COUNT(*) FROM ImportBody b WHERE b.ImportId = j.Id)
        FROM ImportJob j JOIN Collaborative c ON c.Id = j.CollaborativeId WHERE c.CodeKey = '{1}' ORDER BY j.CreatedAt, j.Id
        """,
        """
        SELECT j.Format, r.RowNumber, r.Outcome, r.Team, r.Measure, r.ReportMonth, r.Problems, r.RawText, r.SourcePlace
        FROM ImportRow r JOIN ImportJob j ON j.Id = r.ImportId JOIN Collaborative c ON c.Id = j.CollaborativeId WHERE c.CodeKey = '{1}' ORDER BY j.CreatedAt, j.Id, r.RowNumber
        """,
        "SELECT t.Code, t.Revision, t.Name FROM Team t JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.CodeKey = '{1}' ORDER BY t.CodeKey",
        "SELECT t.Code, r.Revision, r.Reason FROM TeamRevision r JOIN Team t ON t.Id = r.TeamId JOIN Collaborative c ON c.Id = t.CollaborativeId WHERE c.CodeKey = '{1}' ORDER BY t.CodeKey, r.Revision",
    ];

    public static async Task<List<string>> Of(Func<string, Task<List<string>>> rows, string collaborative)
    {
        var state = new List<string>();
        foreach (var query in (string[])[.. Others, Figures.Replace("{0}", "Submission", StringComparison.Ordinal), Figures.Replace("{0}", "SubmissionRevision", StringComparison.Ordinal)])
        {
            state.AddRange(await rows(query.Replace("{1}", collaborative, StringComparison.Ordinal)));
        }

        return state;
    }

    /// <summary>Both are the same, line by line; where not, the first differences are told.</summary>
    public static void AreAlike(List<string> disturbed, List<string> undisturbed, string what)
    {
        var wrong = disturbed.Zip(undisturbed).Where(pair => pair.First != pair.Second).Take(3).Select(pair => $"{pair.First} where it should be {pair.Second}").ToList();
        Assert.That(wrong, Is.Empty, what);
        Assert.That(disturbed, Has.Count.EqualTo(undisturbed.Count), what);
    }
}
