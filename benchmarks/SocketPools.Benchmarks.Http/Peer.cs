using System.Diagnostics;
using SocketPools.Benchmarks.Common;

namespace SocketPools.Benchmarks.Http;

/// <summary>A process of this program's that answers lines; it ends when its input does.</summary>
internal sealed class Peer : IAsyncDisposable
{
    private readonly Process _process;

    internal Peer(string role, string transport)
    {
        ProcessStartInfo start = OwnProgram.With(role, transport);
        (start.RedirectStandardInput, start.RedirectStandardOutput) = (true, true);
        Transport = transport;
        _process = Process.Start(start)!;
    }

    internal string Transport { get; }

    internal async Task<string> AskAsync(string question)
    {
        await _process.StandardInput.WriteLineAsync(question);
        return await ReadAsync();
    }

    internal async Task<string> ReadAsync() =>
        await _process.StandardOutput.ReadLineAsync() ?? throw new InvalidOperationException($"The {Transport} process ended before its answer.");

    public async ValueTask DisposeAsync()
    {
        _process.StandardInput.Close();
        await _process.WaitForExitAsync();
        _process.Dispose();
    }
}
