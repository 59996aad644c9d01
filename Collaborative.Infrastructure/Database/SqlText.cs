namespace Collaborative.Infrastructure.Database;

internal enum Engine
{
    Sqlite,
    SqlServer,
}

/// <summary>One statement: the same text on both engines, or two side by side where the dialects differ.</summary>
/// <remarks>Statements are static readonly fields of this type, so that a test finds, parses and prepares every one.</remarks>
internal sealed class SqlText(string sqlite, string sqlServer)
{
    public string Sqlite { get; } = sqlite;

    public string SqlServer { get; } = sqlServer;

    public static implicit operator SqlText(string portable) => new(portable, portable);

    public string For(Engine engine) => engine == Engine.Sqlite ? Sqlite : SqlServer;
}
