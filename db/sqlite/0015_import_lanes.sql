-- Two imports at once, and what becomes of one that breaks off again and again. The twin of db/sqlserver/0015_import_lanes.sql.

-- How often it was taken up since it last came further than ever before.
ALTER TABLE ImportJob ADD COLUMN Claims INTEGER NULL;

-- How far it has ever come.
ALTER TABLE ImportJob ADD COLUMN Furthest INTEGER NULL;

-- The key of whoever reviewed it.
ALTER TABLE ImportJob ADD COLUMN ReviewKeyId TEXT NULL;

-- What one sender sends is taken in its order.
CREATE INDEX IX_ImportJob_Sender ON ImportJob (ApiKeyId, State, CreatedAt);
