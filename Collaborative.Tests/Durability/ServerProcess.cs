using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Text;

namespace Collaborative.Tests.Durability;

/// <summary>A program of this build in a process of its own, so that it can be killed and its memory is its own.</summary>
public sealed class ServerProcess : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(30);

    private readonly Process process;
    private readonly StringBuilder errors = new();

    private ServerProcess(Process process, Uri address)
    {
        this.process = process;
        Address = address;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, line) => errors.AppendLine(line.Data);
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
    }

    public Uri Address { get; }

    /// <summary>From the start of the process to its first answer.</summary>
    public TimeSpan TimeToFirstAnswer { get; private init; }

    /// <summary>Physical memory in use now.</summary>
    public long WorkingSet
    {
        get
        {
            process.Refresh();
            return process.WorkingSet64;
        }
    }

    /// <summary>The most physical memory that was in use since the process began.</summary>
    public long PeakWorkingSet
    {
        get
        {
            process.Refresh();
            return process.PeakWorkingSet64;
        }
    }

    private static string Dotnet => Path.GetFullPath(Path.Combine(
        RuntimeEnvironment.GetRuntimeDirectory(), "..", "..", "..", OperatingSystem.IsWindows() ? "dotnet.exe" : "dotnet"));

    private static string Api => Path.Combine(AppContext.BaseDirectory, "Collaborative.Api.dll");

    /// <summary>The server on a free port, once it answers.</summary>
    public static Task<ServerProcess> Serve(string database, params string[] settings)
    {
        var address = FreeAddress();
        return Started(Serving(database, address, settings), address, []);
    }

    /// <summary>The server on a free port, which may not answer yet.</summary>
    public static ServerProcess Launch(string database)
    {
        var address = FreeAddress();
        return new ServerProcess(Process.Start(Told(Serving(database, address, []), []))!, address);
    }

    /// <summary>Another program of this build, once it listens.</summary>
    /// <param name="arguments">What to run, told the address.</param>
    public static Task<ServerProcess> Start(Func<Uri, string[]> arguments, Func<Uri, Dictionary<string, string>> environment)
    {
        var address = FreeAddress();
        return Started(arguments(address), address, environment(address));
    }

    /// <summary>A new administrator's key for the database, which is made if it is not there.</summary>
    public static async Task<string> AdministratorKey(string database)
    {
        using var process = Process.Start(Told([Api, "key", "create", "--role", "administrator", $"--ConnectionStrings:Collaborative=Data Source={database}"], []))!;
        var errors = process.StandardError.ReadToEndAsync();
        var token = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? token.Trim() : throw new InvalidOperationException(await errors);
    }

    /// <summary>Ends the process at once: nothing is flushed and nobody is told.</summary>
    public void Kill()
    {
        process.Kill();
        process.WaitForExit();
    }

    public void Dispose()
    {
        if (!process.HasExited)
        {
            Kill();
        }

        process.Dispose();
    }

    private static string[] Serving(string database, Uri address, string[] settings) =>
        [Api, "serve", "--urls", address.ToString(), $"--ConnectionStrings:Collaborative=Data Source={database}", .. settings];

    private static async Task<ServerProcess> Started(string[] arguments, Uri address, Dictionary<string, string> environment)
    {
        var clock = Stopwatch.StartNew();
        var process = Process.Start(Told(arguments, environment))!;
        using var http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromSeconds(10) };
        while (!await Answers(http))
        {
            if (process.HasExited || clock.Elapsed > Longest)
            {
                var code = process.HasExited ? $"ended with {process.ExitCode}" : "does not answer";
                process.Kill();
                throw new InvalidOperationException($"The server {code}. {(process.HasExited ? await process.StandardError.ReadToEndAsync() : "")}");
            }

            await Task.Delay(5);
        }

        return new ServerProcess(process, address) { TimeToFirstAnswer = clock.Elapsed };
    }

    private static async Task<bool> Answers(HttpClient http)
    {
        try
        {
            using var response = await http.GetAsync(new Uri("/api/v1/collaboratives", UriKind.Relative));
            return true;
        }
        catch (HttpRequestException)
        {
            return false;
        }
    }

    private static ProcessStartInfo Told(string[] arguments, Dictionary<string, string> environment)
    {
        var start = new ProcessStartInfo(Dotnet) { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        foreach (var argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        foreach (var (name, value) in environment)
        {
            start.Environment[name] = value;
        }

        return start;
    }

    private static Uri FreeAddress()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return new Uri($"http://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}");
    }
}
