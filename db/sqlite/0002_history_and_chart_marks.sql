-- The history of all that is versioned from here on, and what people put on charts. The twin of db/sqlserver/0002_history_and_chart_marks.sql.

-- One row for each revision of anything that has a VersionedRow; Content is what the API showed of it.
CREATE TABLE HistoryEntry (
    SubjectId TEXT NOT NULL,
    Revision INTEGER NOT NULL,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    TeamId TEXT NULL REFERENCES Team (Id),
    Subject TEXT NOT NULL,
    AddressCode TEXT NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    Content TEXT NOT NULL,
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Reason TEXT NULL,
    PRIMARY KEY (SubjectId, Revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_HistoryEntry_Subject ON HistoryEntry (CollaborativeId, Subject, TeamId);

CREATE INDEX IX_HistoryEntry_RecordedAt ON HistoryEntry (CollaborativeId, RecordedAt);

CREATE INDEX IX_HistoryEntry_Team ON HistoryEntry (TeamId, RecordedAt);

-- OwnerId is the team's id, or the collaborative's own for what stands on the charts of all teams.
CREATE TABLE Annotation (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    OwnerId TEXT NOT NULL,
    MeasureId TEXT NULL REFERENCES Measure (Id),
    MeasureCode TEXT NULL,
    OnMonth INTEGER NOT NULL,
    Kind TEXT NOT NULL,
    Note TEXT NOT NULL,
    CONSTRAINT UQ_Annotation_CodeKey UNIQUE (OwnerId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE TABLE ChartPhase (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    OwnerId TEXT NOT NULL,
    MeasureId TEXT NOT NULL REFERENCES Measure (Id),
    MeasureCode TEXT NOT NULL,
    StartMonth INTEGER NOT NULL,
    FreezeMonths INTEGER NULL,
    Reason TEXT NOT NULL,
    AnnotationCode TEXT NULL,
    Policy TEXT NULL,
    CONSTRAINT UQ_ChartPhase_StartMonth UNIQUE (MeasureId, OwnerId, StartMonth)
) STRICT, WITHOUT ROWID;

CREATE TABLE PointFlag (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    OwnerId TEXT NOT NULL,
    MeasureId TEXT NOT NULL REFERENCES Measure (Id),
    MeasureCode TEXT NOT NULL,
    ReportMonth INTEGER NOT NULL,
    IsAstronomical INTEGER NOT NULL CHECK (IsAstronomical IN (0, 1)),
    IsExcluded INTEGER NOT NULL CHECK (IsExcluded IN (0, 1)),
    Reason TEXT NOT NULL,
    CONSTRAINT UQ_PointFlag_ReportMonth UNIQUE (MeasureId, OwnerId, ReportMonth)
) STRICT, WITHOUT ROWID;
