-- Enrolment, readiness, who is on a team, and prework. The twin of db/sqlite/0004_people.sql.

-- What the team's enrolment says; null for a team without an enrolment, which takes part from the start.
ALTER TABLE Team ADD EnrolmentState NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

ALTER TABLE TeamRevision ADD EnrolmentState NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

CREATE TABLE Enrolment (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SinceDay DATE NOT NULL,
    Reason NVARCHAR(4000) NULL,
    LastMonth INT NULL,
    SeniorLeaderName NVARCHAR(200) NULL,
    SignedOn DATE NULL,
    LetterReference NVARCHAR(1000) NULL,
    CONSTRAINT UQ_Enrolment_TeamId UNIQUE (TeamId)
);

CREATE INDEX IX_Enrolment_State ON Enrolment (CollaborativeId, State);

CREATE TABLE ReadinessChecklist (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PassesGate BIT NOT NULL,
    ItemsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_ReadinessChecklist_TeamId UNIQUE (TeamId)
);

CREATE INDEX IX_ReadinessChecklist_Collaborative ON ReadinessChecklist (CollaborativeId);

CREATE TABLE TeamMember (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    Name NVARCHAR(200) NOT NULL,
    RolesJson NVARCHAR(MAX) NOT NULL,
    Email NVARCHAR(254) NULL,
    Phone NVARCHAR(100) NULL,
    FromDay DATE NOT NULL,
    ToDay DATE NULL,
    TimePercent FLOAT(53) NULL,
    IsOptedOut BIT NOT NULL,
    CONSTRAINT UQ_TeamMember_CodeKey UNIQUE (TeamId, CodeKey)
);

CREATE INDEX IX_TeamMember_Collaborative ON TeamMember (CollaborativeId, TeamId);

CREATE TABLE PreworkItem (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Title NVARCHAR(200) NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    DueOffsetDays INT NOT NULL,
    OwnerRole NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Description NVARCHAR(4000) NULL,
    CONSTRAINT UQ_PreworkItem_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

-- How far one team is with one item; no row means not started.
CREATE TABLE PreworkProgress (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    ItemId UNIQUEIDENTIFIER NOT NULL REFERENCES PreworkItem (Id),
    ItemCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SubmittedAt DATETIMEOFFSET(3) NULL,
    Evidence NVARCHAR(4000) NULL,
    Note NVARCHAR(4000) NULL,
    CONSTRAINT UQ_PreworkProgress_Item UNIQUE (TeamId, ItemId)
);

CREATE INDEX IX_PreworkProgress_Collaborative ON PreworkProgress (CollaborativeId);
