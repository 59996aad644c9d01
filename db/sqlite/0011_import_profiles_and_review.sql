-- Profiles of partners, and what an import may wait for: the rest of its file, a profile, a person's word. The twin of db/sqlserver/0011_import_profiles_and_review.sql.

CREATE TABLE ImportProfile (
    Id TEXT NOT NULL PRIMARY KEY,
    CollaborativeId TEXT NOT NULL REFERENCES Collaborative (Id),
    Revision INTEGER NOT NULL,
    IsWithdrawn INTEGER NOT NULL CHECK (IsWithdrawn IN (0, 1)),
    RecordedAt TEXT NOT NULL,
    RecordedBy TEXT NOT NULL,
    Code TEXT NOT NULL,
    CodeKey TEXT NOT NULL,
    PartnerName TEXT NOT NULL,
    State TEXT NOT NULL,
    IsAutoAccepted INTEGER NOT NULL CHECK (IsAutoAccepted IN (0, 1)),
    Periods TEXT NOT NULL,
    MappingsJson TEXT NOT NULL,
    CONSTRAINT UQ_ImportProfile_CodeKey UNIQUE (CollaborativeId, CodeKey)
) STRICT, WITHOUT ROWID;

ALTER TABLE ImportJob ADD COLUMN ProfileCode TEXT NULL;

-- All rows or none.
ALTER TABLE ImportJob ADD COLUMN IsAtomic INTEGER NULL CHECK (IsAtomic IN (0, 1));

ALTER TABLE ImportJob ADD COLUMN UnmappedJson TEXT NULL;

-- Null where nobody is asked; otherwise awaited, accepted or rejected.
ALTER TABLE ImportJob ADD COLUMN Verdict TEXT NULL;

ALTER TABLE ImportJob ADD COLUMN ReviewedBy TEXT NULL;

ALTER TABLE ImportJob ADD COLUMN ReviewedAt TEXT NULL;

ALTER TABLE ImportJob ADD COLUMN ReviewNote TEXT NULL;

-- The size that an upload in pieces is to have.
ALTER TABLE ImportJob ADD COLUMN UploadBytes INTEGER NULL;

ALTER TABLE ImportJob ADD COLUMN Family TEXT NULL;

-- The import whose figures are put back.
ALTER TABLE ImportJob ADD COLUMN UndoesId TEXT NULL;

-- What a row that only plans would make of what is there.
ALTER TABLE ImportRow ADD COLUMN ChangeJson TEXT NULL;
