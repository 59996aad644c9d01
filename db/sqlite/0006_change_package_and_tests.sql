-- The change package, its ideas, how far each team is with each, and the tests of change. The twin of db/sqlserver/0006_change_package_and_tests.sql.

CREATE TABLE ChangePackage (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    DocumentJson TEXT NOT NULL,
    CONSTRAINT UQ_ChangePackage_Collaborative UNIQUE (CollaborativeId)
) STRICT, WITHOUT ROWID;

-- The ideas of the package (TeamId is null) and those of the teams themselves. OwnerId is the team's id, or the collaborative's own.
-- The keys of the drivers and of the concept say where in the package the idea stands; Place is its position there.
CREATE TABLE ChangeIdea (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    OwnerId TEXT NOT NULL,
    TeamId TEXT NULL REFERENCES Team (Id),
    Title TEXT NOT NULL,
    Description TEXT NULL,
    MeasureId TEXT NULL REFERENCES Measure (Id),
    MeasureCode TEXT NULL,
    PrimaryDriverKey TEXT NULL,
    SecondaryDriverKey TEXT NULL,
    ConceptKey TEXT NULL,
    PlacedUnder TEXT NULL,
    Place INTEGER NOT NULL,
    IsRetired INTEGER NOT NULL CHECK (IsRetired IN (0, 1)),
    CONSTRAINT UQ_ChangeIdea_CodeKey UNIQUE (OwnerId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ChangeIdea_Collaborative ON ChangeIdea (CollaborativeId, CodeKey);

-- Ideas are named by key, so that a team's own idea keeps its rows when the package takes it up.
CREATE TABLE IdeaProgress (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    IdeaKey TEXT NOT NULL,
    IdeaCode TEXT NOT NULL,
    Status TEXT NOT NULL,
    SinceOn TEXT NULL,
    Note TEXT NULL,
    CONSTRAINT UQ_IdeaProgress_Idea UNIQUE (TeamId, IdeaKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_IdeaProgress_Collaborative ON IdeaProgress (CollaborativeId, IdeaKey, Status);

-- Codes never change, so that those of team, measure and idea stand beside their ids. AfterKey is the cycle before it on the ramp.
CREATE TABLE PdsaCycle (
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
    IdeaKey TEXT NULL,
    IdeaCode TEXT NULL,
    MeasureId TEXT NULL REFERENCES Measure (Id),
    MeasureCode TEXT NULL,
    AfterKey TEXT NULL,
    State TEXT NOT NULL,
    Decision TEXT NULL,
    Kind TEXT NOT NULL,
    ScaleKind TEXT NOT NULL,
    StartedOn TEXT NULL,
    EndedOn TEXT NULL,
    IsShared INTEGER NOT NULL CHECK (IsShared IN (0, 1)),
    DegreeOfBelief TEXT NULL,
    Title TEXT NOT NULL,
    DocumentJson TEXT NOT NULL,
    CONSTRAINT UQ_PdsaCycle_CodeKey UNIQUE (TeamId, CodeKey)
) STRICT, WITHOUT ROWID;

-- Holds all that lists ask for, so that a cycle's document is read only when it is shown.
CREATE INDEX IX_PdsaCycle_List ON PdsaCycle (CollaborativeId, TeamKey, CodeKey, IsWithdrawn, State, IdeaKey, MeasureId, Decision, StartedOn);

CREATE INDEX IX_PdsaCycle_Idea ON PdsaCycle (CollaborativeId, IdeaKey, IsWithdrawn, TeamId, State);
