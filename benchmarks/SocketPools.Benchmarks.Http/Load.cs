using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;

namespace SocketPools.Benchmarks.Http;

/// <summary>What one turn came to: requests per second, and what each cost the server's process in bytes and microseconds of a CPU.</summary>
internal readonly record struct Turn(double RequestsPerSecond, double Bytes, double Microseconds);

/// <summary>A server and what loads it.</summary>
internal sealed record Pairing(string Client, Peer? ClientPeer, Peer Server, string Port)
{
    internal async Task<Turn> RunAsync(Workload workload, TimeSpan time)
    {
        (long bytes, double microseconds) = await AskServerAsync();
        (double requests, double seconds) = ClientPeer is null ? await Wrk.RunAsync(workload, Port, time) : await LoadAsync(workload, time);
        (long bytesAfter, double microsecondsAfter) = await AskServerAsync();
        return new Turn(requests / seconds, (bytesAfter - bytes) / requests, (microsecondsAfter - microseconds) / requests);
    }

    private async Task<(double Requests, double Seconds)> LoadAsync(Workload workload, TimeSpan time)
    {
        string[] answer = (await ClientPeer!.AskAsync($"{workload.Name}\t{Port}\t{(int)time.TotalMilliseconds}")).Split('\t');
        return (double.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture));
    }

    private async Task<(long Bytes, double Microseconds)> AskServerAsync()
    {
        string[] answer = (await Server.AskAsync("stats")).Split('\t');
        return (long.Parse(answer[0], CultureInfo.InvariantCulture), double.Parse(answer[1], CultureInfo.InvariantCulture));
    }
}

/// <summary>The load generator wrk: one thread, GET only.</summary>
internal static partial class Wrk
{
    internal static bool IsInstalled => (Environment.GetEnvironmentVariable("PATH") ?? "")
        .Split(Path.PathSeparator).Any(folder => File.Exists(Path.Combine(folder, "wrk")));

    internal static async Task<(double Requests, double Seconds)> RunAsync(Workload workload, string port, TimeSpan time)
    {
        int seconds = Math.Max(1, (int)time.TotalSeconds);
        string[] arguments = ["-t1", $"-c{workload.Connections}", $"-d{seconds}s", $"http://127.0.0.1:{port}{workload.Path}"];
        using Process process = Process.Start(new ProcessStartInfo("wrk", arguments) { RedirectStandardOutput = true })!;
        string output = await process.StandardOutput.ReadToEndAsync();
        await process.WaitForExitAsync();
        Match match = Requests().Match(output);
        if (!match.Success || output.Contains("Socket errors", StringComparison.Ordinal) || output.Contains("Non-2xx", StringComparison.Ordinal))
        {
            throw new InvalidOperationException($"wrk says:\n{output}");
        }

        double count = double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture);
        double rate = double.Parse(Rate().Match(output).Groups[1].Value, CultureInfo.InvariantCulture);
        return (count, count / rate);
    }

    [GeneratedRegex(@"(\d+) requests in")]
    private static partial Regex Requests();

    [GeneratedRegex(@"Requests/sec:\s*([\d.]+)")]
    private static partial Regex Rate();
}
