-- Servers elsewhere that are told of what happens here. The twin of db/sqlite/0013_webhooks.sql.

CREATE TABLE Webhook (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Title NVARCHAR(200) NOT NULL,
    TargetUrl NVARCHAR(2000) NOT NULL,
    EventsText NVARCHAR(4000) NOT NULL,
    TeamsText NVARCHAR(MAX) NOT NULL,
    IsPaused BIT NOT NULL,
    PausedReason NVARCHAR(4000) NULL,
    SecretSetAt DATETIMEOFFSET(3) NULL,
    CONSTRAINT UQ_Webhook_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

-- The secrets that events are signed with, encrypted; only the latest has no end.
CREATE TABLE WebhookSecret (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    WebhookId UNIQUEIDENTIFIER NOT NULL REFERENCES Webhook (Id),
    SealedText NVARCHAR(4000) NOT NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL,
    ValidUntil DATETIMEOFFSET(3) NULL
);

CREATE INDEX IX_WebhookSecret_Webhook ON WebhookSecret (WebhookId, CreatedAt);

-- How far a webhook has come: up to which version of the collaborative's data its events are queued, and who sends them now.
CREATE TABLE WebhookProgress (
    WebhookId UNIQUEIDENTIFIER NOT NULL PRIMARY KEY REFERENCES Webhook (Id),
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    QueuedVersion BIGINT NOT NULL,
    Fence BIGINT NOT NULL,
    LeaseUntil DATETIMEOFFSET(3) NULL,
    RestUntil DATETIMEOFFSET(3) NULL,
    LastAttemptAt DATETIMEOFFSET(3) NULL,
    LastDeliveredAt DATETIMEOFFSET(3) NULL,
    ConsecutiveFailures INT NOT NULL
);

-- One event for one webhook. The id is the event's own, the same whenever it is told of again.
CREATE TABLE WebhookDelivery (
    WebhookId UNIQUEIDENTIFIER NOT NULL REFERENCES Webhook (Id),
    EventId UNIQUEIDENTIFIER NOT NULL,
    EventType NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    OccurredAt DATETIMEOFFSET(3) NOT NULL,
    PayloadJson NVARCHAR(MAX) NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Attempts INT NOT NULL,
    NextAttemptAt DATETIMEOFFSET(3) NULL,
    LastAttemptAt DATETIMEOFFSET(3) NULL,
    LastStatus INT NULL,
    Failure NVARCHAR(4000) NULL,
    EndedAt DATETIMEOFFSET(3) NULL,
    PRIMARY KEY (WebhookId, EventId)
);

CREATE INDEX IX_WebhookDelivery_Next ON WebhookDelivery (WebhookId, State, NextAttemptAt, OccurredAt);

CREATE INDEX IX_WebhookDelivery_OccurredAt ON WebhookDelivery (WebhookId, OccurredAt, EventId);

CREATE INDEX IX_WebhookDelivery_EndedAt ON WebhookDelivery (State, EndedAt);

-- By this the events of typed figures are found; the rows of imports, which are told of as a whole, pay nothing for it.
CREATE INDEX IX_SubmissionRevision_Typed ON SubmissionRevision (RecordedAt) WHERE Origin = 'typed';

-- What was answered the first time, so that the same request again is answered alike.
ALTER TABLE IdempotencyKey ADD AnswerJson NVARCHAR(MAX) NULL;
