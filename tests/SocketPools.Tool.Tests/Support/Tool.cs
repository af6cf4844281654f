using System.Text;

namespace SocketPools.Tool.Tests;

/// <summary>What a run of the command left.</summary>
internal sealed record ToolResult(int ExitCode, byte[] Output, string Error)
{
    internal string Text => Encoding.UTF8.GetString(Output);

    /// <summary>The error is one line that begins with the name of the command, and this is the rest of it.</summary>
    internal string ErrorLine()
    {
        string line = Error.TrimEnd('\n');
        Assert.StartsWith("socketpool: ", line);
        Assert.DoesNotContain('\n', line);
        Assert.DoesNotContain("   at ", line, StringComparison.Ordinal);
        return line["socketpool: ".Length..];
    }

    internal ToolResult Succeeds()
    {
        Assert.True(ExitCode == 0, $"exit code {ExitCode}: {Error}");
        return this;
    }

    internal string Fails(int exitCode = 1)
    {
        Assert.True(ExitCode == exitCode, $"exit code {ExitCode}, not {exitCode}: {Error}{Text}");
        return ErrorLine();
    }
}

/// <summary>Runs the command inside of the test's process, through its entry function.</summary>
internal static class Tool
{
    internal static Task<ToolResult> RunAsync(params string[] args) => RunAsync([], args);

    internal static async Task<ToolResult> RunAsync(byte[] input, string[] args)
    {
        using RunningTool tool = new(new MemoryStream(input), args);
        return await tool.EndAsync();
    }

    internal static RunningTool Start(params string[] args) => new(new MemoryStream(), args);
}

/// <summary>A run of the command that goes on until it is stopped.</summary>
internal sealed class RunningTool : IDisposable
{
    private readonly WatchedStream _output = new();
    private readonly WatchedStream _error = new();
    private readonly CancellationTokenSource _stop = CancellationTokenSource.CreateLinkedTokenSource(TestContext.Current.CancellationToken);
    private readonly Task<int> _run;

    internal RunningTool(Stream input, string[] args)
    {
        StreamWriter error = new(_error) { AutoFlush = true, NewLine = "\n" };
        ToolConsole console = new(input, _output, TextWriter.Synchronized(error), false);
        _run = Task.Factory.StartNew(
            () => ToolEntry.Run(args, console, _stop.Token), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Waits for a line of the output that begins so, and returns the rest of it.</summary>
    internal Task<string> OutputLineAsync(string beginning, string? after = null) => _output.LineAsync(beginning, _run, after);

    internal Task<string> ErrorLineAsync(string beginning) => _error.LineAsync(beginning, _run);

    /// <summary>As Ctrl-C does.</summary>
    internal void Stop() => _stop.Cancel();

    internal async Task<ToolResult> EndAsync()
    {
        int exitCode = await _run;
        return new ToolResult(exitCode, _output.ToArray(), Encoding.UTF8.GetString(_error.ToArray()));
    }

    public void Dispose()
    {
        _stop.Cancel();
        _run.ContinueWith(_ => _stop.Dispose(), TaskScheduler.Default);
    }
}
