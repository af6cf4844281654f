using System.Diagnostics;
using System.Text;

namespace SocketPools.Tool.Tests;

/// <summary>A program that runs beside a test, and is ended by its process id.</summary>
internal sealed class Program : IDisposable
{
    private readonly Process _process;
    private readonly WatchedStream _watchedError = new();
    private readonly Task _errorCopy;
    private readonly Task<string> _error;
    private bool _isDisposed;

    private Program(Process process)
    {
        _process = process;
        _errorCopy = process.StandardError.BaseStream.CopyToAsync(_watchedError);
        _error = ErrorAsync();
    }

    internal Process Process => _process;

    /// <summary>Starts a program; the test is skipped where it is missing.</summary>
    internal static Program Start(string name, params string[] arguments)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(name.Contains('/', StringComparison.Ordinal) || folders.Any(f => File.Exists(Path.Combine(f, name))), $"{name} is missing");
        ProcessStartInfo start = new(name, arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment["PYTHONUNBUFFERED"] = "1";
        return new Program(Process.Start(start)!);
    }

    /// <summary>Waits for a line of the output that has this, and returns it.</summary>
    internal async Task<string> OutputLineAsync(string part)
    {
        while (await _process.StandardOutput.ReadLineAsync(TestContext.Current.CancellationToken) is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"{_process.StartInfo.FileName} never said \"{part}\": {await _error}");
    }

    /// <summary>Waits for a line of the standard error that begins so, and returns the rest of it.</summary>
    internal Task<string> ErrorLineAsync(string beginning) => _watchedError.LineAsync(beginning, _errorCopy);

    private async Task<string> ErrorAsync()
    {
        await _errorCopy;
        return Encoding.UTF8.GetString(_watchedError.ToArray());
    }

    /// <summary>Waits for its end.</summary>
    internal async Task<ToolResult> EndAsync(byte[]? input = null)
    {
        MemoryStream output = new();
        Task copy = _process.StandardOutput.BaseStream.CopyToAsync(output);
        try
        {
            await _process.StandardInput.BaseStream.WriteAsync(input ?? []);
            _process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It does not read its input.
        }

        await _process.WaitForExitAsync(TestContext.Current.CancellationToken);
        await copy;
        return new ToolResult(_process.ExitCode, output.ToArray(), await _error);
    }

    internal static async Task<ToolResult> RunAsync(string name, params string[] arguments)
    {
        using Program program = Start(name, arguments);
        return await program.EndAsync();
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        if (!_process.HasExited)
        {
            _process.Kill();
        }

        _process.Dispose();
    }
}
