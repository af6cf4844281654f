using System.Globalization;
using System.Runtime.InteropServices;

namespace SocketPools.Benchmarks.Runner;

/// <summary>What the numbers were measured on.</summary>
internal sealed class Machine
{
    private Machine(IReadOnlyList<string> lines) => Lines = lines;

    internal IReadOnlyList<string> Lines { get; }

    internal static Machine Describe(IReadOnlyList<Contender> contenders, Settings settings)
    {
        string kernel = Read("/proc/sys/kernel/osrelease") is { } release ? $"Linux {release}" : RuntimeInformation.OSDescription;
        List<string> lines =
        [
            $"{ReadCpu()}, {Environment.ProcessorCount} CPUs, {RuntimeInformation.OSArchitecture}, {kernel}",
            .. contenders.Where(c => c.Name != Contenders.Bcl).Select(c => $"{c.Name}: {c.Version}"),
            string.Create(CultureInfo.InvariantCulture, $"load {Read("/proc/loadavg")?.Split(' ')[0] ?? "unknown"} at the start, {DateTime.UtcNow:yyyy-MM-dd}"),
        ];
        if (settings.Pin is { } cpus)
        {
            lines.Add($"every contender on CPU {cpus}");
        }

        return new Machine(lines);
    }

    public override string ToString() => string.Join("\n", Lines.Select(line => $"- {line}"));

    private static string ReadCpu()
    {
        string? line = Read("/proc/cpuinfo")?.Split('\n').FirstOrDefault(l => l.StartsWith("model name", StringComparison.Ordinal));
        return line?.Split(':')[1].Trim() ?? "unknown CPU";
    }

    private static string? Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : null;
}
