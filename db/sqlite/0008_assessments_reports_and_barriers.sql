-- Scales and assessments, monthly reports with what was frozen of them, and barriers. The twin of db/sqlserver/0008_assessments_reports_and_barriers.sql.
-- Codes of teams never change, so rows that lists go through carry them.

CREATE TABLE AssessmentScale (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Name TEXT NOT NULL,
    LevelsJson TEXT NOT NULL,
    CONSTRAINT UQ_AssessmentScale_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE TABLE Assessment (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    TeamKey TEXT NOT NULL,
    ReportMonth INTEGER NOT NULL,
    Kind TEXT NOT NULL,
    ScaleCode TEXT NOT NULL,
    ScaleRevision INTEGER NOT NULL,
    Score REAL NOT NULL,
    LevelName TEXT NOT NULL,
    ProseJson TEXT NOT NULL,
    NoReportReason TEXT NULL,
    CONSTRAINT UQ_Assessment_Kind UNIQUE (TeamId, ReportMonth, Kind)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_Assessment_ReportMonth ON Assessment (CollaborativeId, ReportMonth, TeamKey);

CREATE TABLE MonthlyReport (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    TeamKey TEXT NOT NULL,
    ReportMonth INTEGER NOT NULL,
    State TEXT NOT NULL,
    DueOn TEXT NOT NULL,
    IsOnTime INTEGER NULL CHECK (IsOnTime IN (0, 1)),
    SubmittedAt TEXT NULL,
    SubmittedBy TEXT NULL,
    FrozenRevision INTEGER NULL,
    IsShared INTEGER NOT NULL CHECK (IsShared IN (0, 1)),
    WordsJson TEXT NOT NULL,
    ReviewComment TEXT NULL,
    CONSTRAINT UQ_MonthlyReport_ReportMonth UNIQUE (TeamId, ReportMonth)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_MonthlyReport_ReportMonth ON MonthlyReport (CollaborativeId, ReportMonth, TeamKey);

-- What each submission of a report was, whole; nothing ever changes here.
CREATE TABLE ReportSnapshot (
    ReportId TEXT NOT NULL REFERENCES MonthlyReport (Id),
    Revision INTEGER NOT NULL,
    FrozenAt TEXT NOT NULL,
    Document TEXT NOT NULL,
    PRIMARY KEY (ReportId, Revision)
) STRICT, WITHOUT ROWID;

CREATE TABLE ReportReview (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    ReportMonth INTEGER NOT NULL,
    ReportRevision INTEGER NOT NULL,
    Verdict TEXT NOT NULL,
    ReviewComment TEXT NULL,
    CONSTRAINT UQ_ReportReview_ReportMonth UNIQUE (TeamId, ReportMonth)
) STRICT, WITHOUT ROWID;

CREATE TABLE Barrier (
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
    TeamKey TEXT NOT NULL,
    Description TEXT NOT NULL,
    MeasureCode TEXT NULL,
    PdsaCode TEXT NULL,
    AtLevel TEXT NOT NULL,
    ReachedOn TEXT NOT NULL,
    OwnerName TEXT NOT NULL,
    RequestedHelp TEXT NULL,
    RaisedOn TEXT NOT NULL,
    State TEXT NOT NULL,
    Resolution TEXT NULL,
    ResolvedOn TEXT NULL,
    EscalationsJson TEXT NOT NULL,
    CONSTRAINT UQ_Barrier_CodeKey UNIQUE (TeamId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_Barrier_RaisedOn ON Barrier (CollaborativeId, RaisedOn, TeamKey, CodeKey);
