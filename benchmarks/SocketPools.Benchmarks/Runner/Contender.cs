using System.Diagnostics;
using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks.Runner;

/// <summary>One contender: how to start it, and while it runs, its process.</summary>
/// <param name="name">As the table shows it.</param>
/// <param name="version">Of its compiler or runtime.</param>
/// <param name="command">The program and its arguments.</param>
internal sealed class Contender(string name, string version, IReadOnlyList<string> command) : IDisposable
{
    private Process? _process;

    internal string Name { get; } = name;

    internal string Version { get; } = version;

    /// <summary>The program and its arguments; it reads "run NAME COUNT" and answers nanoseconds per operation.</summary>
    internal IReadOnlyList<string> Command { get; } = command;

    /// <summary>Starts the process, behind other words such as <c>strace -c</c> if there are any.</summary>
    internal void Start(params IEnumerable<string> before)
    {
        List<string> words = [.. before, .. Command];
        ProcessStartInfo start = new(words[0], words.Skip(1)) { RedirectStandardInput = true, RedirectStandardOutput = true };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        _process = Process.Start(start) ?? throw new BenchmarkException($"{words[0]} does not start.");
    }

    /// <summary>Runs one slice and waits for it.</summary>
    internal Timing Run(Benchmark benchmark, int count)
    {
        string? line;
        try
        {
            _process!.StandardInput.WriteLine($"run {benchmark.Name} {count}");
            _process.StandardInput.Flush();
            line = _process.StandardOutput.ReadLine();
        }
        catch (IOException)
        {
            line = null; // the pipe is broken: the process has ended
        }

        return line is not null
            ? Timing.Parse(line)
            : throw new BenchmarkException($"{Name} has ended in {benchmark.Name}; its own words are above.");
    }

    /// <summary>Ends the process by closing its input.</summary>
    internal void Stop()
    {
        if (_process is not { } process)
        {
            return;
        }

        CloseInput(process);
        if (!process.WaitForExit(TimeSpan.FromSeconds(10)))
        {
            process.Kill();
        }

        process.Dispose();
        _process = null;
    }

    public void Dispose() => Stop();

    private static void CloseInput(Process process)
    {
        try
        {
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // A process that has ended does not take what was left to write.
        }
    }
}
