using System.Collections.Concurrent;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Collaborative.Tests.Benchmarks;

/// <summary>The rows of one run: ours, the floor, the ratio and the bar, as Markdown with the size of the machine.</summary>
internal sealed class ResultTable
{
    private readonly ConcurrentQueue<string> rows = new();
    private readonly ConcurrentQueue<string> missed = new();

    /// <summary>Ours must reach a share of the floor.</summary>
    public void AtLeast(string what, double ours, double floor, string unit, double share) =>
        Add(what, Number(ours, unit), Number(floor, unit), Invariant($"{100 * ours / floor:0} %"), Invariant($"≥ {100 * share:0} %"), ours / floor >= share);

    /// <summary>Ours must stay under a limit.</summary>
    public void Under(string what, double ours, double limit, string unit) =>
        Add(what, Number(ours, unit), "", "", $"< {Number(limit, unit)}", ours < limit);

    /// <summary>Ours must stay under so many times something measured.</summary>
    public void UnderTimes(string what, double ours, double reference, string unit, double times) =>
        Add(what, Number(ours, unit), Number(reference, unit), Invariant($"{ours / reference:0.0}×"), Invariant($"< {times:0}×"), ours < times * reference);

    /// <summary>For the reader; no bar.</summary>
    public void Note(string what, string ours) => Add(what, ours, "", "", "", true);

    public override string ToString() => string.Join(
        '\n',
        [Machine(), "", "| what | ours | floor | ratio | bar | |", "| --- | ---: | ---: | ---: | ---: | --- |", .. rows]);

    public IReadOnlyCollection<string> Missed => missed;

    private static string Machine()
    {
        var cpu = OperatingSystem.IsLinux()
            ? File.ReadLines("/proc/cpuinfo").FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal))?.Split(':')[1].Trim()
            : null;
        return Invariant(
            $"{Environment.ProcessorCount} cores{(cpu is null ? "" : $" ({cpu})")}, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1073741824.0:0} GB, {RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}; the load comes from the same machine.");
    }

    private static string Number(double value, string unit) => value >= 100 ? Invariant($"{value:#,0} {unit}") : Invariant($"{value:0.##} {unit}");

    private static string Invariant(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);

    private void Add(string what, string ours, string floor, string ratio, string bar, bool met)
    {
        var row = $"| {what} | {ours} | {floor} | {ratio} | {bar} | {(bar.Length == 0 ? "" : met ? "met" : "**missed**")} |";
        rows.Enqueue(row);
        if (!met)
        {
            missed.Enqueue(row);
        }

        TestContext.Progress.WriteLine(row);
    }
}
