using Collaborative.Tests.Support;

namespace Collaborative.Tests.Contract;

/// <summary>Who calls. The order is that of the rows of every table below.</summary>
public enum Caller
{
    Nobody,
    BadKey,
    Expired,
    Revoked,
    Administrator,
    Director,
    Faculty,
    Sponsor,
    DataLead,
    Member,
    Integration,

    /// <summary>An integration that is limited to the team.</summary>
    TeamFeed,
}

/// <summary>What the address names. Each is a column of every table below.</summary>
public enum Place
{
    /// <summary>The caller's own collaborative, and in it the caller's own team.</summary>
    Own,

    /// <summary>Another team of the same collaborative.</summary>
    Team,

    /// <summary>Another collaborative, where everything is there.</summary>
    Elsewhere,

    /// <summary>A collaborative that does not exist.</summary>
    NoCollaborative,

    /// <summary>The own collaborative, but a team that does not exist.</summary>
    NoTeam,

    /// <summary>The own collaborative, but a measure that does not exist.</summary>
    NoMeasure,
}

/// <summary>One endpoint of the matrix.</summary>
/// <param name="Name">The endpoint's name in the OpenAPI document.</param>
/// <param name="Path">With {collaborative}, {team}, {measure} and {import} where the address names them.</param>
/// <param name="Expected">Which table below says what is answered.</param>
public sealed record Row(string Name, string Method, string Path, string Expected, string? Body = null);

/// <summary>
/// The access matrix, written by hand from the contract: everyone in a collaborative sees its description, measures, team
/// names and aggregates; figures of a team only that team, faculty and directors. A new endpoint is one row here and, where
/// no table says what it does, one table.
/// </summary>
public static class Matrix
{
    public const string Month = "2026-05";

    private const string Team = "/collaboratives/{collaborative}/teams/{team}";

    private const string Thread = "/collaboratives/{collaborative}/ideas/idea/thread";

    private const string TeamMeasure = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}";

    private const string AllTeams = "/collaboratives/{collaborative}/measures/{measure}";

    private const string TeamAnnotations = "/collaboratives/{collaborative}/teams/{team}/annotations";

    private const string Annotations = "/collaboratives/{collaborative}/annotations";

    private const string Annotation = """{ "month": "2026-03", "kind": "event", "text": "A new ward opened" }""";

    private const string Phase = """{ "reason": "The new bundle is in use" }""";

    private const string Flag = """{ "astronomical": true, "reason": "An outbreak" }""";

    private const string Reports = "/collaboratives/{collaborative}/teams/{team}/reports";

    private const string ReportReview = """{ "verdict": "accepted" }""";

    private const string Report = """{ "successes": "Oral care on every shift" }""";

    private const string Chase = "/collaboratives/{collaborative}/teams/{team}/chase/2026-05";

    private const string Calendar = "/collaboratives/{collaborative}/calendar";

    private const string Charter =
        """
        { "problem": "One in ten gets pneumonia", "measures": ["m"], "status": "submitted",
          "aim": { "statement": "Halve pneumonia in our ICU by December 2026", "howMuch": "by half", "byWhen": "2026-12", "forWhom": "ventilated adults in our ICU" }
        """;

    private const string Review = """{ "charterRevision": 1, "verdict": "accepted" }""";

    private const string Barriers = "/collaboratives/{collaborative}/teams/{team}/barriers";

    private const string Barrier = """{ "description": "No brushes at night", "owner": "Dr Grey" }""";

    private const string Scales = "/collaboratives/{collaborative}/scales";

    private const string Scale = """{ "name": "Our steps", "levels": [{ "value": 1, "name": "Begun" }, { "value": 5, "name": "Done" }] }""";

    private const string Assessments = "/collaboratives/{collaborative}/teams/{team}/assessments";

    private const string Assessment = """{ "value": 2.5, "justification": "Two changes tested" }""";

    private const string Members = "/collaboratives/{collaborative}/teams/{team}/members";

    private const string Member = """{ "name": "Ann", "roles": ["seniorLeader"], "from": "2026-01-01" }""";

    private const string Prework = "/collaboratives/{collaborative}/prework";

    private const string Sessions = "/collaboratives/{collaborative}/sessions";

    private const string Session = """{ "number": 1, "title": "Learning session 1", "firstDay": "2026-03-03", "lastDay": "2026-03-04" }""";

    private const string Calls = "/collaboratives/{collaborative}/calls";

    private const string Call = """{ "kind": "allTeam", "title": "April call", "startsAt": "2026-04-15T10:00:00Z" }""";

    private const string Profiles = "/collaboratives/{collaborative}/profiles";

    private const string Profile = """{ "partner": "Epic", "state": "confirmed", "teams": [{ "code": "W-12", "team": "mine" }], "measures": [{ "code": "CMS1", "measure": "m" }] }""";

    private const string Hooks = "/collaboratives/{collaborative}/webhooks";

    private const string Hook = """{ "name": "EHR", "url": "https://hooks.invalid/", "events": ["stageMoved"], "secret": "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA" }""";

    private const string NoDelivery = "/deliveries/00000000-0000-8000-8000-000000000000";

    private const string Connections = "/collaboratives/{collaborative}/connections";

    private const string Connection = """{ "name": "EHR", "url": "https://partner.invalid/export.csv", "kind": "file", "profile": "ehr", "schedule": { "everyMinutes": 10080 }, "authentication": { "kind": "bearer", "secret": "s" } }""";

    private const string Series = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/submissions";

    private const string TeamChart = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/chart";

    private const string AggregateChart = "/collaboratives/{collaborative}/measures/{measure}/chart";

    private const string Package =
        """
        { "aim": "Halve pneumonia by December 2026", "primaryDrivers": [{ "code": "p", "title": "P", "secondaryDrivers": [{ "code": "s", "title": "S",
          "concepts": [{ "code": "c", "title": "C", "ideas": [{ "code": "idea", "title": "An idea" }] }] }] }] }
        """;

    private const string Pdsa = """{ "title": "A test", "scale": { "kind": "onePatient" } }""";

    public static readonly IReadOnlyList<Row> Rows =
    [
        new("getMe", "GET", "/me", EveryoneReads),
        new("analyse", "POST", "/analysis", EveryoneReads, """{ "points": [{ "label": "a", "value": 1 }] }"""),
        new("getVersion", "GET", "/version", EveryoneReads),
        new("listCollaboratives", "GET", "/collaboratives", EveryoneReads),
        new("getCollaborative", "GET", "/collaboratives/{collaborative}", EveryoneReads),
        new("putCollaborative", "PUT", "/collaboratives/{collaborative}", AdministratorsCreate, Given.Collaborative),
        new("listTeams", "GET", "/collaboratives/{collaborative}/teams", EveryoneReads),
        new("getTeam", "GET", "/collaboratives/{collaborative}/teams/{team}", EveryoneReads),
        new("putTeam", "PUT", "/collaboratives/{collaborative}/teams/{team}", DirectorsDefine, Given.Team),
        new("listMeasures", "GET", "/collaboratives/{collaborative}/measures", EveryoneReads),
        new("getMeasure", "GET", "/collaboratives/{collaborative}/measures/{measure}", EveryoneReads),
        new("putMeasure", "PUT", "/collaboratives/{collaborative}/measures/{measure}", DirectorsDefine, Given.Rate),
        new("listSubmissions", "GET", "/collaboratives/{collaborative}/submissions", TeamsReadTheirFigures),
        new("listSeries", "GET", Series, TeamsReadTheirFigures),
        new("getSubmission", "GET", Series + "/" + Month, TeamsReadTheirFigures),
        new("listRevisions", "GET", Series + "/" + Month + "/revisions", TeamsReadTheirFigures),
        new("putSubmission", "PUT", Series + "/" + Month, TeamsWriteTheirFigures, Figures),
        new("withdrawSubmission", "DELETE", Series + "/" + Month, TeamsWithdrawTheirFigures),
        new("exportSubmissions", "GET", "/collaboratives/{collaborative}/submissions.csv", TeamsReadTheirFigures),
        new("exportWorkbook", "GET", "/collaboratives/{collaborative}/submissions.xlsx", TeamsReadTheirFigures),
        new("exportReports", "GET", "/collaboratives/{collaborative}/submissions.fhir.json", TeamsReadTheirFigures),
        new("exportReportLines", "GET", "/collaboratives/{collaborative}/submissions.fhir.ndjson", TeamsReadTheirFigures),
        new("getArchive", "GET", "/collaboratives/{collaborative}/archive", DirectorsWrite),
        new("getArchiveAsZip", "GET", "/collaboratives/{collaborative}/archive.zip", DirectorsWrite),
        new("importArchive", "POST", "/archives", AdministratorsImportArchives, "no archive"),
        new("getTemplate", "GET", Team + "/template.xlsx", TeamsReadTheirFigures),
        new("getTeamChart", "GET", TeamChart, PeopleReadTheirTeamsCharts),
        new("getTeamChartAsSvg", "GET", TeamChart + ".svg", PeopleReadTheirTeamsCharts),
        new("getTeamChartAsCsv", "GET", TeamChart + ".csv", PeopleReadTheirTeamsCharts),
        new("getAggregateChart", "GET", AggregateChart, EveryoneReads),
        new("getAggregateChartAsSvg", "GET", AggregateChart + ".svg", EveryoneReads),
        new("getAggregateChartAsCsv", "GET", AggregateChart + ".csv", EveryoneReads),
        new("getTeamChartAsHtml", "GET", TeamChart + ".html", PeopleReadTheirTeamsCharts),
        new("getAggregateChartAsHtml", "GET", AggregateChart + ".html", EveryoneReads),
        new("getTeamChartAsXlsx", "GET", TeamChart + ".xlsx", PeopleReadTheirTeamsCharts),
        new("getAggregateChartAsXlsx", "GET", AggregateChart + ".xlsx", EveryoneReads),
        new("putTeamAnnotation", "PUT", TeamAnnotations + "/note", TeamsWriteTheirWork, Annotation),
        new("withdrawTeamAnnotation", "DELETE", TeamAnnotations + "/note", TeamsTakeBackTheirWork),
        new("getTeamAnnotation", "GET", TeamAnnotations + "/note", PeopleReadTheirTeamsCharts),
        new("listTeamAnnotations", "GET", TeamAnnotations, PeopleReadTheirTeamsCharts),
        new("putAnnotation", "PUT", Annotations + "/note", DirectorsWrite, Annotation),
        new("withdrawAnnotation", "DELETE", Annotations + "/note", DirectorsTakeBack),
        new("getAnnotation", "GET", Annotations + "/note", EveryoneReads),
        new("listAnnotations", "GET", Annotations, EveryoneReads),
        new("putTeamPhase", "PUT", TeamMeasure + "/phases/2026-01", TeamsWriteTheirWork, Phase),
        new("withdrawTeamPhase", "DELETE", TeamMeasure + "/phases/2026-01", TeamsTakeBackTheirWork),
        new("getTeamPhase", "GET", TeamMeasure + "/phases/2026-01", PeopleReadTheirTeamsCharts),
        new("listTeamPhases", "GET", TeamMeasure + "/phases", PeopleReadTheirTeamsCharts),
        new("putPhase", "PUT", AllTeams + "/phases/2026-01", DirectorsWrite, Phase),
        new("withdrawPhase", "DELETE", AllTeams + "/phases/2026-01", DirectorsTakeBack),
        new("getPhase", "GET", AllTeams + "/phases/2026-01", EveryoneReads),
        new("listPhases", "GET", AllTeams + "/phases", EveryoneReads),
        new("putTeamFlag", "PUT", TeamMeasure + "/flags/2026-01", TeamsWriteTheirWork, Flag),
        new("withdrawTeamFlag", "DELETE", TeamMeasure + "/flags/2026-01", TeamsTakeBackTheirWork),
        new("getTeamFlag", "GET", TeamMeasure + "/flags/2026-01", PeopleReadTheirTeamsCharts),
        new("listTeamFlags", "GET", TeamMeasure + "/flags", PeopleReadTheirTeamsCharts),
        new("putFlag", "PUT", AllTeams + "/flags/2026-01", DirectorsWrite, Flag),
        new("withdrawFlag", "DELETE", AllTeams + "/flags/2026-01", DirectorsTakeBack),
        new("getFlag", "GET", AllTeams + "/flags/2026-01", EveryoneReads),
        new("listFlags", "GET", AllTeams + "/flags", EveryoneReads),
        new("getSmallMultiples", "GET", AllTeams + "/small-multiples", PeopleReadTheirTeamsCharts),
        new("getSmallMultiplesAsSvg", "GET", AllTeams + "/small-multiples.svg", PeopleReadTheirTeamsCharts),
        new("getFunnel", "GET", AllTeams + "/funnel", FacultyCompareTeams),
        new("getFunnelAsSvg", "GET", AllTeams + "/funnel.svg", FacultyCompareTeams),
        new("getTeamSummary", "GET", "/collaboratives/{collaborative}/teams/{team}/summary", PeopleReadTheirTeamsCharts),
        new("getMeasureSummary", "GET", AllTeams + "/summary", PeopleReadTheirTeamsCharts),
        new("getSummary", "GET", "/collaboratives/{collaborative}/summary", EveryoneReads),
        new("getTeamSummaryAsHtml", "GET", "/collaboratives/{collaborative}/teams/{team}/summary.html", PeopleReadTheirTeamsCharts),
        new("getMeasureSummaryAsHtml", "GET", AllTeams + "/summary.html", PeopleReadTheirTeamsCharts),
        new("getSummaryAsHtml", "GET", "/collaboratives/{collaborative}/summary.html", EveryoneReads),
        new("getTeamSummaryAsCsv", "GET", "/collaboratives/{collaborative}/teams/{team}/summary.csv", PeopleReadTheirTeamsCharts),
        new("getMeasureSummaryAsCsv", "GET", AllTeams + "/summary.csv", PeopleReadTheirTeamsCharts),
        new("getSummaryAsCsv", "GET", "/collaboratives/{collaborative}/summary.csv", EveryoneReads),
        new("getTeamSummaryAsXlsx", "GET", "/collaboratives/{collaborative}/teams/{team}/summary.xlsx", PeopleReadTheirTeamsCharts),
        new("getMeasureSummaryAsXlsx", "GET", AllTeams + "/summary.xlsx", PeopleReadTheirTeamsCharts),
        new("getSummaryAsXlsx", "GET", "/collaboratives/{collaborative}/summary.xlsx", EveryoneReads),
        new("getTeamProposals", "GET", TeamMeasure + "/proposals", PeopleReadTheirTeamsCharts),
        new("getProposals", "GET", AllTeams + "/proposals", EveryoneReads),
        new("getReporting", "GET", "/collaboratives/{collaborative}/reporting", PeopleReadTheirTeamsCharts),
        new("getReportingAsCsv", "GET", "/collaboratives/{collaborative}/reporting.csv", PeopleReadTheirTeamsCharts),
        new("listDueMonths", "GET", "/collaboratives/{collaborative}/teams/{team}/due-months", TeamsReadTheirFigures),
        new("putReport", "PUT", Reports + "/" + Month, TeamsWriteTheirWork, Report),
        new("getReport", "GET", Reports + "/" + Month, PeopleReadTheirTeamsCharts),
        new("reviewReport", "PUT", Reports + "/" + Month + "/review", FacultyReview, ReportReview),
        new("getReportReview", "GET", Reports + "/" + Month + "/review", PeopleReadTheirTeamsCharts),
        new("listTeamReports", "GET", Reports, PeopleReadTheirTeamsCharts),
        new("listReports", "GET", "/collaboratives/{collaborative}/reports", PeopleReadTheirTeamsCharts),
        new("moveStage", "PUT", "/collaboratives/{collaborative}/stage", DirectorsWrite, """{ "stage": "planning", "reason": "It stays there" }"""),
        new("getStage", "GET", "/collaboratives/{collaborative}/stage", EveryoneReads),
        new("getLaunch", "GET", "/collaboratives/{collaborative}/stage/launch", EveryoneReads),
        new("listStageMoves", "GET", "/collaboratives/{collaborative}/stage/moves", EveryoneReads),
        new("putCharter", "PUT", "/collaboratives/{collaborative}/charter", DirectorsWrite, Charter + " }"),
        new("getCharter", "GET", "/collaboratives/{collaborative}/charter", EveryoneReads),
        new("reviewCharter", "PUT", "/collaboratives/{collaborative}/charter/review", DirectorsWrite, Review),
        new("getCharterReview", "GET", "/collaboratives/{collaborative}/charter/review", EveryoneReads),
        new("putTeamCharter", "PUT", "/collaboratives/{collaborative}/teams/{team}/charter", TeamsWriteTheirWork, Charter + """, "sponsor": "Dr Grey" }"""),
        new("getTeamCharter", "GET", "/collaboratives/{collaborative}/teams/{team}/charter", PeopleReadTheirTeamsCharts),
        new("reviewTeamCharter", "PUT", "/collaboratives/{collaborative}/teams/{team}/charter/review", FacultyReview, Review),
        new("getTeamCharterReview", "GET", "/collaboratives/{collaborative}/teams/{team}/charter/review", PeopleReadTheirTeamsCharts),
        new("getTeamCharterDraft", "GET", "/collaboratives/{collaborative}/teams/{team}/charter/draft", PeopleReadTheirTeamsCharts),
        new("planCalendar", "PUT", Calendar + "/plan", DirectorsWrite, """{ "firstLearningSession": "2026-03-03" }"""),
        new("getCalendarPlan", "GET", Calendar + "/plan", EveryoneReads),
        new("getCalendar", "GET", Calendar, EveryoneReads),
        new("putCalendarEvent", "PUT", Calendar + "/events/visit", DirectorsWrite, """{ "kind": "event", "title": "Visit", "from": "2026-05-05" }"""),
        new("withdrawCalendarEvent", "DELETE", Calendar + "/events/visit", DirectorsTakeBack),
        new("getCalendarEvent", "GET", Calendar + "/events/visit", EveryoneReads),
        new("listCalendarEvents", "GET", Calendar + "/events", EveryoneReads),
        new("putCalendarLink", "PUT", Calendar + "/links/mine", DirectorsWrite, """{ "title": "Mine" }"""),
        new("revokeCalendarLink", "DELETE", Calendar + "/links/mine", DirectorsTakeBack),
        new("getCalendarLink", "GET", Calendar + "/links/mine", DirectorsWrite),
        new("listCalendarLinks", "GET", Calendar + "/links", DirectorsWrite),
        new("getDueList", "GET", "/collaboratives/{collaborative}/due-list", PeopleReadTheirTeamsCharts),
        new("putChaseContact", "PUT", Chase, FacultyReview, """{ "contactedOn": "2026-06-16" }"""),
        new("withdrawChaseContact", "DELETE", Chase, FacultyTakeBack),
        new("getChaseContact", "GET", Chase, PeopleReadTheirTeamsCharts),
        new("previewReminders", "GET", "/collaboratives/{collaborative}/reminders/preview", DirectorsWrite),
        new("listReminders", "GET", "/collaboratives/{collaborative}/reminders", DirectorsWrite),
        new("listCharters", "GET", "/collaboratives/{collaborative}/charters", PeopleReadTheirTeamsCharts),
        new("putChangePackage", "PUT", "/collaboratives/{collaborative}/change-package", DirectorsWrite, Package),
        new("getChangePackage", "GET", "/collaboratives/{collaborative}/change-package", EveryoneReads),
        new("getDriverDiagram", "GET", "/collaboratives/{collaborative}/driver-diagram", EveryoneReads),
        new("getDriverDiagramAsSvg", "GET", "/collaboratives/{collaborative}/driver-diagram.svg", EveryoneReads),
        new("putIdea", "PUT", Team + "/ideas/own", TeamsWriteTheirWork, """{ "title": "An idea of our own" }"""),
        new("withdrawIdea", "DELETE", Team + "/ideas/own", TeamsTakeBackTheirWork),
        new("getIdea", "GET", Team + "/ideas/own", PeopleReadTheirTeamsCharts),
        new("listIdeas", "GET", Team + "/ideas", PeopleReadTheirTeamsCharts),
        new("putIdeaProgress", "PUT", Team + "/ideas/idea/progress", TeamsWriteTheirWork, """{ "status": "testing" }"""),
        new("getIdeaProgress", "GET", Team + "/ideas/idea/progress", PeopleReadTheirTeamsCharts),
        new("getIdeaMatrix", "GET", "/collaboratives/{collaborative}/idea-matrix", PeopleReadTheirTeamsCharts),
        new("getIdeaMatrixAsCsv", "GET", "/collaboratives/{collaborative}/idea-matrix.csv", PeopleReadTheirTeamsCharts),
        new("getIdeaMatrixAsSvg", "GET", "/collaboratives/{collaborative}/idea-matrix.svg", PeopleReadTheirTeamsCharts),
        new("listLibrary", "GET", "/collaboratives/{collaborative}/library", EveryoneReads),
        new("getDigest", "GET", "/collaboratives/{collaborative}/digest", EveryoneReads),
        new("getDigestAsText", "GET", "/collaboratives/{collaborative}/digest.txt", EveryoneReads),
        new("putThreadPost", "PUT", Thread + "/post", AuthorsRewrite, """{ "kind": "question", "text": "How often?" }"""),
        new("withdrawThreadPost", "DELETE", Thread + "/post", AuthorsAndDirectorsTakeBack),
        new("getThreadPost", "GET", Thread + "/post", EveryoneReads),
        new("listThread", "GET", Thread, EveryoneReads),
        new("putPdsa", "PUT", Team + "/pdsa/one", TeamsWriteTheirWork, Pdsa),
        new("withdrawPdsa", "DELETE", Team + "/pdsa/one", TeamsTakeBackTheirWork),
        new("getPdsa", "GET", Team + "/pdsa/one", PeopleReadTheirTeamsCharts),
        new("listTeamPdsa", "GET", Team + "/pdsa", PeopleReadTheirTeamsCharts),
        new("listPdsa", "GET", "/collaboratives/{collaborative}/pdsa", PeopleReadTheirTeamsCharts),
        new("listRamps", "GET", Team + "/ramps", PeopleReadTheirTeamsCharts),
        new("putScale", "PUT", Scales + "/ours", DirectorsWrite, Scale),
        new("getScale", "GET", Scales + "/ours", EveryoneReads),
        new("listScales", "GET", Scales, EveryoneReads),
        new("putSelfAssessment", "PUT", Assessments + "/" + Month + "/self", TeamsWriteTheirWork, Assessment),
        new("putAssessment", "PUT", Assessments + "/" + Month + "/director", FacultyReview, Assessment),
        new("getAssessment", "GET", Assessments + "/" + Month + "/director", PeopleReadTheirTeamsCharts),
        new("getCeiling", "GET", Assessments + "/" + Month + "/ceiling", PeopleReadTheirTeamsCharts),
        new("listTeamAssessments", "GET", Assessments, PeopleReadTheirTeamsCharts),
        new("listAssessments", "GET", "/collaboratives/{collaborative}/assessments", PeopleReadTheirTeamsCharts),
        new("getScoreDistribution", "GET", "/collaboratives/{collaborative}/assessments/distribution", EveryoneReads),
        new("putEnrolment", "PUT", Team + "/enrolment", DirectorsWrite, """{ "state": "completed" }"""),
        new("withdrawEnrolment", "DELETE", Team + "/enrolment", DirectorsTakeBack),
        new("getEnrolment", "GET", Team + "/enrolment", PeopleReadTheirTeamsCharts),
        new("listEnrolments", "GET", "/collaboratives/{collaborative}/enrolments", PeopleReadTheirTeamsCharts),
        new("putReadiness", "PUT", Team + "/readiness", TeamsWriteTheirWork, """{ "items": [{ "number": 1, "rating": "met" }] }"""),
        new("getReadiness", "GET", Team + "/readiness", PeopleReadTheirTeamsCharts),
        new("listReadiness", "GET", "/collaboratives/{collaborative}/readiness", PeopleReadTheirTeamsCharts),
        new("putTeamMember", "PUT", Members + "/ann", TeamsWriteTheirWork, Member),
        new("withdrawTeamMember", "DELETE", Members + "/ann", TeamsTakeBackTheirWork),
        new("getTeamMember", "GET", Members + "/ann", PeopleReadTheirTeamsCharts),
        new("listTeamMembers", "GET", Members, PeopleReadTheirTeamsCharts),
        new("reviewRoster", "GET", Team + "/roster", PeopleReadTheirTeamsCharts),
        new("listRosters", "GET", "/collaboratives/{collaborative}/rosters", PeopleReadTheirTeamsCharts),
        new("putPreworkItem", "PUT", Prework + "/aim", DirectorsWrite, """{ "title": "Draft the aim", "type": "document", "dueOffsetDays": -42 }"""),
        new("withdrawPreworkItem", "DELETE", Prework + "/aim", DirectorsTakeBack),
        new("getPreworkItem", "GET", Prework + "/aim", EveryoneReads),
        new("listPreworkItems", "GET", Prework, EveryoneReads),
        new("getPreworkDefaults", "GET", "/collaboratives/{collaborative}/prework-defaults", EveryoneReads),
        new("putTeamPrework", "PUT", Team + "/prework/aim", TeamsAndFacultyWrite, """{ "state": "submitted" }"""),
        new("getTeamPrework", "GET", Team + "/prework/aim", PeopleReadTheirTeamsCharts),
        new("listTeamPrework", "GET", Team + "/prework", PeopleReadTheirTeamsCharts),
        new("listPreworkStatus", "GET", "/collaboratives/{collaborative}/prework-status", PeopleReadTheirTeamsCharts),
        new("putLearningSession", "PUT", Sessions + "/ls1", DirectorsWrite, Session),
        new("withdrawLearningSession", "DELETE", Sessions + "/ls1", DirectorsTakeBack),
        new("getLearningSession", "GET", Sessions + "/ls1", EveryoneReads),
        new("listLearningSessions", "GET", Sessions, EveryoneReads),
        new("listActionPeriods", "GET", "/collaboratives/{collaborative}/action-periods", EveryoneReads),
        new("putStoryboard", "PUT", Team + "/sessions/ls1/storyboard", TeamsWriteTheirWork, "%PDF-1.7 our storyboard"),
        new("withdrawStoryboard", "DELETE", Team + "/sessions/ls1/storyboard", TeamsTakeBackTheirWork),
        new("getStoryboard", "GET", Team + "/sessions/ls1/storyboard", PeopleReadTheirTeamsCharts),
        new("listStoryboards", "GET", Sessions + "/ls1/storyboards", PeopleReadTheirTeamsCharts),
        new("putAttendance", "PUT", Team + "/sessions/ls1/attendance/2026-03-03", FacultyReview, """{ "present": [] }"""),
        new("getAttendance", "GET", Team + "/sessions/ls1/attendance/2026-03-03", PeopleReadTheirTeamsCharts),
        new("listTeamAttendance", "GET", Team + "/sessions/ls1/attendance", PeopleReadTheirTeamsCharts),
        new("listAttendance", "GET", Sessions + "/ls1/attendance", PeopleReadTheirTeamsCharts),
        new("putEvaluation", "PUT", Team + "/sessions/ls1/evaluation", TeamsWriteTheirWork, """{ "comments": "Well done" }"""),
        new("getEvaluation", "GET", Team + "/sessions/ls1/evaluation", PeopleReadTheirTeamsCharts),
        new("listEvaluations", "GET", Sessions + "/ls1/evaluations", FacultyCompareTeams),
        new("getSessionKpis", "GET", Sessions + "/ls1/kpis", FacultyCompareTeams),
        new("putCoachingCall", "PUT", Calls + "/call1", FacultyReview, Call),
        new("withdrawCoachingCall", "DELETE", Calls + "/call1", FacultyTakeBack),
        new("getCoachingCall", "GET", Calls + "/call1", EveryoneReads),
        new("listCoachingCalls", "GET", Calls, EveryoneReads),
        new("putCallAttendance", "PUT", Calls + "/call1/attendance", FacultyReview, """{ "teams": ["mine"] }"""),
        new("getCallAttendance", "GET", Calls + "/call1/attendance", FacultyCompareTeams),
        new("getCallKpis", "GET", "/collaboratives/{collaborative}/call-kpis", FacultyCompareTeams),
        new("putSiteVisit", "PUT", Team + "/visits/first", FacultyReview, """{ "on": "2026-04-20" }"""),
        new("withdrawSiteVisit", "DELETE", Team + "/visits/first", FacultyTakeBack),
        new("getSiteVisit", "GET", Team + "/visits/first", PeopleReadTheirTeamsCharts),
        new("listSiteVisits", "GET", Team + "/visits", PeopleReadTheirTeamsCharts),
        new("putBarrier", "PUT", Barriers + "/brushes", TeamsWriteTheirWork, Barrier),
        new("getBarrier", "GET", Barriers + "/brushes", PeopleReadTheirTeamsCharts),
        new("withdrawBarrier", "DELETE", Barriers + "/brushes", TeamsTakeBackTheirWork),
        new("listTeamBarriers", "GET", Barriers, PeopleReadTheirTeamsCharts),
        new("listBarriers", "GET", "/collaboratives/{collaborative}/barriers", PeopleReadTheirTeamsCharts),
        new("getHistory", "GET", "/collaboratives/{collaborative}/history", PeopleRead),
        new("startImport", "POST", "/collaboratives/{collaborative}/imports", TeamsImport, "team,measure,month,numerator,denominator\nmine,m,2026-05,3,100\n"),
        new("listImports", "GET", "/collaboratives/{collaborative}/imports", ImportersReadTheirImports),
        new("getImport", "GET", "/imports/{import}", ImportersReadTheirImports),
        new("listImportRows", "GET", "/imports/{import}/rows", ImportersReadTheirImports),
        new("listImportChanges", "GET", "/imports/{import}/changes", ImportersReadTheirImports),
        new("appendUpload", "PATCH", "/imports/{import}", ImportersAppend),
        new("undoImport", "POST", "/imports/{import}/undo", ImportersUndoTheirImports),
        new("reviewImport", "PUT", "/imports/{import}/review", PeopleReviewImports, """{ "verdict": "accepted" }"""),
        new("putProfile", "PUT", Profiles + "/ehr", DirectorsWrite, Profile),
        new("getProfile", "GET", Profiles + "/ehr", ImportersReadTheirImports),
        new("listProfiles", "GET", Profiles, ImportersReadTheirImports),
        new("withdrawProfile", "DELETE", Profiles + "/ehr", DirectorsTakeBack),
        new("putWebhook", "PUT", Hooks + "/ehr", DirectorsWrite, Hook),
        new("getWebhook", "GET", Hooks + "/ehr", DirectorsWrite),
        new("listWebhooks", "GET", Hooks, DirectorsWrite),
        new("listDeliveries", "GET", Hooks + "/ehr/deliveries", DirectorsWrite),
        new("getDelivery", "GET", Hooks + "/ehr" + NoDelivery, DirectorsFindNone),
        new("redeliver", "POST", Hooks + "/ehr" + NoDelivery + "/redeliver", DirectorsFindNone),
        new("replayWebhook", "POST", Hooks + "/ehr/replay", DirectorsOrder, """{ "from": "2026-07-01T00:00:00Z" }"""),
        new("pingWebhook", "POST", Hooks + "/ehr/ping", DirectorsOrder),
        new("withdrawWebhook", "DELETE", Hooks + "/ehr", DirectorsTakeBack),
        new("makeWebhookSecret", "POST", Hooks + "/ehr/secret", DirectorsMake),
        new("putConnection", "PUT", Connections + "/ehr", DirectorsWrite, Connection),
        new("getConnection", "GET", Connections + "/ehr", DirectorsWrite),
        new("listConnections", "GET", Connections, DirectorsWrite),
        new("getConnectionHealth", "GET", Connections + "/ehr/health", DirectorsWrite),
        new("runConnection", "POST", Connections + "/ehr/run", DirectorsOrder),
        new("listConnectionRuns", "GET", Connections + "/ehr/runs", DirectorsWrite),
        new("getConnectionRun", "GET", Connections + "/ehr/runs/0198f2c0-0000-7000-8000-000000000000", DirectorsFindNone),
        new("withdrawConnection", "DELETE", Connections + "/ehr", DirectorsTakeBack),
        new("getRejectedRows", "GET", "/imports/{import}/rows.csv", ImportersReadTheirImports),
        new("cancelImport", "DELETE", "/imports/{import}", ImportersCancelTheirImports),
    ];

    /// <summary>Endpoints that answer without a key, by method and pattern. Each is a decision.</summary>
    public static readonly IReadOnlyList<string> Anonymous =
    [
        "/health/live",
        "/sign-in",
        "/health/ready",
        "/site.css",

        // The link in a reminder, made for one person: whoever holds it may say that she wants no more of them.
        "/opt-out/{token}",

        // A calendar program sends no key: the address itself is the secret, 256 bits of it, and can be revoked.
        "/calendars/{token}.ics",
    ];

    public const string Figures = """{ "numerator": 3, "denominator": 100 }""";

    private const string EveryoneReads =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         200  200   404        404              404     404
        DataLead        200  200   404        404              404     404
        Member          200  200   404        404              404     404
        Integration     200  200   404        404              404     404
        TeamFeed        200  200   404        404              404     404
        """;

    // Everyone but integrations; what is in the answer depends on who looks.
    private const string PeopleRead =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         200  200   404        404              404     404
        DataLead        200  200   404        404              404     404
        Member          200  200   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  403   404        404              404     404
        """;

    private const string FacultyReview =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string AdministratorsCreate =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  -     200        201              -       -
        Director        200  -     404        404              -       -
        Faculty         403  -     404        404              -       -
        Sponsor         403  -     404        404              -       -
        DataLead        403  -     404        404              -       -
        Member          403  -     404        404              -       -
        Integration     403  -     404        404              -       -
        TeamFeed        403  -     404        404              -       -
        """;

    // A team that is there is known by name to everyone; for those who may not define teams, one that is not there is not.
    private const string DirectorsDefine =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              201     201
        Director        200  200   404        404              201     201
        Faculty         403  403   404        404              403     403
        Sponsor         403  403   404        404              403     403
        DataLead        403  403   404        404              403     403
        Member          403  403   404        404              403     403
        Integration     403  403   404        404              403     403
        TeamFeed        403  403   404        404              403     403
        """;

    private const string TeamsReadTheirFigures =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          200  404   404        404              404     404
        Integration     200  200   404        404              404     404
        TeamFeed        200  404   404        404              404     404
        """;

    private const string TeamsWriteTheirFigures =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     200  200   404        404              404     404
        TeamFeed        200  404   404        404              404     404
        """;

    // 428: past the door, but the request does not say which revision it takes back.
    private const string TeamsWithdrawTheirFigures =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   428  428   428        404              404     404
        Director        428  428   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        428  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     428  428   404        404              404     404
        TeamFeed        428  404   404        404              404     404
        """;

    // For people: an integration carries figures in and reads back what it carried.
    private const string PeopleReadTheirTeamsCharts =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          200  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string TeamsWriteTheirWork =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    // 428: past the door, but the request does not say which revision it takes back.
    private const string TeamsTakeBackTheirWork =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   428  428   428        404              404     404
        Director        428  428   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        428  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string TeamsAndFacultyWrite =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    // 415: past the door, but what is sent is no archive.
    private const string AdministratorsImportArchives =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  -     -          -                -       -
        BadKey          401  -     -          -                -       -
        Expired         401  -     -          -                -       -
        Revoked         401  -     -          -                -       -
        Administrator   415  -     -          -                -       -
        Director        403  -     -          -                -       -
        Faculty         403  -     -          -                -       -
        Sponsor         403  -     -          -                -       -
        DataLead        403  -     -          -                -       -
        Member          403  -     -          -                -       -
        Integration     403  -     -          -                -       -
        TeamFeed        403  -     -          -                -       -
        """;

    private const string DirectorsWrite =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string DirectorsOrder =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   202  202   202        404              404     404
        Director        202  202   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string DirectorsMake =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   201  201   201        404              404     404
        Director        201  201   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    // Past the door, there is none of that id.
    private const string DirectorsFindNone =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   404  404   404        404              404     404
        Director        404  404   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string DirectorsTakeBack =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   428  428   428        404              404     404
        Director        428  428   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    // 428: past the door, but the request does not say which revision it takes back.
    private const string FacultyTakeBack =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   428  428   428        404              404     404
        Director        428  428   404        404              404     404
        Faculty         428  428   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    private const string FacultyCompareTeams =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        403  403   404        404              404     404
        Member          403  403   404        404              404     404
        Integration     403  403   404        404              404     404
        TeamFeed        403  403   404        404              404     404
        """;

    // The post is an administrator's: others may write into the thread, but not over it.
    private const string AuthorsRewrite =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  -     200        404              -       -
        Director        403  -     404        404              -       -
        Faculty         403  -     404        404              -       -
        Sponsor         403  -     404        404              -       -
        DataLead        403  -     404        404              -       -
        Member          403  -     404        404              -       -
        Integration     403  -     404        404              -       -
        TeamFeed        403  -     404        404              -       -
        """;

    // 428: past the door, but the request does not say which revision it takes back.
    private const string AuthorsAndDirectorsTakeBack =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   428  -     428        404              -       -
        Director        428  -     404        404              -       -
        Faculty         403  -     404        404              -       -
        Sponsor         403  -     404        404              -       -
        DataLead        403  -     404        404              -       -
        Member          403  -     404        404              -       -
        Integration     403  -     404        404              -       -
        TeamFeed        403  -     404        404              -       -
        """;

    private const string TeamsImport =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   202  -     202        404              404     404
        Director        202  -     404        404              404     404
        Faculty         403  -     404        404              404     404
        Sponsor         403  -     404        404              404     404
        DataLead        202  -     404        404              404     404
        Member          403  -     404        404              404     404
        Integration     202  -     404        404              404     404
        TeamFeed        202  -     404        404              404     404
        """;

    // Of imports, own is one that the caller's key started, or a director's where the caller may start none; team is somebody else's.
    private const string ImportersReadTheirImports =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          403  403   404        404              404     404
        Integration     200  404   404        404              404     404
        TeamFeed        200  404   404        404              404     404
        """;

    // 409: past the door, but the import has ended.
    private const string ImportersCancelTheirImports =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   409  409   409        404              404     404
        Director        409  409   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        409  404   404        404              404     404
        Member          403  403   404        404              404     404
        Integration     409  404   404        404              404     404
        TeamFeed        409  404   404        404              404     404
        """;

    // 415: past the door, but what is sent is no piece of a file.
    private const string ImportersAppend =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   415  415   415        404              404     404
        Director        415  415   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        415  404   404        404              404     404
        Member          403  403   404        404              404     404
        Integration     415  404   404        404              404     404
        TeamFeed        415  404   404        404              404     404
        """;

    private const string ImportersUndoTheirImports =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   202  202   202        404              404     404
        Director        202  202   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        202  404   404        404              404     404
        Member          403  403   404        404              404     404
        Integration     202  404   404        404              404     404
        TeamFeed        202  404   404        404              404     404
        """;

    // 409: past the door, but the import does not wait for anybody.
    private const string PeopleReviewImports =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   409  409   409        404              404     404
        Director        409  409   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        409  404   404        404              404     404
        Member          403  403   404        404              404     404
        Integration     403  404   404        404              404     404
        TeamFeed        403  404   404        404              404     404
        """;

    /// <summary>The columns that make sense for an address.</summary>
    public static IEnumerable<Place> Places(Row row)
    {
        yield return Place.Own;
        if (row.Path.Contains("{team}", StringComparison.Ordinal))
        {
            yield return Place.Team;
            yield return Place.NoTeam;
        }

        if (row.Path.Contains("{import}", StringComparison.Ordinal))
        {
            yield return Place.Team;
        }

        if (row.Path.Contains("{collaborative}", StringComparison.Ordinal) || row.Path.Contains("{import}", StringComparison.Ordinal))
        {
            yield return Place.Elsewhere;
            yield return Place.NoCollaborative;
        }

        if (row.Path.Contains("{measure}", StringComparison.Ordinal))
        {
            yield return Place.NoMeasure;
        }
    }

    /// <summary>What the row's table says.</summary>
    public static int Expected(Row row, Caller caller, Place place)
    {
        var lines = row.Expected.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var column = Array.FindIndex(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), name => name.Equals(place.ToString(), StringComparison.OrdinalIgnoreCase));
        var cells = lines.Single(line => line.StartsWith($"{caller} ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.Parse(cells[column + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
