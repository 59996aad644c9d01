-- Whom to ring, and what was sent to whom. The twin of db/sqlite/0009_chase.sql.

-- A team that has made contact about a month is not reminded of it again.
CREATE TABLE ChaseContact (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    ReportMonth INT NOT NULL,
    ContactedOn DATE NOT NULL,
    ExpectedDay DATE NULL,
    Note NVARCHAR(4000) NULL,
    CONSTRAINT UQ_ChaseContact_ReportMonth UNIQUE (TeamId, ReportMonth)
);

-- A day on which it was decided whom to remind; written together with the messages, so that it is decided once.
CREATE TABLE ReminderDay (
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    OnDay DATE NOT NULL,
    DecidedAt DATETIMEOFFSET(3) NOT NULL,
    PRIMARY KEY (CollaborativeId, OnDay)
);

-- The outbox: one row for each message, from the decision to its delivery. Occasion is what it is about: a month and the days from
-- its due day (2026-03/-7) for a reminder, the day for a digest.
CREATE TABLE ReminderMessage (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Occasion NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    ReportMonth INT NULL,
    DayOffset INT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    MemberId UNIQUEIDENTIFIER NOT NULL REFERENCES TeamMember (Id),
    RecipientName NVARCHAR(200) NOT NULL,
    RecipientEmail NVARCHAR(254) NOT NULL,
    SubjectText NVARCHAR(4000) NOT NULL,
    BodyText NVARCHAR(MAX) NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Attempts INT NOT NULL,
    NextAttemptAt DATETIMEOFFSET(3) NOT NULL,
    Fence BIGINT NOT NULL,
    LeaseUntil DATETIMEOFFSET(3) NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL,
    EndedAt DATETIMEOFFSET(3) NULL,
    Failure NVARCHAR(200) NULL,
    CONSTRAINT UQ_ReminderMessage_Key UNIQUE (CollaborativeId, Kind, Occasion, TeamId, MemberId)
);

CREATE INDEX IX_ReminderMessage_State ON ReminderMessage (State, NextAttemptAt);

CREATE INDEX IX_ReminderMessage_CreatedAt ON ReminderMessage (CollaborativeId, CreatedAt);
