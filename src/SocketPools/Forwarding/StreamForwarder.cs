using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;

namespace SocketPools.Forwarding;

/// <summary>A service of a forwarder: it listens, and ends what it has when it is stopped.</summary>
internal interface IForwarding : IDisposable
{
    /// <summary>The address with the port that the system chose.</summary>
    IPEndPoint LocalEndPoint { get; }

    /// <summary>Forwards until it is stopped, or the listener fails.</summary>
    Task RunAsync(CancellationToken stop);
}

/// <summary>What one connection of a stream forwarder does: reaches its target, or answers its client otherwise.</summary>
internal interface IStreamSession
{
    /// <summary>Serves the client. Owns the socket.</summary>
    Task ServeAsync(PoolSocket client, StreamForwarder forwarder, CancellationToken stop);
}

/// <summary>Forwards TCP connections.</summary>
internal sealed class StreamForwarder : IForwarding
{
    private readonly PoolSocket _listener;
    private readonly StreamAcceptor _acceptor;
    private readonly IStreamSession _session;
    private readonly ConcurrentDictionary<StreamRelay, bool> _relays = [];

    internal StreamForwarder(
        SocketPool listenPool, IPEndPoint listen, SocketPool targetPool, IStreamSession session, SocketForwarderOptions options, ForwarderTally tally)
    {
        (TargetPool, Options, Tally, _session) = (targetPool, options, tally, session);
        _listener = listenPool.CreateSocket(listen.AddressFamily);
        try
        {
            if (!OperatingSystem.IsWindows())
            {
                // A forwarder that starts again finds its port. A radio without the option forwards as well.
                _ = _listener.TrySetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, 1);
            }

            _listener.Bind(listen);
            _listener.Listen(Math.Clamp(options.MaxConnections, 16, 512));
            LocalEndPoint = _listener.LocalEndPoint;
            _acceptor = new StreamAcceptor(_listener, options.MaxConnections);
        }
        catch
        {
            _listener.Close();
            throw;
        }
    }

    public IPEndPoint LocalEndPoint { get; }

    internal SocketPool ListenPool => _listener.Pool;

    internal SocketPool TargetPool { get; }

    internal SocketForwarderOptions Options { get; }

    internal ForwarderTally Tally { get; }

    public async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenRegistration registration = stop.Register(Stop);
        try
        {
            await _acceptor.RunAsync(client => _session.ServeAsync(client, this, stop), stop).ConfigureAwait(false);
            if (!stop.IsCancellationRequested)
            {
                throw new ObjectDisposedException(nameof(SocketPool), "The pool that the forwarder listens on was disposed.");
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (Exception e) when (!stop.IsCancellationRequested)
        {
            Tally.FailListener(e);
            throw;
        }
        finally
        {
            // A listener that can accept no more leaves its connections alone.
            await _acceptor.WaitForHandlersAsync().ConfigureAwait(false);
        }
    }

    public void Dispose()
    {
        _listener.Close();
        _acceptor.Dispose();
    }

    /// <summary>Forwards between two connections until they end.</summary>
    internal async Task RelayAsync(PoolSocket client, PoolSocket target, ForwardedConnection connection, CancellationToken stop)
    {
        StreamRelay relay = new(client, target, connection, Tally, Options);
        _relays[relay] = true;
        Tally.Open(connection);
        if (stop.IsCancellationRequested)
        {
            relay.Abort(new ObjectDisposedException(nameof(SocketForwarder)));
        }

        Exception? reason = await relay.RunAsync().ConfigureAwait(false);
        _relays.TryRemove(relay, out _);
        Tally.Close(connection, reason);
    }

    private void Stop()
    {
        _listener.Close();
        foreach (StreamRelay relay in _relays.Keys)
        {
            relay.Abort(new ObjectDisposedException(nameof(SocketForwarder)));
        }
    }
}

/// <summary>Every client goes to the same target. A client whose target cannot be reached is reset.</summary>
internal sealed class FixedTargetSession(ForwardTarget target) : IStreamSession
{
    public async Task ServeAsync(PoolSocket client, StreamForwarder forwarder, CancellationToken stop)
    {
        ForwardedConnection connection = forwarder.Tally.Begin(ProtocolType.Tcp, client.RemoteAddress, target.ToString());
        PoolSocket server;
        try
        {
            server = await target.ConnectAsync(forwarder.TargetPool, forwarder.Options.ConnectTimeout, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            StreamRelay.Reset(client);
            forwarder.Tally.Fail(connection, e);
            return;
        }

        await forwarder.RelayAsync(client, server, connection, stop).ConfigureAwait(false);
    }
}
