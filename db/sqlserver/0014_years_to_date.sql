-- Partners whose figures are of the year to date. The twin of db/sqlite/0014_years_to_date.sql.

-- The first month of such a partner's year.
ALTER TABLE ImportProfile ADD YearStartsIn INT NULL;

-- What a partner sent, until the end of which month, in its own units and strata: a later month is worked out from it.
-- Of an import that was undone it no longer counts.
CREATE TABLE YearToDateFigure (
    ProfileId UNIQUEIDENTIFIER NOT NULL REFERENCES ImportProfile (Id),
    MeasureId UNIQUEIDENTIFIER NOT NULL REFERENCES Measure (Id),
    TeamId UNIQUEIDENTIFIER NOT NULL REFERENCES Team (Id),
    ReportMonth INT NOT NULL,
    Revision INT NOT NULL,
    ImportId UNIQUEIDENTIFIER NOT NULL REFERENCES ImportJob (Id),
    ImportRow INT NOT NULL,
    IsUndone BIT NOT NULL,
    FiguresJson NVARCHAR(MAX) NOT NULL,
    PRIMARY KEY (ProfileId, MeasureId, TeamId, ReportMonth, Revision)
);

CREATE INDEX IX_YearToDateFigure_Import ON YearToDateFigure (ImportId);
