-- Connections that poll partners' endpoints. The twin of db/sqlite/0012_connections.sql.

CREATE TABLE PartnerConnection (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Name NVARCHAR(200) NOT NULL,
    Url NVARCHAR(2000) NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Family NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    ProfileCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    EveryMinutes INT NULL,
    DailyTime NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    AuthenticationJson NVARCHAR(MAX) NOT NULL,

    -- Encrypted with a key that is not in the database.
    SealedSecret NVARCHAR(MAX) NULL,
    IsPaused BIT NOT NULL,

    -- The key in whose name its imports run; nobody holds its token.
    ApiKeyId UNIQUEIDENTIFIER NOT NULL REFERENCES ApiKey (Id),
    CONSTRAINT UQ_PartnerConnection_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

-- Where the polling of a connection stands: what changes with every poll and is no revision. RunId is the run in hand, waiting or taken;
-- a worker holds the connection by a lease that runs out, and writes under its fence.
CREATE TABLE ConnectionState (
    ConnectionId UNIQUEIDENTIFIER NOT NULL PRIMARY KEY REFERENCES PartnerConnection (Id),
    AnchorAt DATETIMEOFFSET(3) NOT NULL,
    NextRunAt DATETIMEOFFSET(3) NULL,
    Fence BIGINT NOT NULL,
    LeaseUntil DATETIMEOFFSET(3) NULL,
    RunId UNIQUEIDENTIFIER NULL,
    EntityTag NVARCHAR(500) NULL,
    LastModified NVARCHAR(100) NULL,
    ContentHash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    ProfileRevision INT NULL,
    ImportId UNIQUEIDENTIFIER NULL,
    HasRun BIT NOT NULL,
    Failures INT NOT NULL,
    OpensUntil DATETIMEOFFSET(3) NULL,
    LastSuccessAt DATETIMEOFFSET(3) NULL,
    LastFailureAt DATETIMEOFFSET(3) NULL,
    Failure NVARCHAR(MAX) NULL
);

CREATE INDEX IX_ConnectionState_NextRunAt ON ConnectionState (NextRunAt);

CREATE TABLE ConnectionRun (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    ConnectionId UNIQUEIDENTIFIER NOT NULL REFERENCES PartnerConnection (Id),
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    DueAt DATETIMEOFFSET(3) NULL,
    RequestedBy NVARCHAR(200) NULL,
    Attempts INT NOT NULL,
    HttpStatus INT NULL,
    TotalBytes BIGINT NULL,
    Pages INT NULL,
    ContentHash NVARCHAR(64) COLLATE Latin1_General_100_BIN2 NULL,
    ImportId UNIQUEIDENTIFIER NULL,
    Failure NVARCHAR(MAX) NULL,
    CreatedAt DATETIMEOFFSET(3) NOT NULL,
    StartedAt DATETIMEOFFSET(3) NULL,
    EndedAt DATETIMEOFFSET(3) NULL
);

CREATE INDEX IX_ConnectionRun_CreatedAt ON ConnectionRun (ConnectionId, CreatedAt);

-- The connection that an import came by.
ALTER TABLE ImportJob ADD ConnectionId UNIQUEIDENTIFIER NULL;
