-- The change package, its ideas, how far each team is with each, and the tests of change. The twin of db/sqlite/0006_change_package_and_tests.sql.

CREATE TABLE ChangePackage (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    DocumentJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_ChangePackage_Collaborative UNIQUE (CollaborativeId)
);

-- The ideas of the package (TeamId is null) and those of the teams themselves. OwnerId is the team's id, or the collaborative's own.
-- The keys of the drivers and of the concept say where in the package the idea stands; Place is its position there.
CREATE TABLE ChangeIdea (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    OwnerId UNIQUEIDENTIFIER NOT NULL,
    TeamId UNIQUEIDENTIFIER NULL REFERENCES Team (Id),
    Title NVARCHAR(200) NOT NULL,
    Description NVARCHAR(4000) NULL,
    MeasureId UNIQUEIDENTIFIER NULL REFERENCES Measure (Id),
    MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    PrimaryDriverKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    SecondaryDriverKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    ConceptKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    PlacedUnder NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    Place INT NOT NULL,
    IsRetired BIT NOT NULL,
    CONSTRAINT UQ_ChangeIdea_CodeKey UNIQUE (OwnerId, CodeKey)
);

CREATE INDEX IX_ChangeIdea_Collaborative ON ChangeIdea (CollaborativeId, CodeKey);

-- Ideas are named by key, so that a team's own idea keeps its rows when the package takes it up.
CREATE TABLE IdeaProgress (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    IdeaKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IdeaCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Status NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SinceOn DATE NULL,
    Note NVARCHAR(4000) NULL,
    CONSTRAINT UQ_IdeaProgress_Idea UNIQUE (TeamId, IdeaKey)
);

CREATE INDEX IX_IdeaProgress_Collaborative ON IdeaProgress (CollaborativeId, IdeaKey, Status);

-- Codes never change, so that those of team, measure and idea stand beside their ids. AfterKey is the cycle before it on the ramp.
CREATE TABLE PdsaCycle (
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
    IdeaKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    IdeaCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    MeasureId UNIQUEIDENTIFIER NULL REFERENCES Measure (Id),
    MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    AfterKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Decision NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ScaleKind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    StartedOn DATE NULL,
    EndedOn DATE NULL,
    IsShared BIT NOT NULL,
    DegreeOfBelief NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    Title NVARCHAR(200) NOT NULL,
    DocumentJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_PdsaCycle_CodeKey UNIQUE (TeamId, CodeKey)
);

-- Holds all that lists ask for, so that a cycle's document is read only when it is shown.
CREATE INDEX IX_PdsaCycle_List ON PdsaCycle (CollaborativeId, TeamKey, CodeKey, IsWithdrawn, State, IdeaKey, MeasureId, Decision, StartedOn);

CREATE INDEX IX_PdsaCycle_Idea ON PdsaCycle (CollaborativeId, IdeaKey, IsWithdrawn, TeamId, State);
