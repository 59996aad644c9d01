-- Servers elsewhere that are told of what happens here. The twin of db/sqlserver/0013_webhooks.sql.

CREATE TABLE Webhook (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Title TEXT NOT NULL,
    TargetUrl TEXT NOT NULL,
    EventsText TEXT NOT NULL,
    TeamsText TEXT NOT NULL,
    IsPaused INTEGER NOT NULL CHECK (IsPaused IN (0, 1)),
    PausedReason TEXT NULL,
    SecretSetAt TEXT NULL,
    CONSTRAINT UQ_Webhook_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

-- The secrets that events are signed with, encrypted; only the latest has no end.
CREATE TABLE WebhookSecret (
    Id TEXT NOT NULL PRIMARY KEY,
    WebhookId TEXT NOT NULL REFERENCES Webhook (Id),
    SealedText TEXT NOT NULL,
    CreatedAt TEXT NOT NULL,
    ValidUntil TEXT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_WebhookSecret_Webhook ON WebhookSecret (WebhookId, CreatedAt);

-- How far a webhook has come: up to which version of the collaborative's data its events are queued, and who sends them now.
CREATE TABLE WebhookProgress (
    WebhookId TEXT NOT NULL PRIMARY KEY REFERENCES Webhook (Id),
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    QueuedVersion INTEGER NOT NULL,
    Fence INTEGER NOT NULL,
    LeaseUntil TEXT NULL,
    RestUntil TEXT NULL,
    LastAttemptAt TEXT NULL,
    LastDeliveredAt TEXT NULL,
    ConsecutiveFailures INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- One event for one webhook. The id is the event's own, the same whenever it is told of again.
CREATE TABLE WebhookDelivery (
    WebhookId TEXT NOT NULL REFERENCES Webhook (Id),
    EventId TEXT NOT NULL,
    EventType TEXT NOT NULL,
    OccurredAt TEXT NOT NULL,
    PayloadJson TEXT NOT NULL,
    State TEXT NOT NULL,
    Attempts INTEGER NOT NULL,
    NextAttemptAt TEXT NULL,
    LastAttemptAt TEXT NULL,
    LastStatus INTEGER NULL,
    Failure TEXT NULL,
    EndedAt TEXT NULL,
    PRIMARY KEY (WebhookId, EventId)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_WebhookDelivery_Next ON WebhookDelivery (WebhookId, State, NextAttemptAt, OccurredAt);

CREATE INDEX IX_WebhookDelivery_OccurredAt ON WebhookDelivery (WebhookId, OccurredAt, EventId);

CREATE INDEX IX_WebhookDelivery_EndedAt ON WebhookDelivery (State, EndedAt);

-- By this the events of typed figures are found; the rows of imports, which are told of as a whole, pay nothing for it.
CREATE INDEX IX_SubmissionRevision_Typed ON SubmissionRevision (RecordedAt) WHERE Origin = 'typed';

-- What was answered the first time, so that the same request again is answered alike.
ALTER TABLE IdempotencyKey ADD COLUMN AnswerJson TEXT NULL;
