using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketPools.Forwarding;
using SocketPools.Tests;

namespace SocketPools.Recipes.Tests;

/// <summary>
/// A server that others wrote, on the far one of two stacks: what a client reaches at 192.0.2.2 came over the sockets of the near pool, because
/// nothing else leads there.
/// </summary>
internal sealed class LabServer : IAsyncDisposable
{
    private readonly TwoStacks _network = new();
    private readonly List<Process> _processes = [];
    private readonly List<string> _said = [];
    private readonly TemporaryDirectory _folder = new();
    private SocketForwarder? _published;

    /// <summary>The server's address on the far stack.</summary>
    internal static string Host => TwoStacks.FarAddress.ToString();

    /// <summary>The pool that reaches it.</summary>
    internal SocketPool Pool => _network.Near;

    /// <summary>The server's port: of this computer, and of the far stack.</summary>
    internal int Port { get; } = LoopbackPort.Find();

    /// <summary>A folder for the server's files.</summary>
    internal string Folder => _folder.Root;

    /// <summary>Skips the test where a program is missing.</summary>
    internal static string Require(string package, params string[] paths) =>
        Array.Find(paths, File.Exists) ?? Skip($"{paths[0]} is missing (Debian: {package})");

    /// <summary>Starts a program that goes on until the end of the test.</summary>
    internal void Start(string program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        ProcessStartInfo start = new(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, WorkingDirectory = Folder };
        foreach ((string name, string value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        Process process = new() { StartInfo = start };
        process.OutputDataReceived += (_, e) => Note(e.Data);
        process.ErrorDataReceived += (_, e) => Note(e.Data);
        process.Start();
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        process.StandardInput.Close();
        _processes.Add(process);
    }

    /// <summary>Waits until the server takes connections, and puts it on the far stack.</summary>
    /// <param name="ready">What it says when it is ready, for a server that takes connections before.</param>
    internal async Task PublishAsync(string ready = "")
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(100));
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(50));
        while (!Said().Contains(ready, StringComparison.Ordinal) || !await TakesConnectionsAsync())
        {
            Assert.False(_processes.Any(process => process.HasExited), $"The server has ended: {Said()}");
            try
            {
                await timer.WaitForNextTickAsync(limit.Token);
            }
            catch (OperationCanceledException)
            {
                Assert.Fail($"The server does not listen. It said: {Said()}");
            }
        }

        _published = SocketForwarder.ToLoopback(_network.Far, new IPEndPoint(TwoStacks.FarAddress, Port), Port);
    }

    /// <summary>Resets every connection to the server, which itself goes on.</summary>
    internal async Task CutAsync()
    {
        await _published!.DisposeAsync();
        _published = SocketForwarder.ToLoopback(_network.Far, new IPEndPoint(TwoStacks.FarAddress, Port), Port);
    }

    public async ValueTask DisposeAsync()
    {
        if (_published is not null)
        {
            await _published.DisposeAsync();
        }

        foreach (Process process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill(entireProcessTree: true);
            }

            await process.WaitForExitAsync();
            process.Dispose();
        }

        _network.Dispose();
        _folder.Dispose();
    }

    internal string Said()
    {
        lock (_said)
        {
            return string.Join('\n', _said.TakeLast(30));
        }
    }

    private static string Skip(string reason)
    {
        Assert.Skip(reason);
        return "";
    }

    private void Note(string? line)
    {
        lock (_said)
        {
            _said.Add(line ?? "");
        }
    }

    private async Task<bool> TakesConnectionsAsync()
    {
        try
        {
            using TcpClient client = new();
            await client.ConnectAsync(IPAddress.Loopback, Port);
            return true;
        }
        catch (SocketException)
        {
            return false;
        }
    }
}
