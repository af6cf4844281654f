using System.Diagnostics;

namespace SocketPools.Tests.Common;

/// <summary>A program that a test runs to its end.</summary>
internal static class ProgramRun
{
    internal sealed record Result(int ExitCode, string Output, string Error);

    /// <summary>
    /// Runs a compiler as <see cref="RunAsync"/> does. Its priority is low where the system can say so, so that it does not take the processors
    /// from tests that measure time.
    /// </summary>
    internal static Task<Result> CompileAsync(string program, IEnumerable<string> arguments, int seconds) => OperatingSystem.IsWindows()
        ? RunAsync(program, arguments, seconds)
        : RunAsync("nice", ["-n", "5", "env", "MSBUILDDISABLENODEREUSE=1", program, .. arguments], seconds);

    /// <summary>Runs a program and stops it, by its process id and with its children, when the time is up.</summary>
    internal static async Task<Result> RunAsync(string program, IEnumerable<string> arguments, int seconds = 240)
    {
        ProcessStartInfo start = new(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = Repository.Root,
        };
        using Process process = Process.Start(start)!;
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        Task<string> error = process.StandardError.ReadToEndAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(seconds));
        try
        {
            await process.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            process.Kill(entireProcessTree: true);
            throw new TimeoutException($"{program} {string.Join(' ', arguments)} ran over {seconds} s. It said: {await output}{await error}");
        }

        return new Result(process.ExitCode, await output, await error);
    }
}
