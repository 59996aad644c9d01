-- The history of all that is versioned from here on, and what people put on charts. The twin of db/sqlite/0002_history_and_chart_marks.sql.

-- One row for each revision of anything that has a VersionedRow; Content is what the API showed of it.
CREATE TABLE HistoryEntry (
    SubjectId UNIQUEIDENTIFIER NOT NULL,
    Revision INT NOT NULL,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    TeamId UNIQUEIDENTIFIER NULL REFERENCES Team (Id),
    Subject NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    AddressCode NVARCHAR(200) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IsWithdrawn BIT NOT NULL,
    Content NVARCHAR(MAX) NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Reason NVARCHAR(4000) NULL,
    PRIMARY KEY (SubjectId, Revision)
);

CREATE INDEX IX_HistoryEntry_Subject ON HistoryEntry (CollaborativeId, Subject, TeamId);

CREATE INDEX IX_HistoryEntry_RecordedAt ON HistoryEntry (CollaborativeId, RecordedAt);

CREATE INDEX IX_HistoryEntry_Team ON HistoryEntry (TeamId, RecordedAt);

-- OwnerId is the team's id, or the collaborative's own for what stands on the charts of all teams.
CREATE TABLE Annotation (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    OwnerId UNIQUEIDENTIFIER NOT NULL,
    MeasureId UNIQUEIDENTIFIER NULL REFERENCES Measure (Id),
    MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    OnMonth INT NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Note NVARCHAR(4000) NOT NULL,
    CONSTRAINT UQ_Annotation_CodeKey UNIQUE (OwnerId, CodeKey)
);

CREATE TABLE ChartPhase (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    OwnerId UNIQUEIDENTIFIER NOT NULL,
    MeasureId UNIQUEIDENTIFIER NOT NULL REFERENCES Measure (Id),
    MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    StartMonth INT NOT NULL,
    FreezeMonths INT NULL,
    Reason NVARCHAR(4000) NOT NULL,
    AnnotationCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    Policy NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    CONSTRAINT UQ_ChartPhase_StartMonth UNIQUE (MeasureId, OwnerId, StartMonth)
);

CREATE TABLE PointFlag (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    OwnerId UNIQUEIDENTIFIER NOT NULL,
    MeasureId UNIQUEIDENTIFIER NOT NULL REFERENCES Measure (Id),
    MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReportMonth INT NOT NULL,
    IsAstronomical BIT NOT NULL,
    IsExcluded BIT NOT NULL,
    Reason NVARCHAR(4000) NOT NULL,
    CONSTRAINT UQ_PointFlag_ReportMonth UNIQUE (MeasureId, OwnerId, ReportMonth)
);
