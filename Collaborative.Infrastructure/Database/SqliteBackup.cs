using Microsoft.Data.Sqlite;

namespace Collaborative.Infrastructure.Database;

/// <summary>Copies of the embedded database that are whole or not there at all.</summary>
internal static class SqliteBackup
{
    /// <summary>Writes a consistent copy, also while a server writes to the database.</summary>
    /// <exception cref="IOException">The file exists, or cannot be written.</exception>
    public static void Backup(SqliteDatabase database, string file)
    {
        var target = Path.GetFullPath(file);
        if (!File.Exists(database.FilePath))
        {
            throw new IOException($"There is no database at {database.FilePath}.");
        }

        if (File.Exists(target))
        {
            throw new IOException($"{target} exists already; choose another name.");
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var making = target + ".making";
        File.Delete(making);
        try
        {
            Copy(database, making);
        }
        catch (SqliteException failed)
        {
            File.Delete(making);
            throw new IOException($"The copy cannot be written to {target}: {failed.Message}");
        }

        Check(making);
        MakeDurable(making);
        File.Move(making, target);
    }

    private static void Copy(SqliteDatabase database, string making)
    {
        using var source = new SqliteConnection(database.ConnectionString);
        source.Open();
        using var vacuum = source.CreateCommand();
        vacuum.CommandTimeout = 0;
        vacuum.CommandText = "VACUUM INTO $file";
        vacuum.Parameters.AddWithValue("$file", making);
        vacuum.ExecuteNonQuery();
    }

    /// <summary>Puts a copy in the place of the database.</summary>
    /// <param name="replace">Whether a database that is there may be replaced.</param>
    /// <exception cref="IOException">The copy is damaged, something is in the way, or a server uses the database.</exception>
    public static void Restore(SqliteDatabase database, string file, bool replace)
    {
        var source = Path.GetFullPath(file);
        var target = database.FilePath;
        if (!File.Exists(source))
        {
            throw new IOException($"There is no file {source}.");
        }

        Check(source);
        if (File.Exists(target))
        {
            if (!replace)
            {
                throw new IOException($"There is a database at {target} already; --replace puts the backup in its place.");
            }

            CloseLog(target);
        }

        Directory.CreateDirectory(Path.GetDirectoryName(target)!);
        var making = target + ".making";
        File.Copy(source, making, overwrite: true);
        MakeDurable(making);

        // A log that a damaged database left behind must not be played into the copy.
        File.Delete(target + "-wal");
        File.Delete(target + "-shm");
        File.Move(making, target, overwrite: true);
    }

    private static void Check(string file)
    {
        try
        {
            using var connection = Open(file, SqliteOpenMode.ReadOnly);
            if (Scalar(connection, "PRAGMA integrity_check") != "ok" || Scalar(connection, "SELECT COUNT(*) FROM SchemaVersion") == "0")
            {
                throw new IOException($"{file} is damaged.");
            }
        }
        catch (SqliteException exception)
        {
            throw new IOException($"{file} is not a database of this program.", exception);
        }
    }

    /// <summary>Leaving the write-ahead log needs the file alone, so it fails while a server uses it.</summary>
    private static void CloseLog(string file)
    {
        try
        {
            using var connection = Open(file, SqliteOpenMode.ReadWrite);
            if (Scalar(connection, "PRAGMA journal_mode = DELETE") == "delete")
            {
                return;
            }
        }
        catch (SqliteException exception) when (exception.SqliteErrorCode is not (5 or 6))
        {
            // A database that is damaged is what a restore is for.
            return;
        }
        catch (SqliteException)
        {
            // Busy or locked: falls through to the same refusal.
        }

        throw new IOException("A server is using the database; stop it first.");
    }

    private static SqliteConnection Open(string file, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = file, Mode = mode, Pooling = false, DefaultTimeout = 1 }.ToString());
        connection.Open();
        return connection;
    }

    private static string? Scalar(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return Convert.ToString(command.ExecuteScalar(), System.Globalization.CultureInfo.InvariantCulture);
    }

    private static void MakeDurable(string file)
    {
        using var handle = new FileStream(file, FileMode.Open, FileAccess.ReadWrite);
        handle.Flush(flushToDisk: true);
    }
}
