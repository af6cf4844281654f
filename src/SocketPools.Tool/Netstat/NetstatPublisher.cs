using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using SocketPools.Serving;
using SocketPools.Stack;

namespace SocketPools.Tool.Netstat;

/// <summary>
/// Shows a running stack to <c>socketpool netstat</c> in another terminal: a client of its Unix socket gets the stack's tables
/// of that moment as JSON.
/// </summary>
internal sealed class NetstatPublisher : IDisposable
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(5);
    private static int s_count;

    private readonly StackRadio _stack;
    private readonly string _command;
    private readonly string _path;
    private readonly Socket _listener;
    private readonly AcceptRecovery _recovery = new(TimeProvider.System);
    private readonly CancellationTokenSource _end = new();
    private readonly Task _serving;

    private NetstatPublisher(StackRadio stack, string command, string path)
    {
        _stack = stack;
        _command = command;
        _path = path;
        _listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        try
        {
            // Listens under another name first: a client that finds the socket is answered. The names may be left of a process that
            // had this number before.
            string unfinished = path + ".new";
            File.Delete(unfinished);
            _listener.Bind(new UnixDomainSocketEndPoint(unfinished));
            _listener.Listen(8);
            File.Move(unfinished, path, overwrite: true);
        }
        catch
        {
            _listener.Dispose();
            _recovery.Dispose();
            throw;
        }

        _serving = Task.Run(ServeAsync);
    }

    /// <summary>Publishes a stack. Where that cannot be, it is said, and the command goes on without.</summary>
    internal static NetstatPublisher? TryPublish(StackRadio stack, string command, ToolConsole console)
    {
        try
        {
            string name = string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}-{Interlocked.Increment(ref s_count)}.sock");
            return new NetstatPublisher(stack, command, Path.Combine(RuntimeDirectory.Create(), name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SocketException or ArgumentException)
        {
            console.Say($"netstat will not show this stack: {ToolConsole.OneLine(e.Message)}");
            return null;
        }
    }

    public void Dispose()
    {
        _end.Cancel();
        _listener.Dispose();
        _serving.Wait();
        try
        {
            File.Delete(_path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The directory has gone or is another's now; the radio is ended all the same.
        }

        _recovery.Dispose();
        _end.Dispose();
    }

    private async Task ServeAsync()
    {
        while (!_end.IsCancellationRequested)
        {
            try
            {
                using Socket client = await _listener.AcceptAsync(_end.Token).ConfigureAwait(false);
                _recovery.Succeed();
                await AnswerAsync(client).ConfigureAwait(false);
            }
            catch (Exception) when (_end.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // A client went away, or nothing can be accepted now: the client fails, and never the stack.
                await RecoverAsync(e).ConfigureAwait(false);
            }
        }
    }

    private async Task RecoverAsync(Exception reason)
    {
        if (reason is OutOfMemoryException or SocketException { SocketErrorCode: SocketError.TooManyOpenSockets or SocketError.NoBufferSpaceAvailable })
        {
            _recovery.ReleaseReserve();
        }

        try
        {
            await _recovery.PauseAsync(_end.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            // The end has come.
        }
    }

    private async Task AnswerAsync(Socket client)
    {
        NetstatReport report = new(Environment.ProcessId, _command, _stack.GetSnapshot());
        ReadOnlyMemory<byte> json = JsonSerializer.SerializeToUtf8Bytes(report, ToolJson.Default.NetstatReport);
        using CancellationTokenSource patience = CancellationTokenSource.CreateLinkedTokenSource(_end.Token);
        patience.CancelAfter(s_patience);
        while (!json.IsEmpty)
        {
            json = json[await client.SendAsync(json, patience.Token).ConfigureAwait(false)..];
        }
    }
}
