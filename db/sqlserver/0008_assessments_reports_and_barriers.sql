-- Scales and assessments, monthly reports with what was frozen of them, and barriers. The twin of db/sqlite/0008_assessments_reports_and_barriers.sql.
-- Codes of teams never change, so rows that lists go through carry them.

CREATE TABLE AssessmentScale (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    LevelsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_AssessmentScale_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

CREATE TABLE Assessment (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReportMonth INT NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ScaleCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ScaleRevision INT NOT NULL,
    Score FLOAT(53) NOT NULL,
    LevelName NVARCHAR(200) NOT NULL,
    ProseJson NVARCHAR(MAX) NOT NULL,
    NoReportReason NVARCHAR(4000) NULL,
    CONSTRAINT UQ_Assessment_Kind UNIQUE (TeamId, ReportMonth, Kind)
);

CREATE INDEX IX_Assessment_ReportMonth ON Assessment (CollaborativeId, ReportMonth, TeamKey);

CREATE TABLE MonthlyReport (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReportMonth INT NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    DueOn DATE NOT NULL,
    IsOnTime BIT NULL,
    SubmittedAt DATETIMEOFFSET(3) NULL,
    SubmittedBy NVARCHAR(200) NULL,
    FrozenRevision INT NULL,
    IsShared BIT NOT NULL,
    WordsJson NVARCHAR(MAX) NOT NULL,
    ReviewComment NVARCHAR(4000) NULL,
    CONSTRAINT UQ_MonthlyReport_ReportMonth UNIQUE (TeamId, ReportMonth)
);

CREATE INDEX IX_MonthlyReport_ReportMonth ON MonthlyReport (CollaborativeId, ReportMonth, TeamKey);

-- What each submission of a report was, whole; nothing ever changes here.
CREATE TABLE ReportSnapshot (
    ReportId UNIQUEIDENTIFIER NOT NULL REFERENCES MonthlyReport (Id),
    Revision INT NOT NULL,
    FrozenAt DATETIMEOFFSET(3) NOT NULL,
    Document NVARCHAR(MAX) NOT NULL,
    PRIMARY KEY (ReportId, Revision)
);

CREATE TABLE ReportReview (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    ReportMonth INT NOT NULL,
    ReportRevision INT NOT NULL,
    Verdict NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReviewComment NVARCHAR(4000) NULL,
    CONSTRAINT UQ_ReportReview_ReportMonth UNIQUE (TeamId, ReportMonth)
);

CREATE TABLE Barrier (
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
    TeamKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Description NVARCHAR(4000) NOT NULL,
    MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    PdsaCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    AtLevel NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReachedOn DATE NOT NULL,
    OwnerName NVARCHAR(200) NOT NULL,
    RequestedHelp NVARCHAR(4000) NULL,
    RaisedOn DATE NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Resolution NVARCHAR(4000) NULL,
    ResolvedOn DATE NULL,
    EscalationsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_Barrier_CodeKey UNIQUE (TeamId, CodeKey)
);

CREATE INDEX IX_Barrier_RaisedOn ON Barrier (CollaborativeId, RaisedOn, TeamKey, CodeKey);
