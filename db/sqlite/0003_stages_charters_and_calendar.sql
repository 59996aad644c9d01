-- Where a collaborative is in its life, what it and its teams set out to do, and its calendar. The twin of db/sqlserver/0003_stages_charters_and_calendar.sql.

-- Nothing until the first move: a collaborative begins in the status that it was made with.
CREATE TABLE CollaborativeStage (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Stage TEXT NOT NULL,
    SessionKind TEXT NULL,
    SessionNumber INTEGER NULL,
    MoveReason TEXT NULL,
    OverrideReason TEXT NULL,
    LaunchedAt TEXT NULL,
    CONSTRAINT UQ_CollaborativeStage_CollaborativeId UNIQUE (CollaborativeId)
) STRICT, WITHOUT ROWID;

-- OwnerId is the team's id, or the collaborative's own for its charter.
CREATE TABLE Charter (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    OwnerId TEXT NOT NULL,
    State TEXT NOT NULL,
    ReviewComment TEXT NULL,
    AcceptedAt TEXT NULL,
    DocumentJson TEXT NOT NULL,
    CONSTRAINT UQ_Charter_OwnerId UNIQUE (OwnerId)
) STRICT, WITHOUT ROWID;

CREATE TABLE CharterReview (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    OwnerId TEXT NOT NULL,
    CharterRevision INTEGER NOT NULL,
    Verdict TEXT NOT NULL,
    Comment TEXT NULL,
    CONSTRAINT UQ_CharterReview_OwnerId UNIQUE (OwnerId)
) STRICT, WITHOUT ROWID;

CREATE TABLE ProgrammeCalendar (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    FirstSessionDay TEXT NOT NULL,
    LearningSessions INTEGER NOT NULL,
    SessionDays INTEGER NOT NULL,
    MonthsBetweenSessions INTEGER NOT NULL,
    MonthsToClosing INTEGER NOT NULL,
    CONSTRAINT UQ_ProgrammeCalendar_CollaborativeId UNIQUE (CollaborativeId)
) STRICT, WITHOUT ROWID;

-- What people changed in the default calendar, and what they put beside it.
CREATE TABLE CalendarEvent (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Kind TEXT NULL,
    Title TEXT NULL,
    FirstDay TEXT NULL,
    LastDay TEXT NULL,
    IsRemoved INTEGER NOT NULL CHECK (IsRemoved IN (0, 1)),
    CONSTRAINT UQ_CalendarEvent_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

-- Secret addresses under which calendar programs read a calendar; only the hash of each is kept.
CREATE TABLE CalendarLink (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Title TEXT NULL,
    TokenHash TEXT NOT NULL,
    CONSTRAINT UQ_CalendarLink_CodeKey UNIQUE (CollaborativeId, CodeKey),
    CONSTRAINT UQ_CalendarLink_TokenHash UNIQUE (TokenHash)
) STRICT, WITHOUT ROWID;
