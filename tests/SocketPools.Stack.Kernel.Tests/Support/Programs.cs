using System.Diagnostics;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Programs in the namespace of the thread that starts them.</summary>
internal static class Programs
{
    /// <summary>Runs one to its end, and returns what it wrote. One that does not come to its end is killed.</summary>
    internal static string Run(string program, params string[] arguments)
    {
        using Process process = Start(program, arguments);
        Task<string> error = process.StandardError.ReadToEndAsync();
        Task<string> output = process.StandardOutput.ReadToEndAsync();
        bool isOver = process.WaitForExit(KernelNetwork.Patience);
        if (!isOver)
        {
            process.Kill(entireProcessTree: true);
        }

        string text = output.Result;
        Assert.True(isOver && process.ExitCode == 0, $"{program} {string.Join(' ', arguments)}: {(isOver ? process.ExitCode : "killed")} {text}{error.Result}");
        return text;
    }

    /// <summary>Starts one; whoever asks for it kills it.</summary>
    internal static Process Start(string program, params string[] arguments) =>
        Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;

    /// <summary>Skips the test where a program is missing.</summary>
    internal static void Require(string program) =>
        Assert.SkipUnless(
            Environment.GetEnvironmentVariable("PATH")!.Split(':').Append("/usr/sbin").Any(folder => File.Exists(Path.Combine(folder, program))),
            $"{program} is missing");

    internal static void Sysctl(string name, int value) =>
        File.WriteAllText($"/proc/sys/{name.Replace('.', '/')}", $"{value}");
}
