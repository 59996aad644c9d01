using Collaborative.Infrastructure.Assessments;
using Collaborative.Infrastructure.Barriers;
using Collaborative.Infrastructure.Calendars;
using Collaborative.Infrastructure.ChangePackages;
using Collaborative.Infrastructure.Charters;
using Collaborative.Infrastructure.Chase;
using Collaborative.Infrastructure.Coaching;
using Collaborative.Infrastructure.Collaboratives;
using Collaborative.Infrastructure.Enrolments;
using Collaborative.Infrastructure.Imports;
using Collaborative.Infrastructure.LearningSessions;
using Collaborative.Infrastructure.Library;
using Collaborative.Infrastructure.Measures;
using Collaborative.Infrastructure.Pdsa;
using Collaborative.Infrastructure.Prework;
using Collaborative.Infrastructure.Reports;
using Collaborative.Infrastructure.Rosters;
using Collaborative.Infrastructure.RunCharts;
using Collaborative.Infrastructure.Stages;
using Collaborative.Infrastructure.Submissions;
using Collaborative.Infrastructure.Teams;
using Collaborative.Infrastructure.Webhooks;

namespace Collaborative.Infrastructure.Archives;

/// <summary>A table that no archive holds, and why.</summary>
/// <param name="Subject">As what the history names its things; what it tells of them stays behind too.</param>
internal sealed record LeftOut(string Table, string Reason, string? Subject = null);

/// <summary>All that an archive holds of a collaborative, and what it leaves out. A test holds both against the schema.</summary>
internal static class ArchiveTables
{
    private const string Versioned = "Id id, CollaborativeId id>Collaborative, Revision int, IsWithdrawn flag, RecordedAt instant, RecordedBy text200";

    private const string Coded = $"{Versioned}, Code text40, CodeKey text40";

    private const string Figures =
        "MeasureId id>Measure, TeamId id>Team, ReportMonth month, Revision int, Status text40, Numerator real?, Denominator real?, Figure real?, "
        + "SampleSize real?, StandardDeviation real?, Gaps text?, NoDataReason text4000?, Note text4000?, Strata json?, SubmittedAt instant?, "
        + "SubmittedBy text200?, RecordedAt instant, RecordedBy text200, Reason text4000?, Origin text40, ImportId id?>ImportJob, ImportRow int?";

    private const string IsAKey = "Who may come in is a matter of the server: keys are made there.";

    private const string IsALinkToElsewhere = "It belongs to this server and its secrets.";

    public static readonly IReadOnlyList<LeftOut> LeftOut =
    [
        new("ApiKey", IsAKey),
        new("ApiKeyTeam", IsAKey),
        new("IdempotencyKey", "It is good for one key on one server."),
        new("ImportBody", "What came of a file is here; the file stays with the partner."),
        new("CalendarLink", "Its address is secret, and that of this server.", LinkRow.Subject),
        new("PartnerConnection", IsALinkToElsewhere, "connection"),
        new("ConnectionState", IsALinkToElsewhere),
        new("ConnectionRun", IsALinkToElsewhere),
        new("Webhook", IsALinkToElsewhere, WebhookRow.Subject),
        new("WebhookSecret", IsALinkToElsewhere),
        new("WebhookProgress", IsALinkToElsewhere),
        new("WebhookDelivery", "What was sent from here was sent from here."),
        new("ReminderDay", "What was sent from here was sent from here."),
        new("ReminderMessage", "What was sent from here was sent from here."),
    ];

    /// <summary>The files of storyboards: each is an entry of its own, named after its row in <see cref="StoryboardFile"/>.</summary>
    public const string StoryboardPart = "StoryboardPart";

    private static readonly string OnlyCarriedSubjects =
        $"Subject NOT IN ({string.Join(", ", LeftOut.Where(table => table.Subject is not null).Select(table => $"'{table.Subject}'"))})";

    /// <summary>In an order in which each row finds the rows that it refers to.</summary>
    public static readonly IReadOnlyList<ArchiveTable> All =
    [
        new(
            "Collaborative",
            "Id",
            "Id id, Code text40, CodeKey text40, Revision int, Name text200, Topic text200, Aim text4000, StartMonth month, EndMonth month, "
            + "BaselineFrom month, TimeZone text100, ReportDueDay int, LockAfterDays int?, Status text40, DataVersion long, ChangedAt instant, "
            + "RecordedAt instant, RecordedBy text200, Reason text4000?",
            typeof(CollaborativeRow)),
        new(
            "CollaborativeRevision",
            "CollaborativeId, Revision",
            "CollaborativeId id>Collaborative, Revision int, Name text200, Topic text200, Aim text4000, StartMonth month, EndMonth month, "
            + "BaselineFrom month, TimeZone text100, ReportDueDay int, LockAfterDays int?, Status text40, RecordedAt instant, RecordedBy text200, "
            + "Reason text4000?",
            typeof(CollaborativeRow)),
        new(
            "CollaborativeChange",
            "CollaborativeId, DataVersion",
            "CollaborativeId id>Collaborative, DataVersion long, RecordedAt instant"),
        new(
            "Team",
            "Id",
            "Id id, CollaborativeId id>Collaborative, Code text40, CodeKey text40, Revision int, Name text200, Organisation text200?, "
            + "Region text200?, EnrolledFrom month, WithdrawnAfter month?, RecordedAt instant, RecordedBy text200, Reason text4000?, "
            + "EnrolmentState text40?",
            typeof(TeamRow)),
        new(
            "TeamRevision",
            "TeamId, Revision",
            "TeamId id>Team, Revision int, Name text200, Organisation text200?, Region text200?, EnrolledFrom month, WithdrawnAfter month?, "
            + "RecordedAt instant, RecordedBy text200, Reason text4000?, EnrolmentState text40?",
            typeof(TeamRow)),
        new(
            "Measure",
            "Id",
            "Id id, CollaborativeId id>Collaborative, Code text40, CodeKey text40, Revision int, Name text200, MeasureType text40, Kind text40, "
            + "Direction text40, Multiplier real, Unit text200?, NumeratorDefinition text4000?, DenominatorDefinition text4000?, GoalValue real?, "
            + "GoalByMonth month?, IsRequired flag, Decimals int?, MinimumDenominator real, PlannedSample real?, RecordedAt instant, "
            + "RecordedBy text200, Reason text4000?",
            typeof(MeasureRow)),
        new(
            "MeasureRevision",
            "MeasureId, Revision",
            "MeasureId id>Measure, Revision int, Name text200, MeasureType text40, Kind text40, Direction text40, Multiplier real, "
            + "Unit text200?, NumeratorDefinition text4000?, DenominatorDefinition text4000?, GoalValue real?, GoalByMonth month?, "
            + "IsRequired flag, Decimals int?, MinimumDenominator real, PlannedSample real?, RecordedAt instant, RecordedBy text200, "
            + "Reason text4000?",
            typeof(MeasureRow)),
        new(
            "ImportProfile",
            "Id",
            $"{Coded}, PartnerName text200, State text40, IsAutoAccepted flag, Periods text40, MappingsJson json, YearStartsIn int?",
            typeof(ProfileRow)),
        new(
            "ImportJob",
            "Id",
            "Id id, CollaborativeId id>Collaborative, State text40, Format text40, IsDryRun flag, CreateTeams flag, Reason text4000?, "
            + "ContentHash text64?, TotalBytes long, DoneBytes long, Stage text40, NextRow int, NextTeamKey text40?, AcceptedRows int, "
            + "UnchangedRows int, WarnedRows int, RejectedRows int, CreatedTeams int, Failure text?, Fence -long, LeaseUntil -instant?, "
            + "ApiKeyId -id, CreatedBy text200, CreatedAt instant, StartedAt instant?, EndedAt instant?, MeasureCode text40?, "
            + "TranscribedBytes long?, FailureCode text40?, ProfileCode text40?, IsAtomic flag?, UnmappedJson json?, Verdict text40?, "
            + "ReviewedBy text200?, ReviewedAt instant?, ReviewNote text4000?, UploadBytes long?, Family text40?, UndoesId id?>ImportJob, "
            + "ConnectionId -id?, Claims -int?, Furthest -long?, ReviewKeyId -id?",
            typeof(ImportRecord),
            "State NOT IN ('receiving', 'uploading')"),
        new(
            "ImportRow",
            "ImportId, RowNumber",
            "ImportId id>ImportJob, RowNumber int, Outcome text40, Team text100?, Measure text100?, ReportMonth text100?, Problems json?, "
            + "RawText text?, SourcePlace text100?, ChangeJson json?"),
        new(
            "YearToDateFigure",
            "ProfileId, MeasureId, TeamId, ReportMonth, Revision",
            "ProfileId id>ImportProfile, MeasureId id>Measure, TeamId id>Team, ReportMonth month, Revision int, ImportId id>ImportJob, "
            + "ImportRow int, IsUndone flag, FiguresJson json"),
        new(
            "Submission",
            "MeasureId, TeamId, ReportMonth",
            Figures,
            typeof(SubmissionRow)),
        new(
            "SubmissionRevision",
            "MeasureId, TeamId, ReportMonth, Revision",
            Figures,
            typeof(SubmissionRow)),
        new(
            "Annotation",
            "Id",
            $"{Coded}, OwnerId id>Team|Collaborative, MeasureId id?>Measure, MeasureCode text40?, OnMonth month, Kind text40, Note text4000",
            typeof(AnnotationRow)),
        new(
            "ChartPhase",
            "Id",
            $"{Versioned}, OwnerId id>Team|Collaborative, MeasureId id>Measure, MeasureCode text40, StartMonth month, FreezeMonths int?, "
            + "Reason text4000, AnnotationCode text40?, Policy text40?",
            typeof(PhaseRow)),
        new(
            "PointFlag",
            "Id",
            $"{Versioned}, OwnerId id>Team|Collaborative, MeasureId id>Measure, MeasureCode text40, ReportMonth month, IsAstronomical flag, "
            + "IsExcluded flag, Reason text4000",
            typeof(FlagRow)),
        new(
            "CollaborativeStage",
            "Id",
            $"{Versioned}, Stage text40, SessionKind text40?, SessionNumber int?, MoveReason text4000?, OverrideReason text4000?, "
            + "LaunchedAt instant?",
            typeof(StageRow)),
        new(
            "Charter",
            "Id",
            $"{Versioned}, OwnerId id>Team|Collaborative, State text40, ReviewComment text4000?, AcceptedAt instant?, DocumentJson json",
            typeof(CharterRow)),
        new(
            "CharterReview",
            "Id",
            $"{Versioned}, OwnerId id>Team|Collaborative, CharterRevision int, Verdict text40, Comment text4000?",
            typeof(CharterReviewRow)),
        new(
            "ProgrammeCalendar",
            "Id",
            $"{Versioned}, FirstSessionDay day, LearningSessions int, SessionDays int, MonthsBetweenSessions int, MonthsToClosing int",
            typeof(PlanRow)),
        new(
            "CalendarEvent",
            "Id",
            $"{Coded}, Kind text40?, Title text200?, FirstDay day?, LastDay day?, IsRemoved flag",
            typeof(EventRow)),
        new(
            "Enrolment",
            "Id",
            $"{Versioned}, TeamId id>Team, TeamCode text40, State text40, SinceDay day, Reason text4000?, LastMonth month?, "
            + "SeniorLeaderName text200?, SignedOn day?, LetterReference text1000?",
            typeof(EnrolmentRow)),
        new(
            "ReadinessChecklist",
            "Id",
            $"{Versioned}, TeamId id>Team, TeamCode text40, PassesGate flag, ItemsJson json",
            typeof(ReadinessRow)),
        new(
            "TeamMember",
            "Id",
            $"{Coded}, TeamId id>Team, Name text200, RolesJson json, Email text254?, Phone text100?, FromDay day, ToDay day?, TimePercent real?, "
            + "IsOptedOut flag",
            typeof(TeamMemberRow)),
        new(
            "PreworkItem",
            "Id",
            $"{Coded}, Title text200, Kind text40, DueOffsetDays int, OwnerRole text40, Description text4000?",
            typeof(PreworkItemRow)),
        new(
            "PreworkProgress",
            "Id",
            $"{Versioned}, ItemId id>PreworkItem, ItemCode text40, TeamId id>Team, State text40, SubmittedAt instant?, Evidence text4000?, "
            + "Note text4000?",
            typeof(PreworkProgressRow)),
        new(
            "LearningSession",
            "Id",
            $"{Coded}, SessionNumber int, Title text200, FirstDay day, LastDay day, Place text200?, IsVirtual flag, ExpectedPerTeam int, "
            + "AgendaJson json, QuestionsJson json",
            typeof(LearningSessionRow)),
        new(
            "Storyboard",
            "Id",
            $"{Versioned}, SessionId id>LearningSession, SessionCode text40, TeamId id>Team, TeamCode text40, Format text40, ContentHash text64, "
            + "TotalBytes int",
            typeof(StoryboardRow)),
        new(
            "StoryboardFile",
            "Id",
            "Id id, SessionId id>LearningSession, TeamId id>Team, StoryboardRevision int?, Format text40, TotalBytes int, ReceivedAt instant",
            only: "StoryboardRevision IS NOT NULL"),
        new(
            "AttendanceSheet",
            "Id",
            $"{Versioned}, SessionId id>LearningSession, SessionCode text40, TeamId id>Team, TeamCode text40, OnDay day, PresentJson json",
            typeof(AttendanceRow)),
        new(
            "SessionAttendance",
            "SheetId, SheetRevision, MemberId",
            "SheetId id>AttendanceSheet, SheetRevision int, MemberId id>TeamMember, AttendanceMode text40, RolesJson json, IsSeniorLeader flag"),
        new(
            "SessionEvaluation",
            "Id",
            $"{Versioned}, SessionId id>LearningSession, SessionCode text40, TeamId id>Team, TeamCode text40, RatingsJson json, "
            + "CommentText text4000?",
            typeof(EvaluationRow)),
        new(
            "EvaluationRating",
            "EvaluationId, EvaluationRevision, QuestionCode",
            "EvaluationId id>SessionEvaluation, EvaluationRevision int, QuestionCode text40, Rating int"),
        new(
            "CoachingCall",
            "Id",
            $"{Coded}, Kind text40, Title text200, StartsAt instant, Minutes int, TeamId id?>Team, TeamCode text40?, HostName text200?, "
            + "AgendaText text?, MinutesText text?, ActionsJson json",
            typeof(CoachingCallRow)),
        new(
            "CallSheet",
            "Id",
            $"{Versioned}, CallId id>CoachingCall, CallCode text40, TeamsJson json",
            typeof(CallSheetRow)),
        new(
            "CallAttendance",
            "SheetId, SheetRevision, TeamId",
            "SheetId id>CallSheet, SheetRevision int, TeamId id>Team"),
        new(
            "SiteVisit",
            "Id",
            $"{Coded}, TeamId id>Team, TeamCode text40, VisitDay day, VisitorsJson json, NotesText text?, ActionsJson json",
            typeof(SiteVisitRow)),
        new(
            "ChangePackage",
            "Id",
            $"{Versioned}, DocumentJson json",
            typeof(ChangePackageRow)),
        new(
            "ChangeIdea",
            "Id",
            $"{Coded}, OwnerId id>Team|Collaborative, TeamId id?>Team, Title text200, Description text4000?, MeasureId id?>Measure, "
            + "MeasureCode text40?, PrimaryDriverKey text40?, SecondaryDriverKey text40?, ConceptKey text40?, PlacedUnder text40?, Place int, "
            + "IsRetired flag",
            typeof(IdeaRow)),
        new(
            "IdeaProgress",
            "Id",
            $"{Versioned}, TeamId id>Team, IdeaKey text40, IdeaCode text40, Status text40, SinceOn day?, Note text4000?",
            typeof(ProgressRow)),
        new(
            "PdsaCycle",
            "Id",
            $"{Coded}, TeamId id>Team, TeamCode text40, TeamKey text40, IdeaKey text40?, IdeaCode text40?, MeasureId id?>Measure, "
            + "MeasureCode text40?, AfterKey text40?, State text40, Decision text40?, Kind text40, ScaleKind text40, StartedOn day?, EndedOn day?, "
            + "IsShared flag, DegreeOfBelief text40?, Title text200, DocumentJson json",
            typeof(PdsaRow)),
        new(
            "LibraryEntry",
            "Id",
            $"{Versioned}, TeamId id>Team, TeamCode text40, TeamKey text40, Source text40, SourceCode text40, SourceKey text40, IdeaKey text40?, "
            + "IdeaCode text40?, Decision text40?, DegreeOfBelief text40?, SharedAt instant, SearchText text4000, DocumentJson json",
            typeof(LibraryEntryRow)),
        new(
            "ThreadPost",
            "Id",
            $"{Coded}, IdeaKey text40, IdeaCode text40, Kind text40, InReplyTo text40?, ApiKeyId -id, Author text200, PostedAt instant, "
            + "PostText text4000",
            typeof(ThreadPostRow)),
        new(
            "AssessmentScale",
            "Id",
            $"{Coded}, Name text200, LevelsJson json",
            typeof(ScaleRow)),
        new(
            "Assessment",
            "Id",
            $"{Versioned}, TeamId id>Team, TeamCode text40, TeamKey text40, ReportMonth month, Kind text40, ScaleCode text40, ScaleRevision int, "
            + "Score real, LevelName text200, ProseJson json, NoReportReason text4000?",
            typeof(AssessmentRow)),
        new(
            "MonthlyReport",
            "Id",
            $"{Versioned}, TeamId id>Team, TeamCode text40, TeamKey text40, ReportMonth month, State text40, DueOn day, IsOnTime flag?, "
            + "SubmittedAt instant?, SubmittedBy text200?, FrozenRevision int?, IsShared flag, WordsJson json, ReviewComment text4000?",
            typeof(ReportRow)),
        new(
            "ReportSnapshot",
            "ReportId, Revision",
            "ReportId id>MonthlyReport, Revision int, FrozenAt instant, Document json"),
        new(
            "ReportReview",
            "Id",
            $"{Versioned}, TeamId id>Team, ReportMonth month, ReportRevision int, Verdict text40, ReviewComment text4000?",
            typeof(ReportReviewRow)),
        new(
            "Barrier",
            "Id",
            $"{Coded}, TeamId id>Team, TeamCode text40, TeamKey text40, Description text4000, MeasureCode text40?, PdsaCode text40?, "
            + "AtLevel text40, ReachedOn day, OwnerName text200, RequestedHelp text4000?, RaisedOn day, State text40, Resolution text4000?, "
            + "ResolvedOn day?, EscalationsJson json",
            typeof(BarrierRow)),
        new(
            "ChaseContact",
            "Id",
            $"{Versioned}, TeamId id>Team, ReportMonth month, ContactedOn day, ExpectedDay day?, Note text4000?",
            typeof(ChaseContactRow)),
        new(
            "HistoryEntry",
            "SubjectId, Revision",
            "SubjectId id>*, Revision int, CollaborativeId id>Collaborative, TeamId id?>Team, Subject text40, AddressCode text200, "
            + "IsWithdrawn flag, Content json, RecordedAt instant, RecordedBy text200, Reason text4000?",
            only: OnlyCarriedSubjects),
    ];

    public static ArchiveTable Collaborative => Of("Collaborative");

    public static ArchiveTable Of(string name) => All.Single(table => table.Name == name);
}
