-- Profiles of partners, and what an import may wait for: the rest of its file, a profile, a person's word. The twin of db/sqlite/0011_import_profiles_and_review.sql.

CREATE TABLE ImportProfile (
    Id UNIQUEIDENTIFIER NOT NULL PRIMARY KEY,
    CollaborativeId UNIQUEIDENTIFIER NOT NULL REFERENCES Collaborative (Id),
    Revision INT NOT NULL,
    IsWithdrawn BIT NOT NULL,
    RecordedAt DATETIMEOFFSET(3) NOT NULL,
    RecordedBy NVARCHAR(200) NOT NULL,
    Code NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    CodeKey NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    PartnerName NVARCHAR(200) NOT NULL,
    State NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    IsAutoAccepted BIT NOT NULL,
    Periods NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NOT NULL,
    MappingsJson NVARCHAR(MAX) NOT NULL,
    CONSTRAINT UQ_ImportProfile_CodeKey UNIQUE (CollaborativeId, CodeKey)
);

ALTER TABLE ImportJob ADD ProfileCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

-- All rows or none.
ALTER TABLE ImportJob ADD IsAtomic BIT NULL;

ALTER TABLE ImportJob ADD UnmappedJson NVARCHAR(MAX) NULL;

-- Null where nobody is asked; otherwise awaited, accepted or rejected.
ALTER TABLE ImportJob ADD Verdict NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

ALTER TABLE ImportJob ADD ReviewedBy NVARCHAR(200) NULL;

ALTER TABLE ImportJob ADD ReviewedAt DATETIMEOFFSET(3) NULL;

ALTER TABLE ImportJob ADD ReviewNote NVARCHAR(4000) NULL;

-- The size that an upload in pieces is to have.
ALTER TABLE ImportJob ADD UploadBytes BIGINT NULL;

ALTER TABLE ImportJob ADD Family NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

-- The import whose figures are put back.
ALTER TABLE ImportJob ADD UndoesId UNIQUEIDENTIFIER NULL;

-- What a row that only plans would make of what is there.
ALTER TABLE ImportRow ADD ChangeJson NVARCHAR(MAX) NULL;
