-- Partners whose figures are of the year to date. The twin of db/sqlserver/0014_years_to_date.sql.

-- The first month of such a partner's year.
ALTER TABLE ImportProfile ADD COLUMN YearStartsIn INTEGER NULL;

-- What a partner sent, until the end of which month, in its own units and strata: a later month is worked out from it.
-- Of an import that was undone it no longer counts.
CREATE TABLE YearToDateFigure (
    ProfileId TEXT NOT NULL REFERENCES ImportProfile (Id),
    MeasureId TEXT NOT NULL REFERENCES Measure (Id),
    TeamId TEXT NOT NULL REFERENCES Team (Id),
    ReportMonth INTEGER NOT NULL,
    Revision INTEGER NOT NULL,
    ImportId TEXT NOT NULL REFERENCES ImportJob (Id),
    ImportRow INTEGER NOT NULL,
    IsUndone INTEGER NOT NULL CHECK (IsUndone IN (0, 1)),
    FiguresJson TEXT NOT NULL,
    PRIMARY KEY (ProfileId, MeasureId, TeamId, ReportMonth, Revision)
) STRICT, WITHOUT ROWID;

CREATE INDEX IX_YearToDateFigure_Import ON YearToDateFigure (ImportId);
