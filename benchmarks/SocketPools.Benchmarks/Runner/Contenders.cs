using System.ComponentModel;
using System.Diagnostics;
using SocketPools.Benchmarks.Common;
using SocketPools.Benchmarks.Loops;

namespace SocketPools.Benchmarks.Runner;

/// <summary>Makes the contenders ready: compiles the C peer, finds Python, and knows how to start itself.</summary>
internal static class Contenders
{
    internal const string C = "C";
    internal const string ThreadedC = "C, threaded";
    internal const string Pool = "SocketPools";
    internal const string Bcl = "System.Net.Sockets";
    internal const string Python = "CPython";

    private static string Peers => Path.Combine(AppContext.BaseDirectory, "peers");

    /// <summary>The contenders in the order of the table. C is the first, and the others are measured against it.</summary>
    internal static List<Contender> Prepare(Settings settings, TextWriter progress)
    {
        Contender c = CompileC(progress);
        Contender threaded = new(ThreadedC, "the same with a second thread that sleeps", [.. c.Command, "threaded"]);
        List<Contender> contenders = [c, threaded, Self(Pool, "pool"), Self(Bcl, "bcl")];
        if (settings.Python)
        {
            contenders.Add(FindPython());
        }

        return contenders;
    }

    /// <summary>Those of a benchmark: C and CPython have not all of the loops; those are measured against the BCL's.</summary>
    internal static IReadOnlyList<Contender> For(Benchmark benchmark, IReadOnlyList<Contender> all) => benchmark.ComparesWithBcl
        ? [.. all.Where(c => c.Name is Bcl or Pool).OrderBy(c => c.Name == Pool)]
        : all;

    private static Contender CompileC(TextWriter progress)
    {
        string program = Path.Combine(Peers, "peer");
        string[] sources = Directory.GetFiles(Path.Combine(Peers, "c"), "*.c");
        foreach (string compiler in (string[])["gcc", "cc"])
        {
            if (FirstLine(compiler, "--version") is not { } version)
            {
                continue;
            }

            progress.WriteLine($"{compiler} -O2 peers/c/*.c");
            return Execute(compiler, ["-O2", "-Wall", "-o", program, .. sources, "-pthread"]) is (0, _)
                ? new Contender(C, $"{version}, -O2", [program])
                : throw new BenchmarkException($"{compiler} does not compile {Path.Combine(Peers, "c")}.");
        }

        throw new BenchmarkException("There is no C compiler: install gcc (Debian: apt-get install gcc libc6-dev).");
    }

    private static Contender FindPython() => FirstLine("python3", "--version") is { } version
        ? new Contender(Python, version, ["python3", Path.Combine(Peers, "python", "peer.py")])
        : throw new BenchmarkException("There is no python3: install it, or pass --no-python.");

    /// <summary>This program again, as a contender.</summary>
    private static Contender Self(string name, string side) => new(name, $".NET {Environment.Version}", [.. OwnProgram.Command, "contender", side]);

    internal static string? FirstLine(string program, params IEnumerable<string> arguments) =>
        Execute(program, arguments) is (0, { } text) ? text.Split('\n')[0].Trim() : null;

    private static (int ExitCode, string Output)? Execute(string program, IEnumerable<string> arguments)
    {
        try
        {
            using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true })!;
            string output = process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return (process.ExitCode, output);
        }
        catch (Win32Exception)
        {
            return null; // there is no such program
        }
    }
}
