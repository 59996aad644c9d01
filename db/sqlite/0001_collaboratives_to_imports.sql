-- Collaboratives, teams, measures, submissions, access and imports. The twin of db/sqlserver/0001_collaboratives_to_imports.sql.

CREATE TABLE Collaborative (
    Id TEXT NOT NULL PRIMARY KEY,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Revision INTEGER NOT NULL,
    Name TEXT NOT NULL,
    Topic TEXT NOT NULL,
    Aim TEXT NOT NULL,
    StartMonth INTEGER NOT NULL,
    EndMonth INTEGER NOT NULL,
    BaselineFrom INTEGER NOT NULL,
    TimeZone TEXT NOT NULL,
    ReportDueDay INTEGER NOT NULL,
    LockAfterDays INTEGER NULL,
    Status TEXT NOT NULL,
    DataVersion INTEGER NOT NULL,
    ChangedAt TEXT NOT NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    CONSTRAINT UQ_Collaborative_CodeKey UNIQUE (CodeKey)
) STRICT, WITHOUT ROWID;

CREATE TABLE CollaborativeRevision (
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    Name TEXT NOT NULL,
    Topic TEXT NOT NULL,
    Aim TEXT NOT NULL,
    StartMonth INTEGER NOT NULL,
    EndMonth INTEGER NOT NULL,
    BaselineFrom INTEGER NOT NULL,
    TimeZone TEXT NOT NULL,
    ReportDueDay INTEGER NOT NULL,
    LockAfterDays INTEGER NULL,
    Status TEXT NOT NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    PRIMARY KEY (CollaborativeId, Revision)
) STRICT, WITHOUT ROWID;

-- One row for each unit of work that changed a collaborative's data: what "as of" an instant means.
CREATE TABLE CollaborativeChange (
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    DataVersion INTEGER NOT NULL,
    RecordedAt TEXT NOT NULL,
    PRIMARY KEY (CollaborativeId, DataVersion),
    CONSTRAINT UQ_CollaborativeChange_RecordedAt UNIQUE (CollaborativeId, RecordedAt)
) STRICT, WITHOUT ROWID;

CREATE TABLE Team (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Revision INTEGER NOT NULL,
    Name TEXT NOT NULL,
    Organisation TEXT NULL,
    Region TEXT NULL,
    EnrolledFrom INTEGER NOT NULL,
    WithdrawnAfter INTEGER NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    CONSTRAINT UQ_Team_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE TABLE TeamRevision (
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    Revision INTEGER NOT NULL,
    Name TEXT NOT NULL,
    Organisation TEXT NULL,
    Region TEXT NULL,
    EnrolledFrom INTEGER NOT NULL,
    WithdrawnAfter INTEGER NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    PRIMARY KEY (TeamId, Revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE Measure (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Revision INTEGER NOT NULL,
    Name TEXT NOT NULL,
    MeasureType TEXT NOT NULL,
    Kind TEXT NOT NULL,
    Direction TEXT NOT NULL,
    Multiplier REAL NOT NULL,
    Unit TEXT NULL,
    NumeratorDefinition TEXT NULL,
    DenominatorDefinition TEXT NULL,
    GoalValue REAL NULL,
    GoalByMonth INTEGER NULL,
    IsRequired INTEGER NOT NULL CHECK (IsRequired IN (0, 1)),
    Decimals INTEGER NULL,
    MinimumDenominator REAL NOT NULL,
    PlannedSample REAL NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    CONSTRAINT UQ_Measure_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE TABLE MeasureRevision (
    MeasureId TEXT NOT NULL REFERENCES Measure (Id),
    Revision INTEGER NOT NULL,
    Name TEXT NOT NULL,
    MeasureType TEXT NOT NULL,
    Kind TEXT NOT NULL,
    Direction TEXT NOT NULL,
    Multiplier REAL NOT NULL,
    Unit TEXT NULL,
    NumeratorDefinition TEXT NULL,
    DenominatorDefinition TEXT NULL,
    GoalValue REAL NULL,
    GoalByMonth INTEGER NULL,
    IsRequired INTEGER NOT NULL CHECK (IsRequired IN (0, 1)),
    Decimals INTEGER NULL,
    MinimumDenominator REAL NOT NULL,
    PlannedSample REAL NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    PRIMARY KEY (MeasureId, Revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE Submission (
    MeasureId TEXT NOT NULL REFERENCES Measure (Id),
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    ReportMonth INTEGER NOT NULL,
    Revision INTEGER NOT NULL,
    Status TEXT NOT NULL,
    Numerator REAL NULL,
    Denominator REAL NULL,
    Figure REAL NULL,
    SampleSize REAL NULL,
    StandardDeviation REAL NULL,
    Gaps TEXT NULL,
    NoDataReason TEXT NULL,
    Note TEXT NULL,
    Strata TEXT NULL,
    SubmittedAt TEXT NULL,
    SubmittedBy TEXT NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    Origin TEXT NOT NULL,
    ImportId TEXT NULL,
    ImportRow INTEGER NULL,
    PRIMARY KEY (MeasureId, TeamId, ReportMonth)
) STRICT, WITHOUT ROWID;

CREATE TABLE SubmissionRevision (
    MeasureId TEXT NOT NULL REFERENCES Measure (Id),
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    ReportMonth INTEGER NOT NULL,
    Revision INTEGER NOT NULL,
    Status TEXT NOT NULL,
    Numerator REAL NULL,
    Denominator REAL NULL,
    Figure REAL NULL,
    SampleSize REAL NULL,
    StandardDeviation REAL NULL,
    Gaps TEXT NULL,
    NoDataReason TEXT NULL,
    Note TEXT NULL,
    Strata TEXT NULL,
    SubmittedAt TEXT NULL,
    SubmittedBy TEXT NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    Origin TEXT NOT NULL,
    ImportId TEXT NULL,
    ImportRow INTEGER NULL,
    PRIMARY KEY (MeasureId, TeamId, ReportMonth, Revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE ApiKey (
    Id TEXT NOT NULL PRIMARY KEY,
    TokenHash TEXT NOT NULL,
    Role TEXT NOT NULL,
    CollaborativeId TEXT NULL REFERENCES Collaborative (Id),
    Name TEXT NOT NULL,
    CreatedAt TEXT NOT NULL,
    ExpiresAt TEXT NOT NULL,
    RevokedAt TEXT NULL,
    LastUsedAt TEXT NULL,
    CONSTRAINT UQ_ApiKey_TokenHash UNIQUE (TokenHash)
) STRICT, WITHOUT ROWID;

CREATE TABLE ApiKeyTeam (
    ApiKeyId TEXT NOT NULL REFERENCES ApiKey (Id),
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    PRIMARY KEY (ApiKeyId, TeamId)
) STRICT, WITHOUT ROWID;

CREATE TABLE ImportJob (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    State TEXT NOT NULL,
    Format TEXT NOT NULL,
    IsDryRun INTEGER NOT NULL CHECK (IsDryRun IN (0, 1)),
    CreateTeams INTEGER NOT NULL CHECK (CreateTeams IN (0, 1)),
    Reason TEXT NULL,
    ContentHash TEXT NULL,
    TotalBytes INTEGER NOT NULL,
    DoneBytes INTEGER NOT NULL,
    Stage TEXT NOT NULL,
    NextRow INTEGER NOT NULL,
    NextTeamKey TEXT NULL,
    AcceptedRows INTEGER NOT NULL,
    UnchangedRows INTEGER NOT NULL,
    WarnedRows INTEGER NOT NULL,
    RejectedRows INTEGER NOT NULL,
    CreatedTeams INTEGER NOT NULL,
    Failure TEXT NULL,
    Fence INTEGER NOT NULL,
    LeaseUntil TEXT NULL,
    ApiKeyId TEXT NOT NULL REFERENCES ApiKey (Id),
    CreatedBy TEXT NOT NULL,
    CreatedAt TEXT NOT NULL,
    StartedAt TEXT NULL,
    EndedAt TEXT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ImportJob_State ON ImportJob (State, CreatedAt);

CREATE INDEX IX_ImportJob_Collaborative ON ImportJob (CollaborativeId, CreatedAt);

-- The uploaded file in parts, held until the job ends.
CREATE TABLE ImportBody (
    ImportId TEXT NOT NULL REFERENCES ImportJob (Id),
    Part INTEGER NOT NULL,
    Content BLOB NOT NULL,
    PRIMARY KEY (ImportId, Part)
) STRICT;

CREATE TABLE ImportRow (
    ImportId TEXT NOT NULL REFERENCES ImportJob (Id),
    RowNumber INTEGER NOT NULL,
    Outcome TEXT NOT NULL,
    Team TEXT NULL,
    Measure TEXT NULL,
    ReportMonth TEXT NULL,
    Problems TEXT NULL,
    RawText TEXT NULL,
    PRIMARY KEY (ImportId, RowNumber)
) STRICT, WITHOUT ROWID;

CREATE TABLE IdempotencyKey (
    ApiKeyId TEXT NOT NULL REFERENCES ApiKey (Id),
    KeyText TEXT NOT NULL,
    Fingerprint TEXT NULL,
    ImportId TEXT NULL,
    CreatedAt TEXT NOT NULL,
    PRIMARY KEY (ApiKeyId, KeyText)
) STRICT, WITHOUT ROWID;

-- What signs the browser's cookies.
CREATE TABLE ProtectionKey (
    Name TEXT NOT NULL PRIMARY KEY,
    Content TEXT NOT NULL,
    CreatedAt TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- One row that readiness rewrites, to know that there is room for a unit of work.
CREATE TABLE Heartbeat (
    Id INTEGER NOT NULL PRIMARY KEY,
    BeatAt TEXT NULL,
    Filler TEXT NULL
) STRICT;

INSERT INTO Heartbeat (Id, BeatAt, Filler) VALUES (1, NULL, NULL);
