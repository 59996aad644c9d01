using Collaborative.Tests.Support;

namespace Collaborative.Tests.Contract;

/// <summary>Who calls. The order is that of the rows of every table below.</summary>
public enum Caller
{
    Nobody,
    BadKey,
    Expired,
    Revoked,
    Administrator,
    Director,
    Faculty,
    Sponsor,
    DataLead,
    Member,
    Integration,

    /// <summary>An integration that is limited to the team.</summary>
    TeamFeed,
}

/// <summary>What the address names. Each is a column of every table below.</summary>
public enum Place
{
    /// <summary>The caller's own collaborative, and in it the caller's own team.</summary>
    Own,

    /// <summary>Another team of the same collaborative.</summary>
    Team,

    /// <summary>Another collaborative, where everything is there.</summary>
    Elsewhere,

    /// <summary>A collaborative that does not exist.</summary>
    NoCollaborative,

    /// <summary>The own collaborative, but a team that does not exist.</summary>
    NoTeam,

    /// <summary>The own collaborative, but a measure that does not exist.</summary>
    NoMeasure,
}

/// <summary>One endpoint of the matrix.</summary>
/// <param name="Name">The endpoint's name in the OpenAPI document.</param>
/// <param name="Path">With {collaborative}, {team} and {measure} where the address names them.</param>
/// <param name="Expected">Which table below says what is answered.</param>
public sealed record Row(string Name, string Method, string Path, string Expected, string? Body = null);

/// <summary>
/// The access matrix, written by hand from the contract: everyone in a collaborative sees its description, measures, team
/// names and aggregates; figures of a team only that team, faculty and directors. A new endpoint is one row here and, where
/// no table says what it does, one table.
/// </summary>
public static class Matrix
{
    public const string Month = "2026-05";

    private const string Series = "/collaboratives/{collaborative}/teams/{team}/measures/{measure}/submissions";

    public static readonly IReadOnlyList<Row> Rows =
    [
        new("listCollaboratives", "GET", "/collaboratives", EveryoneReads),
        new("getCollaborative", "GET", "/collaboratives/{collaborative}", EveryoneReads),
        new("putCollaborative", "PUT", "/collaboratives/{collaborative}", AdministratorsCreate, Given.Collaborative),
        new("listTeams", "GET", "/collaboratives/{collaborative}/teams", EveryoneReads),
        new("getTeam", "GET", "/collaboratives/{collaborative}/teams/{team}", EveryoneReads),
        new("putTeam", "PUT", "/collaboratives/{collaborative}/teams/{team}", DirectorsDefine, Given.Team),
        new("listMeasures", "GET", "/collaboratives/{collaborative}/measures", EveryoneReads),
        new("getMeasure", "GET", "/collaboratives/{collaborative}/measures/{measure}", EveryoneReads),
        new("putMeasure", "PUT", "/collaboratives/{collaborative}/measures/{measure}", DirectorsDefine, Given.Rate),
        new("listSubmissions", "GET", "/collaboratives/{collaborative}/submissions", TeamsReadTheirFigures),
        new("listSeries", "GET", Series, TeamsReadTheirFigures),
        new("getSubmission", "GET", Series + "/" + Month, TeamsReadTheirFigures),
        new("listRevisions", "GET", Series + "/" + Month + "/revisions", TeamsReadTheirFigures),
        new("putSubmission", "PUT", Series + "/" + Month, TeamsWriteTheirFigures, Figures),
        new("withdrawSubmission", "DELETE", Series + "/" + Month, TeamsWithdrawTheirFigures),
    ];

    /// <summary>Endpoints that answer without a key, by method and pattern. Each is a decision.</summary>
    public static readonly IReadOnlyList<string> Anonymous =
    [
    ];

    public const string Figures = """{ "numerator": 3, "denominator": 100 }""";

    private const string EveryoneReads =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         200  200   404        404              404     404
        DataLead        200  200   404        404              404     404
        Member          200  200   404        404              404     404
        Integration     200  200   404        404              404     404
        TeamFeed        200  200   404        404              404     404
        """;

    private const string AdministratorsCreate =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  -     200        201              -       -
        Director        200  -     404        404              -       -
        Faculty         403  -     404        404              -       -
        Sponsor         403  -     404        404              -       -
        DataLead        403  -     404        404              -       -
        Member          403  -     404        404              -       -
        Integration     403  -     404        404              -       -
        TeamFeed        403  -     404        404              -       -
        """;

    // A team that is there is known by name to everyone; for those who may not define teams, one that is not there is not.
    private const string DirectorsDefine =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              201     201
        Director        200  200   404        404              201     201
        Faculty         403  403   404        404              403     403
        Sponsor         403  403   404        404              403     403
        DataLead        403  403   404        404              403     403
        Member          403  403   404        404              403     403
        Integration     403  403   404        404              403     403
        TeamFeed        403  403   404        404              403     403
        """;

    private const string TeamsReadTheirFigures =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         200  200   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          200  404   404        404              404     404
        Integration     200  200   404        404              404     404
        TeamFeed        200  404   404        404              404     404
        """;

    private const string TeamsWriteTheirFigures =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   200  200   200        404              404     404
        Director        200  200   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        200  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     200  200   404        404              404     404
        TeamFeed        200  404   404        404              404     404
        """;

    // 428: past the door, but the request does not say which revision it takes back.
    private const string TeamsWithdrawTheirFigures =
        """
                        own  team  elsewhere  noCollaborative  noTeam  noMeasure
        Nobody          401  401   401        401              401     401
        BadKey          401  401   401        401              401     401
        Expired         401  401   401        401              401     401
        Revoked         401  401   401        401              401     401
        Administrator   428  428   428        404              404     404
        Director        428  428   404        404              404     404
        Faculty         403  403   404        404              404     404
        Sponsor         403  403   404        404              404     404
        DataLead        428  404   404        404              404     404
        Member          403  404   404        404              404     404
        Integration     428  428   404        404              404     404
        TeamFeed        428  404   404        404              404     404
        """;

    /// <summary>The columns that make sense for an address.</summary>
    public static IEnumerable<Place> Places(Row row)
    {
        yield return Place.Own;
        if (row.Path.Contains("{team}", StringComparison.Ordinal))
        {
            yield return Place.Team;
            yield return Place.NoTeam;
        }

        if (row.Path.Contains("{collaborative}", StringComparison.Ordinal))
        {
            yield return Place.Elsewhere;
            yield return Place.NoCollaborative;
        }

        if (row.Path.Contains("{measure}", StringComparison.Ordinal))
        {
            yield return Place.NoMeasure;
        }
    }

    /// <summary>What the row's table says.</summary>
    public static int Expected(Row row, Caller caller, Place place)
    {
        var lines = row.Expected.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var column = Array.FindIndex(lines[0].Split(' ', StringSplitOptions.RemoveEmptyEntries), name => name.Equals(place.ToString(), StringComparison.OrdinalIgnoreCase));
        var cells = lines.Single(line => line.StartsWith($"{caller} ", StringComparison.Ordinal)).Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return int.Parse(cells[column + 1], System.Globalization.CultureInfo.InvariantCulture);
    }
}
