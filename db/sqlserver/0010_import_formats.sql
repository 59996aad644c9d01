-- Files of other formats than the long CSV: each is transcribed into it before its rows are taken. The twin of db/sqlite/0010_import_formats.sql.

-- The measure of a file that names none.
ALTER TABLE ImportJob ADD MeasureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

-- The size of the transcript; null where the file is in the long form itself.
ALTER TABLE ImportJob ADD TranscribedBytes BIGINT NULL;

ALTER TABLE ImportJob ADD FailureCode NVARCHAR(40) COLLATE Latin1_General_100_BIN2 NULL;

-- Where in the document the row comes from: "entry 17, group 2".
ALTER TABLE ImportRow ADD SourcePlace NVARCHAR(100) COLLATE Latin1_General_100_BIN2 NULL;
