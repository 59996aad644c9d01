-- Where a collaborative is in its life, what it and its teams set out to do, and its calendar. The twin of db/sqlite/0003_stages_charters_and_calendar.sql.

-- Nothing until the first move: a collaborative begins in the status that it was made with.
CREATE TABLE CollaborativeStage (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Stage NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SessionKind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    SessionNumber INT NULL,
    MoveReason NVARCHAR(4000) NULL,
    OverrideReason NVARCHAR(4000) NULL,
    LaunchedAt DATETIMEOFFSET(3) NULL,
    CONSTRAINT UQ_CollaborativeStage_CollaborativeId UNIQUE (CollaborativeId)
);

-- OwnerId is the team's id, or the collaborative's own for its charter.
CREATE TABLE Charter (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    OwnerId UNIQUEIDENTIFIER NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReviewComment NVARCHAR(4000) NULL,
    AcceptedAt DATETIMEOFFSET(3) NULL,
    DocumentJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_Charter_OwnerId UNIQUE (OwnerId)
);

CREATE TABLE CharterReview (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    OwnerId UNIQUEIDENTIFIER NOT NULL,
    CharterRevision INT NOT NULL,
    Verdict NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Comment NVARCHAR(4000) NULL,
    CONSTRAINT UQ_CharterReview_OwnerId UNIQUE (OwnerId)
);

CREATE TABLE ProgrammeCalendar (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    FirstSessionDay DATE NOT NULL,
    LearningSessions INT NOT NULL,
    SessionDays INT NOT NULL,
    MonthsBetweenSessions INT NOT NULL,
    MonthsToClosing INT NOT NULL,
    CONSTRAINT UQ_ProgrammeCalendar_CollaborativeId UNIQUE (CollaborativeId)
);

-- What people changed in the default calendar, and what they put beside it.
CREATE TABLE CalendarEvent (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    Title NVARCHAR(200) NULL,
    FirstDay DATE NULL,
    LastDay DATE NULL,
    IsRemoved BIT NOT NULL,
    CONSTRAINT UQ_CalendarEvent_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

-- Secret addresses under which calendar programs read a calendar; only the hash of each is kept.
CREATE TABLE CalendarLink (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Title NVARCHAR(200) NULL,
    TokenHash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CONSTRAINT UQ_CalendarLink_CodeKey UNIQUE (CollaborativeId, CodeKey),
    CONSTRAINT UQ_CalendarLink_TokenHash UNIQUE (TokenHash)
);
