-- Collaboratives, teams, measures, submissions, access and imports. The twin of db/sqlite/0001_collaboratives_to_imports.sql.

CREATE TABLE Collaborative (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Revision INT NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    Topic NVARCHAR(200) NOT NULL,
    Aim NVARCHAR(4000) NOT NULL,
    StartMonth INT NOT NULL,
    EndMonth INT NOT NULL,
    BaselineFrom INT NOT NULL,
    TimeZone NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReportDueDay INT NOT NULL,
    LockAfterDays INT NULL,
    Status NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    DataVersion BIGINT NOT NULL,
    ChangedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    CONSTRAINT UQ_Collaborative_CodeKey UNIQUE (CodeKey)
);

CREATE TABLE CollaborativeRevision (
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    Topic NVARCHAR(200) NOT NULL,
    Aim NVARCHAR(4000) NOT NULL,
    StartMonth INT NOT NULL,
    EndMonth INT NOT NULL,
    BaselineFrom INT NOT NULL,
    TimeZone NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReportDueDay INT NOT NULL,
    LockAfterDays INT NULL,
    Status NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    PRIMARY KEY (CollaborativeId, Revision)
);

-- One row for each unit of work that changed a collaborative's data: what "as of" an instant means.
CREATE TABLE CollaborativeChange (
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    DataVersion BIGINT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (CollaborativeId, DataVersion),
    CONSTRAINT UQ_CollaborativeChange_RecordedAt UNIQUE (CollaborativeId, RecordedAt)
);

CREATE TABLE Team (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Revision INT NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    Organisation NVARCHAR(200) NULL,
    Region NVARCHAR(200) NULL,
    EnrolledFrom INT NOT NULL,
    WithdrawnAfter INT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    CONSTRAINT UQ_Team_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

CREATE TABLE TeamRevision (
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    Revision INT NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    Organisation NVARCHAR(200) NULL,
    Region NVARCHAR(200) NULL,
    EnrolledFrom INT NOT NULL,
    WithdrawnAfter INT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    PRIMARY KEY (TeamId, Revision)
);

CREATE TABLE Measure (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Revision INT NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    MeasureType NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Direction NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Multiplier FLOAT(53) NOT NULL,
    Unit NVARCHAR(200) NULL,
    NumeratorDefinition NVARCHAR(4000) NULL,
    DenominatorDefinition NVARCHAR(4000) NULL,
    GoalValue FLOAT(53) NULL,
    GoalByMonth INT NULL,
    IsRequired BIT NOT NULL,
    Decimals INT NULL,
    MinimumDenominator FLOAT(53) NOT NULL,
    PlannedSample FLOAT(53) NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    CONSTRAINT UQ_Measure_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

CREATE TABLE MeasureRevision (
    MeasureId UNIQUEIDENTIFIER NOT NULL REFERENCES Measure (Id),
    Revision INT NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    MeasureType NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Direction NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Multiplier FLOAT(53) NOT NULL,
    Unit NVARCHAR(200) NULL,
    NumeratorDefinition NVARCHAR(4000) NULL,
    DenominatorDefinition NVARCHAR(4000) NULL,
    GoalValue FLOAT(53) NULL,
    GoalByMonth INT NULL,
    IsRequired BIT NOT NULL,
    Decimals INT NULL,
    MinimumDenominator FLOAT(53) NOT NULL,
    PlannedSample FLOAT(53) NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    PRIMARY KEY (MeasureId, Revision)
);

CREATE TABLE Submission (
    MeasureId UNIQUEIDENTIFIER NOT NULL REFERENCES Measure (Id),
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    ReportMonth INT NOT NULL,
    Revision INT NOT NULL,
    Status NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Numerator FLOAT(53) NULL,
    Denominator FLOAT(53) NULL,
    Figure FLOAT(53) NULL,
    SampleSize FLOAT(53) NULL,
    StandardDeviation FLOAT(53) NULL,
    Gaps NVARCHAR(MAX) NULL,
    NoDataReason NVARCHAR(4000) NULL,
    Note NVARCHAR(4000) NULL,
    Strata NVARCHAR(MAX) NULL,
    SubmittedAt DATETIMEOFFSET(3) NULL,
    SubmittedBy NVARCHAR(200) NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    Origin NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ImportId UNIQUEIDENTIFIER NULL,
    ImportRow INT NULL,
    PRIMARY KEY (MeasureId, TeamId, ReportMonth)
);

CREATE TABLE SubmissionRevision (
    MeasureId UNIQUEIDENTIFIER NOT NULL REFERENCES Measure (Id),
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    ReportMonth INT NOT NULL,
    Revision INT NOT NULL,
    Status NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Numerator FLOAT(53) NULL,
    Denominator FLOAT(53) NULL,
    Figure FLOAT(53) NULL,
    SampleSize FLOAT(53) NULL,
    StandardDeviation FLOAT(53) NULL,
    Gaps NVARCHAR(MAX) NULL,
    NoDataReason NVARCHAR(4000) NULL,
    Note NVARCHAR(4000) NULL,
    Strata NVARCHAR(MAX) NULL,
    SubmittedAt DATETIMEOFFSET(3) NULL,
    SubmittedBy NVARCHAR(200) NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    Origin NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ImportId UNIQUEIDENTIFIER NULL,
    ImportRow INT NULL,
    PRIMARY KEY (MeasureId, TeamId, ReportMonth, Revision)
);

CREATE TABLE ApiKey (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    TokenHash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Role NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CollaborativeId UNIQUEIDENTIFIER NULL REFERENCES Collaborative (Id),
    Name NVARCHAR(200) NOT NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL,
    ExpiresAt DATETIMEOFFSET(3) NOT NULL,
    RevokedAt DATETIMEOFFSET(3) NULL,
    LastUsedAt DATETIMEOFFSET(3) NULL,
    CONSTRAINT UQ_ApiKey_TokenHash UNIQUE (TokenHash)
);

CREATE TABLE ApiKeyTeam (
    ApiKeyId UNIQUEIDENTIFIER NOT NULL REFERENCES ApiKey (Id),
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    PRIMARY KEY (ApiKeyId, TeamId)
);

CREATE TABLE ImportJob (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Format NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IsDryRun BIT NOT NULL,
    CreateTeams BIT NOT NULL,
    Reason NVARCHAR(4000) NULL,
    ContentHash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    TotalBytes BIGINT NOT NULL,
    DoneBytes BIGINT NOT NULL,
    Stage NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    NextRow INT NOT NULL,
    NextTeamKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    AcceptedRows INT NOT NULL,
    UnchangedRows INT NOT NULL,
    WarnedRows INT NOT NULL,
    RejectedRows INT NOT NULL,
    CreatedTeams INT NOT NULL,
    Failure NVARCHAR(MAX) NULL,
    Fence BIGINT NOT NULL,
    LeaseUntil DATETIMEOFFSET(3) NULL,
    ApiKeyId UNIQUEIDENTIFIER NOT NULL REFERENCES ApiKey (Id),
    CreatedBy NVARCHAR(200) NOT NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL,
    StartedAt DATETIMEOFFSET(3) NULL,
    EndedAt DATETIMEOFFSET(3) NULL
);

CREATE INDEX IX_ImportJob_State ON ImportJob (State, CreatedAt);

CREATE INDEX IX_ImportJob_Collaborative ON ImportJob (CollaborativeId, CreatedAt);

-- The uploaded file in parts, held until the job ends.
CREATE TABLE ImportBody (
    ImportId UNIQUEIDENTIFIER NOT NULL REFERENCES ImportJob (Id),
    Part INT NOT NULL,
    Content VARBINARY(MAX) NOT NULL,
    PRIMARY KEY (ImportId, Part)
);

CREATE TABLE ImportRow (
    ImportId UNIQUEIDENTIFIER NOT NULL REFERENCES ImportJob (Id),
    RowNumber INT NOT NULL,
    Outcome NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Team NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NULL,
    Measure NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NULL,
    ReportMonth NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NULL,
    Problems NVARCHAR(MAX) NULL,
    RawText NVARCHAR(MAX) NULL,
    PRIMARY KEY (ImportId, RowNumber)
);

CREATE TABLE IdempotencyKey (
    ApiKeyId UNIQUEIDENTIFIER NOT NULL REFERENCES ApiKey (Id),
    KeyText NVARCHAR(255) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Fingerprint NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    ImportId UNIQUEIDENTIFIER NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (ApiKeyId, KeyText)
);

-- What signs the browser's cookies.
CREATE TABLE ProtectionKey (
    Name NVARCHAR(200) NOT NULL PRIMARY KEY,
    Content NVARCHAR(MAX) NOT NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL
);

-- One row that readiness rewrites, to know that there is room for a unit of work.
CREATE TABLE Heartbeat (
    Id INT NOT NULL PRIMARY KEY,
    BeatAt DATETIMEOFFSET(3) NULL,
    Filler NVARCHAR(MAX) NULL
);

INSERT INTO Heartbeat (Id, BeatAt, Filler) VALUES (1, NULL, NULL);
