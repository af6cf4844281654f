using System.Diagnostics;
using System.Text;

namespace SocketPools.Python.Tests;

/// <summary>What a run of Python ended with.</summary>
/// <param name="Status">Its exit status; null when its time was up and it was stopped.</param>
/// <param name="Output">All it wrote.</param>
internal sealed record PythonRun(int? Status, string Output)
{
    /// <summary>Runs <c>python3</c> in the folder <c>python</c> and stops it when the time is up.</summary>
    internal static Task<PythonRun> StartAsync(TimeSpan limit, string? modulePath, params string[] arguments) =>
        RunAsync("python3", arguments, limit, modulePath);

    /// <summary>The same for what compiles. Its priority is low, so that it does not take the processors from tests that measure time.</summary>
    internal static Task<PythonRun> CompileAsync(TimeSpan limit, string? modulePath, params string[] arguments) =>
        RunAsync("nice", ["-n", "5", "env", "MSBUILDDISABLENODEREUSE=1", "python3", .. arguments], limit, modulePath);

    private static async Task<PythonRun> RunAsync(string program, string[] arguments, TimeSpan limit, string? modulePath)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            WorkingDirectory = Repository.Python,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONDONTWRITEBYTECODE"] = "1";
        start.Environment["SOCKETPOOL_MODULE_PATH"] = modulePath;
        foreach (string name in start.Environment.Keys.Where(k => k.StartsWith("SOCKETPOOL_", StringComparison.Ordinal) && k != "SOCKETPOOL_MODULE_PATH").ToArray())
        {
            start.Environment.Remove(name);
        }

        using Process process = Process.Start(start)!;
        process.StandardInput.Close();
        StringBuilder output = new();
        void Add(object? sender, DataReceivedEventArgs e)
        {
            lock (output)
            {
                output.AppendLine(e.Data);
            }
        }

        process.OutputDataReceived += Add;
        process.ErrorDataReceived += Add;
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        using CancellationTokenSource timer = new(limit);
        int? status = null;
        try
        {
            await process.WaitForExitAsync(timer.Token);
            status = process.ExitCode;
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
        }

        lock (output)
        {
            return new PythonRun(status, output.ToString());
        }
    }

    /// <summary>Fails with all it wrote, or writes what was skipped and how many tests ran.</summary>
    internal void AssertSucceeded()
    {
        if (Status != 0)
        {
            Assert.Fail($"python3 {(Status is { } status ? $"exited with {status}" : "was stopped: its time was up")}\n{Output}");
        }

        foreach (string line in Output.Split('\n').Where(l => l.Contains(" skipped ", StringComparison.Ordinal) || l.StartsWith("Ran ", StringComparison.Ordinal)))
        {
            TestContext.Current.TestOutputHelper?.WriteLine(line);
        }
    }
}
