-- Enrolment, readiness, who is on a team, and prework. The twin of db/sqlserver/0004_people.sql.

-- What the team's enrolment says; null for a team without an enrolment, which takes part from the start.
ALTER TABLE Team ADD COLUMN EnrolmentState TEXT NULL;

ALTER TABLE TeamRevision ADD COLUMN EnrolmentState TEXT NULL;

CREATE TABLE Enrolment (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    State TEXT NOT NULL,
    SinceDay TEXT NOT NULL,
    Reason TEXT NULL,
    LastMonth INTEGER NULL,
    SeniorLeaderName TEXT NULL,
    SignedOn TEXT NULL,
    LetterReference TEXT NULL,
    CONSTRAINT UQ_Enrolment_TeamId UNIQUE (TeamId)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_Enrolment_State ON Enrolment (CollaborativeId, State);

CREATE TABLE ReadinessChecklist (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    PassesGate INTEGER NOT NULL CHECK (PassesGate IN (0, 1)),
    ItemsJson TEXT NOT NULL,
    CONSTRAINT UQ_ReadinessChecklist_TeamId UNIQUE (TeamId)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ReadinessChecklist_Collaborative ON ReadinessChecklist (CollaborativeId);

CREATE TABLE TeamMember (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    Name TEXT NOT NULL,
    RolesJson TEXT NOT NULL,
    Email TEXT NULL,
    Phone TEXT NULL,
    FromDay TEXT NOT NULL,
    ToDay TEXT NULL,
    TimePercent REAL NULL,
    IsOptedOut INTEGER NOT NULL CHECK (IsOptedOut IN (0, 1)),
    CONSTRAINT UQ_TeamMember_CodeKey UNIQUE (TeamId, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_TeamMember_Collaborative ON TeamMember (CollaborativeId, TeamId);

CREATE TABLE PreworkItem (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Title TEXT NOT NULL,
    Kind TEXT NOT NULL,
    DueOffsetDays INTEGER NOT NULL,
    OwnerRole TEXT NOT NULL,
    Description TEXT NULL,
    CONSTRAINT UQ_PreworkItem_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

-- How far one team is with one item; no row means not started.
CREATE TABLE PreworkProgress (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    ItemId TEXT NOT NULL REFERENCES PreworkItem (Id),
    ItemCode TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    State TEXT NOT NULL,
    SubmittedAt TEXT NULL,
    Evidence TEXT NULL,
    Note TEXT NULL,
    CONSTRAINT UQ_PreworkProgress_Item UNIQUE (TeamId, ItemId)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_PreworkProgress_Collaborative ON PreworkProgress (CollaborativeId);
