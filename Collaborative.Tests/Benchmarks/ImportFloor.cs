using System.Globalization;
using CsvHelper;
using Microsoft.Data.Sqlite;

namespace Collaborative.Tests.Benchmarks;

/// <summary>
/// The least that an import could do: parse the file and insert each row into Submission and SubmissionRevision, with one
/// prepared statement for each table, in one transaction, with the same durability. No rules, no outcome of each row, no upload.
/// </summary>
internal static class ImportFloor
{
    private static readonly string[] Names =
    [
        "@measureId", "@teamId", "@month", "@revision", "@status", "@numerator", "@denominator", "@figure", "@sampleSize", "@standardDeviation", "@gaps",
        "@noData", "@note", "@strata", "@submittedAt", "@submittedBy", "@recordedAt", "@recordedBy", "@reason", "@origin", "@importId", "@importRow",
    ];

    /// <returns>How many rows went in.</returns>
    public static int Run(string database, string file)
    {
        using var connection = Open(database);
        var measures = Ids(connection, "Measure");
        var teams = Ids(connection, "Team");
        using var transaction = connection.BeginTransaction();
        using var current = Prepare(connection, "Submission");
        using var revision = Prepare(connection, "SubmissionRevision");
        using var text = new StreamReader(file);
        using var parser = CsvReader.Create(text, new CsvReaderOptions { Separator = ',', HasHeader = false });
        var importId = Guid.NewGuid().ToString("D");
        parser.Read();
        var count = 0;
        while (parser.Read())
        {
            var fields = parser.Current.ToArray();
            var month = int.Parse(fields[2].Replace("-", "", StringComparison.Ordinal), CultureInfo.InvariantCulture);
            var numerator = double.Parse(fields[3], CultureInfo.InvariantCulture);
            var denominator = double.Parse(fields[4], CultureInfo.InvariantCulture);
            count++;
            Execute(current, measures[fields[1]], teams[fields[0]], month, numerator, denominator, "import", importId, count);
            Execute(revision, measures[fields[1]], teams[fields[0]], month, numerator, denominator, "import", importId, count);
        }

        transaction.Commit();
        return count;
    }

    public static SqliteConnection Open(string database)
    {
        var connection = new SqliteConnection($"Data Source={database};Pooling=False");
        connection.Open();
        using var pragmas = connection.CreateCommand();
        pragmas.CommandText = "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA foreign_keys = ON; PRAGMA cache_size = -16384";
        pragmas.ExecuteNonQuery();
        return connection;
    }

    public static Dictionary<string, string> Ids(SqliteConnection connection, string table)
    {
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT Code, Id FROM {table}";
        using var reader = command.ExecuteReader();
        var ids = new Dictionary<string, string>();
        while (reader.Read())
        {
            ids[reader.GetString(0)] = reader.GetString(1);
        }

        return ids;
    }

    public static SqliteCommand Prepare(SqliteConnection connection, string table)
    {
        var command = connection.CreateCommand();
        command.CommandText =
            $"""
            INSERT INTO {table} (MeasureId, TeamId, ReportMonth, Revision, Status, Numerator, Denominator, Figure, SampleSize, StandardDeviation, Gaps,
                NoDataReason, Note, Strata, SubmittedAt, SubmittedBy, RecordedAt, RecordedBy, Reason, Origin, ImportId, ImportRow)
            VALUES ({string.Join(", ", Names)})
            """;
        foreach (var name in Names)
        {
            command.Parameters.Add(new SqliteParameter(name, DBNull.Value));
        }

        command.Prepare();
        return command;
    }

    public static void Execute(
        SqliteCommand statement, string measureId, string teamId, int month, double numerator, double denominator, string origin, string? importId, int? importRow)
    {
        var now = DateTime.UtcNow.ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);
        var values = statement.Parameters;
        values[0].Value = measureId;
        values[1].Value = teamId;
        values[2].Value = month;
        values[3].Value = 1;
        values[4].Value = "submitted";
        values[5].Value = numerator;
        values[6].Value = denominator;
        values[14].Value = now;
        values[15].Value = "floor";
        values[16].Value = now;
        values[17].Value = "floor";
        values[19].Value = origin;
        values[20].Value = (object?)importId ?? DBNull.Value;
        values[21].Value = (object?)importRow ?? DBNull.Value;
        statement.ExecuteNonQuery();
    }
}
