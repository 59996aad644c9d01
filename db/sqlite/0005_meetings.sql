-- Learning sessions, storyboards, attendance, evaluations, calls and site visits. The twin of db/sqlserver/0005_meetings.sql.

CREATE TABLE LearningSession (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    SessionNumber INTEGER NOT NULL,
    Title TEXT NOT NULL,
    FirstDay TEXT NOT NULL,
    LastDay TEXT NOT NULL,
    Place TEXT NULL,
    IsVirtual INTEGER NOT NULL CHECK (IsVirtual IN (0, 1)),
    ExpectedPerTeam INTEGER NOT NULL,
    AgendaJson TEXT NOT NULL,
    QuestionsJson TEXT NOT NULL,
    CONSTRAINT UQ_LearningSession_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE TABLE Storyboard (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    SessionId TEXT NOT NULL REFERENCES LearningSession (Id),
    SessionCode TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    Format TEXT NOT NULL,
    ContentHash TEXT NOT NULL,
    TotalBytes INTEGER NOT NULL,
    CONSTRAINT UQ_Storyboard_Session UNIQUE (SessionId, TeamId)
) STRICT, WITHOUT ROWID;

-- The file of each revision of a storyboard. Without a revision it is still being received.
CREATE TABLE StoryboardFile (
    Id TEXT NOT NULL PRIMARY KEY,
    SessionId TEXT NOT NULL REFERENCES LearningSession (Id),
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    StoryboardRevision INTEGER NULL,
    Format TEXT NOT NULL,
    TotalBytes INTEGER NOT NULL,
    ReceivedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_StoryboardFile_Session ON StoryboardFile (SessionId, TeamId, StoryboardRevision);

CREATE TABLE StoryboardPart (
    FileId TEXT NOT NULL REFERENCES StoryboardFile (Id),
    Part INTEGER NOT NULL,
    Content BLOB NOT NULL,
    PRIMARY KEY (FileId, Part)
) STRICT;

-- Who of one team came on one day of a session, as a whole; each correction is a revision.
CREATE TABLE AttendanceSheet (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    SessionId TEXT NOT NULL REFERENCES LearningSession (Id),
    SessionCode TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    OnDay TEXT NOT NULL,
    PresentJson TEXT NOT NULL,
    CONSTRAINT UQ_AttendanceSheet_Day UNIQUE (SessionId, TeamId, OnDay)
) STRICT, WITHOUT ROWID;

-- One row for each person of each revision of a sheet; those of the sheet's own revision are what holds.
CREATE TABLE SessionAttendance (
    SheetId TEXT NOT NULL REFERENCES AttendanceSheet (Id),
    SheetRevision INTEGER NOT NULL,
    MemberId TEXT NOT NULL REFERENCES TeamMember (Id),
    AttendanceMode TEXT NOT NULL,
    RolesJson TEXT NOT NULL,
    IsSeniorLeader INTEGER NOT NULL CHECK (IsSeniorLeader IN (0, 1)),
    PRIMARY KEY (SheetId, SheetRevision, MemberId)
) STRICT, WITHOUT ROWID;

CREATE TABLE SessionEvaluation (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    SessionId TEXT NOT NULL REFERENCES LearningSession (Id),
    SessionCode TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    RatingsJson TEXT NOT NULL,
    CommentText TEXT NULL,
    CONSTRAINT UQ_SessionEvaluation_Session UNIQUE (SessionId, TeamId)
) STRICT, WITHOUT ROWID;

-- The ratings of each revision of an evaluation, to be averaged.
CREATE TABLE EvaluationRating (
    EvaluationId TEXT NOT NULL REFERENCES SessionEvaluation (Id),
    EvaluationRevision INTEGER NOT NULL,
    QuestionCode TEXT NOT NULL,
    Rating INTEGER NOT NULL,
    PRIMARY KEY (EvaluationId, EvaluationRevision, QuestionCode)
) STRICT, WITHOUT ROWID;

-- TeamId is the team of a call between one team and its coach; all others are for everybody.
CREATE TABLE CoachingCall (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Kind TEXT NOT NULL,
    Title TEXT NOT NULL,
    StartsAt TEXT NOT NULL,
    Minutes INTEGER NOT NULL,
    TeamId TEXT NULL REFERENCES Team (Id),
    TeamCode TEXT NULL,
    HostName TEXT NULL,
    AgendaText TEXT NULL,
    MinutesText TEXT NULL,
    ActionsJson TEXT NOT NULL,
    CONSTRAINT UQ_CoachingCall_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_CoachingCall_StartsAt ON CoachingCall (CollaborativeId, StartsAt);

-- Which teams were on a call, as a whole; each correction is a revision.
CREATE TABLE CallSheet (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    CallId TEXT NOT NULL REFERENCES CoachingCall (Id),
    CallCode TEXT NOT NULL,
    TeamsJson TEXT NOT NULL,
    CONSTRAINT UQ_CallSheet_CallId UNIQUE (CallId)
) STRICT, WITHOUT ROWID;

CREATE TABLE CallAttendance (
    SheetId TEXT NOT NULL REFERENCES CallSheet (Id),
    SheetRevision INTEGER NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    PRIMARY KEY (SheetId, SheetRevision, TeamId)
) STRICT, WITHOUT ROWID;

CREATE TABLE SiteVisit (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    VisitDay TEXT NOT NULL,
    VisitorsJson TEXT NOT NULL,
    NotesText TEXT NULL,
    ActionsJson TEXT NOT NULL,
    CONSTRAINT UQ_SiteVisit_CodeKey UNIQUE (TeamId, CodeKey)
) STRICT, WITHOUT ROWID;
