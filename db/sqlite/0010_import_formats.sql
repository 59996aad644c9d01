-- Files of other formats than the long CSV: each is transcribed into it before its rows are taken. The twin of db/sqlserver/0010_import_formats.sql.

-- The measure of a file that names none.
ALTER TABLE ImportJob ADD COLUMN MeasureCode TEXT NULL;

-- The size of the transcript; null where the file is in the long form itself.
ALTER TABLE ImportJob ADD COLUMN TranscribedBytes INTEGER NULL;

ALTER TABLE ImportJob ADD COLUMN FailureCode TEXT NULL;

-- Where in the document the row comes from: "entry 17, group 2".
ALTER TABLE ImportRow ADD COLUMN SourcePlace TEXT NULL;
