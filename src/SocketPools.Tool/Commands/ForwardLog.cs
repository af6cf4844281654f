using SocketPools.Forwarding;

namespace SocketPools.Tool;

/// <summary>Writes a line for each connection that a forwarder opens, closes or cannot make, and for a listener that has failed.</summary>
internal sealed class ForwardLog(Action<string> write) : SocketForwarderObserver
{
    public override void OnOpened(SocketForwarder forwarder, ForwardedConnection connection) => write(Line(connection, "open"));

    public override void OnFailed(SocketForwarder forwarder, ForwardedConnection connection, Exception exception) =>
        write(Line(connection, $"failed: {exception.Message}"));

    public override void OnClosed(SocketForwarder forwarder, ForwardedConnection connection, Exception? exception) =>
        write(Line(connection, $"closed, {connection.BytesToTarget} bytes there, {connection.BytesToClient} back{(exception is null ? "" : $", cut off: {exception.Message}")}"));

    public override void OnListenerFailed(SocketForwarder forwarder, Exception exception) =>
        write(ToolConsole.OneLine($"{forwarder.LocalEndPoint} accepts nothing more: {exception.Message}"));

    private static string Line(ForwardedConnection connection, string what) => ToolConsole.OneLine($"{connection}: {what}");
}
