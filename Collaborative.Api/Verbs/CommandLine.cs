using Collaborative.Domain;
using Collaborative.Infrastructure.Database;

namespace Collaborative.Api.Verbs;

/// <summary>The verbs of the one executable. Results go to standard output, everything else to standard error.</summary>
public static class CommandLine
{
    private const string Help =
        """
        Collaborative: a learning system for improvement collaboratives.

        Usage: Collaborative.Api [verb] [options]

          serve              Start the server (also without a verb).
          demo               Start the server with a sample collaborative in a database of its own.
          migrate            Bring the database up to date.
          key create         Make an API key and print its token, once.
          key list           List the keys.
          key revoke ID      Revoke a key; it is refused from the next request on.
          import FILE        Import a CSV file into a collaborative.
          partner FOLDER     Play a partner's system: send a folder of files to a running server.
          archive FILE       Write everything of a collaborative into an archive, for another server.
          unarchive FILE     Make a collaborative out of an archive.
          analyse FILE       Judge a series in a CSV file; nothing is stored.
          backup FILE        Write a consistent copy of the embedded database, also beside a running server.
          restore FILE       Put a backup in the place of the embedded database.

        Each verb explains itself with --help. Configuration is given as --Name:Part=value or in the environment as
        Name__Part=value; the README has the table. The address is --urls, http://localhost:5080 unless given.
        """;

    /// <param name="input">For verbs that read standard input; the process's own unless given.</param>
    public static async Task<int> Run(string[] args, TextWriter output, TextWriter error, Stream? input = null)
    {
        var verb = args is [{ } first, ..] && !first.StartsWith('-') ? first : "serve";
        var rest = args is [{ } given, ..] && !given.StartsWith('-') ? args[1..] : args;
        var help = rest.Contains("--help") || rest.Contains("-h");
        try
        {
            switch (verb)
            {
                case "serve":
                    return help ? Print(output, Help) : await ServeVerb.Run(rest);
                case "migrate":
                    return help ? Print(output, MigrateVerb.Help) : await MigrateVerb.Run(rest, output);
                case "key":
                    return help ? Print(output, KeyVerb.Help) : await KeyVerb.Run(rest, output);
                case "demo":
                    return help ? Print(output, DemoVerb.Help) : await DemoVerb.Run(rest, output);
                case "import":
                    return help ? Print(output, ImportVerb.Help) : await ImportVerb.Run(rest, output, error);
                case "partner":
                    return help ? Print(output, PartnerVerb.Help) : await PartnerVerb.Run(rest, output, error);
                case "archive":
                    return help ? Print(output, ArchiveVerb.Help) : await ArchiveVerb.Run(rest, output);
                case "unarchive":
                    return help ? Print(output, UnarchiveVerb.Help) : await UnarchiveVerb.Run(rest, output);
                case "analyse":
                    return help ? Print(output, AnalyseVerb.Help) : await AnalyseVerb.Run(rest, output, input);
                case "backup":
                    return help ? Print(output, BackupVerb.Help) : await BackupVerb.Run(rest, output);
                case "restore":
                    return help ? Print(output, RestoreVerb.Help) : await RestoreVerb.Run(rest, output);
                case "help":
                    return Print(output, Help);
                default:
                    throw new UsageException($"There is no verb {verb}; --help lists them.");
            }
        }
        catch (UsageException usage)
        {
            error.WriteLine(usage.Message);
            return 2;
        }
        catch (Exception failure) when (failure is SchemaMismatchException or DatabaseUnavailableException or IOException or InvalidOperationException or UnauthorizedAccessException)
        {
            error.WriteLine(failure.Message);
            return 1;
        }
    }

    public static T OrFail<T>(this Outcome<T> outcome) =>
        outcome.Problem is { } problem
            ? throw new UsageException(problem.Errors is { Count: > 0 } errors ? string.Join(Environment.NewLine, errors.Select(e => e.Message)) : problem.Detail)
            : outcome.Value;

    private static int Print(TextWriter output, string text)
    {
        output.WriteLine(text);
        return 0;
    }
}

/// <summary>The command line was not understood, or asks for something that is refused; the message says what to do.</summary>
public sealed class UsageException(string message) : Exception(message);

/// <summary>Takes a verb's own options out of its arguments; what is left is configuration.</summary>
public sealed class Options
{
    private readonly Dictionary<string, List<string>> given = new(StringComparer.Ordinal);
    private readonly List<string> positions = [];
    private readonly List<string> configuration = [];

    /// <param name="valued">Options that take a value, without their dashes.</param>
    /// <param name="flags">Options that take none.</param>
    public Options(string[] args, string[] valued, params string[] flags)
    {
        for (var i = 0; i < args.Length; i++)
        {
            if (!args[i].StartsWith("--", StringComparison.Ordinal))
            {
                positions.Add(args[i]);
                continue;
            }

            var (name, value) = args[i].Split('=', 2) is [var left, var right] ? (left[2..], right) : (args[i][2..], null);
            if (flags.Contains(name) && value is null)
            {
                given[name] = [];
            }
            else if (valued.Contains(name))
            {
                value ??= i + 1 < args.Length ? args[++i] : throw new UsageException($"--{name} needs a value.");
                given.TryAdd(name, []);
                given[name].Add(value);
            }
            else if (name.Contains(':') || name is "urls" or "environment")
            {
                configuration.Add(args[i]);
                if (value is null && i + 1 < args.Length)
                {
                    configuration.Add(args[++i]);
                }
            }
            else
            {
                throw new UsageException($"--{name} is not known here; see --help.");
            }
        }
    }

    public string[] Configuration => [.. configuration];

    public IReadOnlyList<string> Positions => positions;

    public bool Has(string flag) => given.ContainsKey(flag);

    public IReadOnlyList<string> All(string name) => given.GetValueOrDefault(name) ?? [];

    public string? One(string name) => All(name) switch
    {
        [] => null,
        [var only] => only,
        _ => throw new UsageException($"Give --{name} once."),
    };

    public string Position(int index, string what) => index < positions.Count ? positions[index] : throw new UsageException($"Give {what}; see --help.");
}
