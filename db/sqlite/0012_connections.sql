-- Connections that poll partners' endpoints. The twin of db/sqlserver/0012_connections.sql.

CREATE TABLE PartnerConnection (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    Name TEXT NOT NULL,
    Url TEXT NOT NULL,
    Kind TEXT NOT NULL,
    Family TEXT NULL,
    ProfileCode TEXT NOT NULL,
    EveryMinutes INTEGER NULL,
    DailyTime TEXT NULL,
    AuthenticationJson TEXT NOT NULL,

    -- Encrypted with a key that is not in the database.
    SealedSecret TEXT NULL,
    IsPaused INTEGER NOT NULL CHECK (IsPaused IN (0, 1)),

    -- The key in whose name its imports run; nobody holds its token.
    ApiKeyId TEXT NOT NULL REFERENCES ApiKey (Id),
    CONSTRAINT UQ_PartnerConnection_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

-- Where the polling of a connection stands: what changes with every poll and is no revision. RunId is the run in hand, waiting or taken;
-- a worker holds the connection by a lease that runs out, and writes under its fence.
CREATE TABLE ConnectionState (
    ConnectionId TEXT NOT NULL PRIMARY KEY REFERENCES PartnerConnection (Id),
    AnchorAt TEXT NOT NULL,
    NextRunAt TEXT NULL,
    Fence INTEGER NOT NULL,
    LeaseUntil TEXT NULL,
    RunId TEXT NULL,
    EntityTag TEXT NULL,
    LastModified TEXT NULL,
    ContentHash TEXT NULL,
    ProfileRevision INTEGER NULL,
    ImportId TEXT NULL,
    HasRun INTEGER NOT NULL CHECK (HasRun IN (0, 1)),
    Failures INTEGER NOT NULL,
    OpensUntil TEXT NULL,
    LastSuccessAt TEXT NULL,
    LastFailureAt TEXT NULL,
    Failure TEXT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ConnectionState_NextRunAt ON ConnectionState (NextRunAt);

CREATE TABLE ConnectionRun (
    Id TEXT NOT NULL PRIMARY KEY,
    ConnectionId TEXT NOT NULL REFERENCES PartnerConnection (Id),
    State TEXT NOT NULL,
    DueAt TEXT NULL,
    RequestedBy TEXT NULL,
    Attempts INTEGER NOT NULL,
    HttpStatus INTEGER NULL,
    TotalBytes INTEGER NULL,
    Pages INTEGER NULL,
    ContentHash TEXT NULL,
    ImportId TEXT NULL,
    Failure TEXT NULL,
    CreatedAt TEXT NOT NULL,
    StartedAt TEXT NULL,
    EndedAt TEXT NULL
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ConnectionRun_CreatedAt ON ConnectionRun (ConnectionId, CreatedAt);

-- The connection that an import came by.
ALTER TABLE ImportJob ADD COLUMN ConnectionId TEXT NULL;
