-- What teams learned, and what is asked and answered about it. The twin of db/sqlite/0007_library.sql.

-- One entry for each shared PDSA cycle or report. SearchText is folded: lower case, without accents and signs.
CREATE TABLE LibraryEntry (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    TeamCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    TeamKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Source NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SourceCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    SourceKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IdeaKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    IdeaCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    Decision NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    DegreeOfBelief NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    SharedAt DATETIMEOFFSET(3) NOT NULL,
    SearchText NVARCHAR(4000) COLLATE Latin1_General_100_BIN2 NOT NULL,
    DocumentJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_LibraryEntry_Source UNIQUE (TeamId, Source, SourceKey)
);

CREATE INDEX IX_LibraryEntry_SharedAt ON LibraryEntry (CollaborativeId, SharedAt, IsWithdrawn, TeamKey, IdeaKey, Decision, DegreeOfBelief);

CREATE INDEX IX_LibraryEntry_Idea ON LibraryEntry (CollaborativeId, IdeaKey, IsWithdrawn);

-- ApiKeyId is the author's key: what tells one's own posts from others'.
CREATE TABLE ThreadPost (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IdeaKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IdeaCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    Kind NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    InReplyTo NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL,
    ApiKeyId UNIQUEIDENTIFIER NOT NULL REFERENCES ApiKey (Id),
    Author NVARCHAR(200) NOT NULL,
    PostedAt DATETIMEOFFSET(3) NOT NULL,
    PostText NVARCHAR(4000) NOT NULL,
    CONSTRAINT UQ_ThreadPost_CodeKey UNIQUE (CollaborativeId, IdeaKey, CodeKey)
);

CREATE INDEX IX_ThreadPost_PostedAt ON ThreadPost (CollaborativeId, PostedAt);
