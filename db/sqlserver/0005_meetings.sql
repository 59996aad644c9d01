-- Learning sessions, storyboards, attendance, evaluations, calls and site visits. The twin of db/sqlite/0005_meetings.sql.

CREATE TABLE LearningSession (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SessionNumber INT NOT NULL,
    Title NVARCHAR(200) NOT NULL,
    FirstDay DATE NOT NULL,
    LastDay DATE NOT NULL,
    Place NVARCHAR(200) NULL,
    IsVirtual BIT NOT NULL,
    ExpectedPerTeam INT NOT NULL,
    AgendaJson NVARCHAR(MAX) NOT NULL,
    QuestionsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_LearningSession_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

CREATE TABLE Storyboard (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    SessionId UNIQUEIDENTIFIER NOT NULL REFERENCES LearningSession (Id),
    SessionCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Format NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ContentHash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TotalBytes INT NOT NULL,
    CONSTRAINT UQ_Storyboard_Session UNIQUE (SessionId, TeamId)
);

-- The file of each revision of a storyboard. Without a revision it is still being received.
CREATE TABLE StoryboardFile (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    SessionId UNIQUEIDENTIFIER NOT NULL REFERENCES LearningSession (Id),
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    StoryboardRevision INT NULL,
    Format NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TotalBytes INT NOT NULL,
    ReceivedAt DATETIMEOFFSET(3) NOT NULL
);

CREATE INDEX IX_StoryboardFile_Session ON StoryboardFile (SessionId, TeamId, StoryboardRevision);

CREATE TABLE StoryboardPart (
    FileId UNIQUEIDENTIFIER NOT NULL REFERENCES StoryboardFile (Id),
    Part INT NOT NULL,
    Content VARBINARY(MAX) NOT NULL,
    PRIMARY KEY (FileId, Part)
);

-- Who of one team came on one day of a session, as a whole; each correction is a revision.
CREATE TABLE AttendanceSheet (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    SessionId UNIQUEIDENTIFIER NOT NULL REFERENCES LearningSession (Id),
    SessionCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    OnDay DATE NOT NULL,
    PresentJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_AttendanceSheet_Day UNIQUE (SessionId, TeamId, OnDay)
);

-- One row for each person of each revision of a sheet; those of the sheet's own revision are what holds.
CREATE TABLE SessionAttendance (
    SheetId UNIQUEIDENTIFIER NOT NULL REFERENCES AttendanceSheet (Id),
    SheetRevision INT NOT NULL,
    MemberId UNIQUEIDENTIFIER NOT NULL REFERENCES TeamMember (Id),
    AttendanceMode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    RolesJson NVARCHAR(MAX) NOT NULL,
    IsSeniorLeader BIT NOT NULL,
    PRIMARY KEY (SheetId, SheetRevision, MemberId)
);

CREATE TABLE SessionEvaluation (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    SessionId UNIQUEIDENTIFIER NOT NULL REFERENCES LearningSession (Id),
    SessionCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    RatingsJson NVARCHAR(MAX) NOT NULL,
    CommentText NVARCHAR(4000) NULL,
    CONSTRAINT UQ_SessionEvaluation_Session UNIQUE (SessionId, TeamId)
);

-- The ratings of each revision of an evaluation, to be averaged.
CREATE TABLE EvaluationRating (
    EvaluationId UNIQUEIDENTIFIER NOT NULL REFERENCES SessionEvaluation (Id),
    EvaluationRevision INT NOT NULL,
    QuestionCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Rating INT NOT NULL,
    PRIMARY KEY (EvaluationId, EvaluationRevision, QuestionCode)
);

-- TeamId is the team of a call between one team and its coach; all others are for everybody.
CREATE TABLE CoachingCall (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Title NVARCHAR(200) NOT NULL,
    StartsAt DATETIMEOFFSET(3) NOT NULL,
    Minutes INT NOT NULL,
    TeamId UNIQUEIDENTIFIER NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    HostName NVARCHAR(200) NULL,
    AgendaText NVARCHAR(MAX) NULL,
    MinutesText NVARCHAR(MAX) NULL,
    ActionsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_CoachingCall_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

CREATE INDEX IX_CoachingCall_StartsAt ON CoachingCall (CollaborativeId, StartsAt);

-- Which teams were on a call, as a whole; each correction is a revision.
CREATE TABLE CallSheet (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    CallId UNIQUEIDENTIFIER NOT NULL REFERENCES CoachingCall (Id),
    CallCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_CallSheet_CallId UNIQUE (CallId)
);

CREATE TABLE CallAttendance (
    SheetId UNIQUEIDENTIFIER NOT NULL REFERENCES CallSheet (Id),
    SheetRevision INT NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    PRIMARY KEY (SheetId, SheetRevision, TeamId)
);

CREATE TABLE SiteVisit (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    VisitDay DATE NOT NULL,
    VisitorsJson NVARCHAR(MAX) NOT NULL,
    NotesText NVARCHAR(MAX) NULL,
    ActionsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_SiteVisit_CodeKey UNIQUE (TeamId, CodeKey)
);
