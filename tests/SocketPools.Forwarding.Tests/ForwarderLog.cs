using System.Threading.Channels;

namespace SocketPools.Forwarding.Tests;

/// <summary>Remembers what a forwarder tells.</summary>
internal sealed class ForwarderLog : SocketForwarderObserver
{
    private readonly Channel<(string What, ForwardedConnection Connection, Exception? Reason)> _events =
        Channel.CreateUnbounded<(string, ForwardedConnection, Exception?)>();

    /// <summary>Waits for the next event of a kind, and passes over others.</summary>
    internal async Task<(ForwardedConnection Connection, Exception? Reason)> NextAsync(string what)
    {
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        while (true)
        {
            (string name, ForwardedConnection connection, Exception? reason) = await _events.Reader.ReadAsync(limit.Token);
            if (name == what)
            {
                return (connection, reason);
            }
        }
    }

    /// <summary>Ends when the listener has failed.</summary>
    internal TaskCompletionSource<Exception> ListenerFailed { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public override void OnListenerFailed(SocketForwarder forwarder, Exception exception) => ListenerFailed.TrySetResult(exception);

    public override void OnOpened(SocketForwarder forwarder, ForwardedConnection connection) => _events.Writer.TryWrite(("opened", connection, null));

    public override void OnFailed(SocketForwarder forwarder, ForwardedConnection connection, Exception exception) =>
        _events.Writer.TryWrite(("failed", connection, exception));

    public override void OnClosed(SocketForwarder forwarder, ForwardedConnection connection, Exception? exception) =>
        _events.Writer.TryWrite(("closed", connection, exception));
}
