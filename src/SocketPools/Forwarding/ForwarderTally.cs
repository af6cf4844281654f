using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>Counts what a forwarder does, and calls its observer.</summary>
internal sealed class ForwarderTally(SocketForwarder forwarder, SocketForwarderObserver? observer)
{
    private long _lastId;
    private int _active;
    private long _opened;
    private long _failed;
    private long _aborted;
    private long _bytesToTarget;
    private long _bytesToClient;
    private long _dropped;

    /// <summary>Why the listener accepts nothing more; null while it does, and when the forwarder was disposed.</summary>
    internal volatile Exception? ListenerError;

    internal ForwardedConnection Begin(ProtocolType protocol, in IPSocketAddress client, string target)
    {
        Interlocked.Increment(ref _active);
        return new ForwardedConnection(Interlocked.Increment(ref _lastId), protocol, client, target);
    }

    internal void Open(ForwardedConnection connection)
    {
        Interlocked.Increment(ref _opened);
        Call(nameof(SocketForwarderObserver.OnOpened), () => observer!.OnOpened(forwarder, connection));
    }

    internal void Fail(ForwardedConnection connection, Exception reason)
    {
        Interlocked.Decrement(ref _active);
        Interlocked.Increment(ref _failed);
        Call(nameof(SocketForwarderObserver.OnFailed), () => observer!.OnFailed(forwarder, connection, reason));
    }

    internal void Close(ForwardedConnection connection, Exception? reason)
    {
        Interlocked.Decrement(ref _active);
        if (reason is not null)
        {
            Interlocked.Increment(ref _aborted);
        }

        Call(nameof(SocketForwarderObserver.OnClosed), () => observer!.OnClosed(forwarder, connection, reason));
    }

    /// <summary>The listener has failed for good, or its pool was disposed.</summary>
    internal void FailListener(Exception reason)
    {
        ListenerError = reason;
        Call(nameof(SocketForwarderObserver.OnListenerFailed), () => observer!.OnListenerFailed(forwarder, reason));
    }

    internal void Add(ForwardedConnection connection, bool isToTarget, int count)
    {
        connection.Add(isToTarget, count);
        Interlocked.Add(ref isToTarget ? ref _bytesToTarget : ref _bytesToClient, count);
    }

    internal void Drop() => Interlocked.Increment(ref _dropped);

    internal ForwarderCounters Read() => new()
    {
        ActiveConnections = Volatile.Read(ref _active),
        ConnectionsOpened = Interlocked.Read(ref _opened),
        ConnectionsFailed = Interlocked.Read(ref _failed),
        ConnectionsAborted = Interlocked.Read(ref _aborted),
        BytesToTarget = Interlocked.Read(ref _bytesToTarget),
        BytesToClient = Interlocked.Read(ref _bytesToClient),
        DatagramsDropped = Interlocked.Read(ref _dropped),
    };

    [SuppressMessage("Design", "CA1031", Justification = "It is reported.")]
    private void Call(string name, Action call)
    {
        if (observer is null)
        {
            return;
        }

        try
        {
            call();
        }
        catch (Exception e)
        {
            CallbackExceptions.Report($"{nameof(SocketForwarderObserver)}.{name}", e, forwarder);
        }
    }
}
