using System.Diagnostics;
using System.Text.Json;

namespace SocketPools.Tests.Differential;

/// <summary>What one interpreter answered to one case.</summary>
internal sealed record Transcript(string Name, string[] Answers, string? Broken = null, string? Skipped = null);

/// <summary>CPython, which knows how sockets behave: runs tests/oracle/oracle.py.</summary>
internal static class Oracle
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(120);
    private static readonly JsonSerializerOptions s_json = new(JsonSerializerDefaults.Web);

    internal static string Folder { get; } = Path.Combine(AppContext.BaseDirectory, "oracle");

    /// <summary>Why the oracle cannot be asked here; null when it can.</summary>
    internal static string? Absence { get; } =
        !OperatingSystem.IsLinux() ? "the cases speak of Linux"
        : FindPython() is null ? "there is no python3 of version 3.11 or later"
        : null;

    internal static T Ask<T>(params ReadOnlySpan<string> arguments)
    {
        (int code, string output, string errors) = Run("python3", [Path.Combine(Folder, "oracle.py"), .. arguments]);
        return code == 0 ? JsonSerializer.Deserialize<T>(output, s_json)! : throw new InvalidOperationException($"The oracle failed:\n{errors}");
    }

    private static string? FindPython()
    {
        try
        {
            (int code, string output, _) = Run("python3", ["-c", "import sys; print(sys.version_info >= (3, 11))"]);
            return code == 0 && output.Trim() == "True" ? "python3" : null;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static (int Code, string Output, string Errors) Run(string program, IEnumerable<string> arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PYTHONDONTWRITEBYTECODE"] = "1" },
        })!;
        using StreamReader errorReader = process.StandardError; // the process does not dispose what was asked for
        using StreamReader outputReader = process.StandardOutput;
        Task<string> errors = errorReader.ReadToEndAsync();
        Task<string> output = outputReader.ReadToEndAsync();
        if (!process.WaitForExit(s_limit))
        {
            process.Kill();
            throw new TimeoutException($"The oracle did not answer within {s_limit.TotalSeconds} s.");
        }

        return (process.ExitCode, output.Result, errors.Result);
    }
}
