using System.Buffers;
using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>
/// Forwards UDP datagrams. Each client's address has a mapping: a socket of its own towards the target, whose answers go back to that client.
/// </summary>
internal sealed class DatagramForwarder : IForwarding
{
    private readonly PoolSocket _listener;
    private readonly SocketPool _targetPool;
    private readonly ForwardTarget _target;
    private readonly SocketForwarderOptions _options;
    private readonly ForwarderTally _tally;
    private readonly ConcurrentDictionary<IPSocketAddress, DatagramMapping> _mappings = [];

    internal DatagramForwarder(
        SocketPool listenPool, IPEndPoint listen, SocketPool targetPool, ForwardTarget target, SocketForwarderOptions options, ForwarderTally tally)
    {
        (_targetPool, _target, _options, _tally) = (targetPool, target, options, tally);
        _listener = listenPool.CreateSocket(listen.AddressFamily, SocketType.Dgram);
        try
        {
            _listener.Bind(listen);
            LocalEndPoint = _listener.LocalEndPoint;
        }
        catch
        {
            _listener.Close();
            throw;
        }
    }

    public IPEndPoint LocalEndPoint { get; }

    public async Task RunAsync(CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DatagramMapping.MaxDatagram);
        int failures = 0;
        try
        {
            while (true)
            {
                ReceiveFromResult received;
                try
                {
                    received = await _listener.ReceiveFromIntoAsync(buffer, stop).ConfigureAwait(false);
                }
                catch (PoolSocketException e) when (e.Errno != Errno.EBADF && ++failures < DatagramMapping.MaxFailures)
                {
                    continue; // about an answer to one client; the others go on
                }

                failures = 0;
                Forward(buffer.AsSpan(0, received.Count), received.Remote, stop);
            }
        }
        catch (OperationCanceledException) when (stop.IsCancellationRequested)
        {
        }
        catch (PoolSocketException e) when (!stop.IsCancellationRequested)
        {
            Exception reason = e.Errno == Errno.EBADF
                ? new ObjectDisposedException("The pool that the forwarder listens on was disposed.", e)
                : e;
            _tally.FailListener(reason);
            throw reason;
        }
        catch (PoolSocketException)
        {
            // The forwarder was disposed.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
            foreach (DatagramMapping mapping in _mappings.Values)
            {
                mapping.Dispose();
                await mapping.Running.ConfigureAwait(false);
            }
        }
    }

    public void Dispose() => _listener.Close();

    /// <summary>Hands a datagram to its mapping. Nothing here waits: one client must not hold up the others.</summary>
    private void Forward(ReadOnlySpan<byte> datagram, in IPSocketAddress client, CancellationToken stop)
    {
        if (!_mappings.TryGetValue(client, out DatagramMapping? mapping))
        {
            if (_mappings.Count >= _options.MaxConnections)
            {
                _tally.Drop();
                return;
            }

            ForwardedConnection connection = _tally.Begin(ProtocolType.Udp, client, _target.ToString());
            mapping = new DatagramMapping(_listener, client, connection, _tally, _options);
            _mappings[client] = mapping;
            mapping.Running = RunAsync(mapping, client, stop);
        }

        mapping.SendToTarget(datagram);
    }

    private async Task RunAsync(DatagramMapping mapping, IPSocketAddress client, CancellationToken stop)
    {
        await Task.Yield();
        await mapping.RunAsync(_targetPool, _target, stop).ConfigureAwait(false);
        _mappings.TryRemove(new KeyValuePair<IPSocketAddress, DatagramMapping>(client, mapping));
    }
}
