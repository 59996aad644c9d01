-- What teams learned, and what is asked and answered about it. The twin of db/sqlserver/0007_library.sql.

-- One entry for each shared PDSA cycle or report. SearchText is folded: lower case, without accents and signs.
CREATE TABLE LibraryEntry (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    TeamCode TEXT NOT NULL,
    TeamKey TEXT NOT NULL,
    Source TEXT NOT NULL,
    SourceCode TEXT NOT NULL,
    SourceKey TEXT NOT NULL,
    IdeaKey TEXT NULL,
    IdeaCode TEXT NULL,
    Decision TEXT NULL,
    DegreeOfBelief TEXT NULL,
    SharedAt TEXT NOT NULL,
    SearchText TEXT NOT NULL,
    DocumentJson TEXT NOT NULL,
    CONSTRAINT UQ_LibraryEntry_Source UNIQUE (TeamId, Source, SourceKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_LibraryEntry_SharedAt ON LibraryEntry (CollaborativeId, SharedAt, IsWithdrawn, TeamKey, IdeaKey, Decision, DegreeOfBelief);

CREATE INDEX IX_LibraryEntry_Idea ON LibraryEntry (CollaborativeId, IdeaKey, IsWithdrawn);

-- ApiKeyId is the author's key: what tells one's own posts from others'.
CREATE TABLE ThreadPost (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    IdeaKey TEXT NOT NULL,
    IdeaCode TEXT NOT NULL,
    Kind TEXT NOT NULL,
    InReplyTo TEXT NULL,
    ApiKeyId TEXT NOT NULL REFERENCES ApiKey (Id),
    Author TEXT NOT NULL,
    PostedAt TEXT NOT NULL,
    PostText TEXT NOT NULL,
    CONSTRAINT UQ_ThreadPost_CodeKey UNIQUE (CollaborativeId, IdeaKey, CodeKey)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_ThreadPost_PostedAt ON ThreadPost (CollaborativeId, PostedAt);
