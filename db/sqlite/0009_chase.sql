-- Whom to ring, and what was sent to whom. The twin of db/sqlserver/0009_chase.sql.

-- A team that has made contact about a month is not reminded of it again.
CREATE TABLE ChaseContact (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    ReportMonth INTEGER NOT NULL,
    ContactedOn TEXT NOT NULL,
    ExpectedDay TEXT NULL,
    Note TEXT NULL,
    CONSTRAINT UQ_ChaseContact_ReportMonth UNIQUE (TeamId, ReportMonth)
) STRICT, WITHOUT ROWID;

-- A day on which it was decided whom to remind; written together with the messages, so that it is decided once.
CREATE TABLE ReminderDay (
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    OnDay TEXT NOT NULL,
    DecidedAt TEXT NOT NULL,
    PRIMARY KEY (CollaborativeId, OnDay)
) STRICT, WITHOUT ROWID;

-- The outbox: one row for each message, from the decision to its delivery. Occasion is what it is about: a month and the days from
-- its due day (2026-03/-7) for a reminder, the day for a digest.
CREATE TABLE ReminderMessage (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Kind TEXT NOT NULL,
    Occasion TEXT NOT NULL,
    ReportMonth INTEGER NULL,
    DayOffset INTEGER NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    MemberId TEXT NOT NULL REFERENCES TeamMember (Id),
    RecipientName TEXT NOT NULL,
    RecipientEmail TEXT NOT NULL,
    SubjectText TEXT NOT NULL,
    BodyText TEXT NOT NULL,
    State TEXT NOT NULL,
    Attempts INTEGER NOT NULL,
    NextAttemptAt TEXT NOT NULL,
    Fence INTEGER NOT NULL,
    LeaseUntil TEXT NULL,
    CreatedAt TEXT NOT NULL,
    EndedAt TEXT NULL,
    Failure TEXT NULL,
    CONSTRAINT UQ_ReminderMessage_Key UNIQUE (CollaborativeId, Kind, Occasion, TeamId, MemberId)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ReminderMessage_State ON ReminderMessage (State, NextAttemptAt);

CREATE INDEX IX_ReminderMessage_CreatedAt ON ReminderMessage (CollaborativeId, CreatedAt);
