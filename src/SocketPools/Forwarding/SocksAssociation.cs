using System.Buffers;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>
/// UDP over SOCKS5 (RFC 1928, section 7). Datagrams of the client arrive with the target in front, and answers go back with the sender in
/// front. It ends with the client's TCP connection.
/// </summary>
internal sealed class SocksAssociation
{
    private readonly PoolSocket _control;
    private readonly PoolSocket _relay;
    private readonly ForwardedConnection _connection;
    private readonly StreamForwarder _forwarder;
    private readonly SocksNames _names;
    private readonly Lock _gate = new();
    private readonly PoolSocket?[] _sockets = new PoolSocket?[2];
    private readonly List<Task> _carrying = [];
    private IPSocketAddress _client;
    private bool _isOver;

    /// <summary>Makes the socket that the client sends to, at the address where it has found the forwarder.</summary>
    /// <param name="control">The client's TCP connection.</param>
    /// <param name="port">The port that the client will send from; 0 if it does not say.</param>
    /// <param name="connection">What to count for.</param>
    /// <param name="forwarder">Whose it is.</param>
    internal SocksAssociation(PoolSocket control, int port, ForwardedConnection connection, StreamForwarder forwarder)
    {
        (_control, _connection, _forwarder) = (control, connection, forwarder);
        StreamRelay.KeepAlive(control);

        // Port 0 until the first datagram arrives. Only the host of the TCP connection may use it.
        _client = control.RemoteAddress.WithPort(port);
        _names = new SocksNames(forwarder.TargetPool, forwarder.Options.ConnectTimeout);
        _relay = forwarder.ListenPool.CreateSocket(control.Family, SocketType.Dgram);
        try
        {
            _relay.Bind(control.LocalAddress.WithPort(0));
            RelayAddress = _relay.LocalAddress;
        }
        catch
        {
            _relay.Close();
            throw;
        }
    }

    /// <summary>Where the client sends to.</summary>
    internal IPSocketAddress RelayAddress { get; }

    /// <summary>Forwards until the client's TCP connection ends.</summary>
    internal async Task RunAsync(CancellationToken stop)
    {
        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(stop);
        Task carrying = CarryToTargetsAsync(end.Token);
        Task watching = WatchControlAsync(end.Token);
        await Task.WhenAny(carrying, watching).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);
        Close();
        await Task.WhenAll([carrying, watching, .. _carrying]).ConfigureAwait(false);
    }

    private void Close()
    {
        lock (_gate)
        {
            _isOver = true;
            _relay.Close();
            _sockets[0]?.Close();
            _sockets[1]?.Close();
        }
    }

    /// <summary>Ends when the connection does. What the client sends on it means nothing.</summary>
    private async Task WatchControlAsync(CancellationToken stop)
    {
        byte[] waste = new byte[64];
        try
        {
            while (await _control.ReceiveIntoAsync(waste, Deadline.Never, stop).ConfigureAwait(false) > 0)
            {
            }
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            // Reset, or the forwarder stops.
        }
    }

    private async Task CarryToTargetsAsync(CancellationToken stop)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DatagramMapping.MaxDatagram + SocksMessages.MaxDatagramHead);
        int failures = 0;
        try
        {
            while (true)
            {
                ReceiveFromResult received;
                try
                {
                    received = await _relay.ReceiveFromIntoAsync(buffer, stop).ConfigureAwait(false);
                }
                catch (PoolSocketException e) when (e.Errno != Errno.EBADF && ++failures < DatagramMapping.MaxFailures)
                {
                    continue; // about an answer that was sent
                }

                failures = 0;
                if (!IsFromClient(received.Remote) || !TryForward(buffer.AsSpan(0, received.Count), stop))
                {
                    _forwarder.Tally.Drop();
                }
            }
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            // It is over.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>The host is that of the TCP connection, and the port the one that was announced or came first.</summary>
    private bool IsFromClient(in IPSocketAddress sender)
    {
        if (sender.WithPort(0) != _client.WithPort(0))
        {
            return false;
        }

        if (_client.Port == 0)
        {
            _client = sender;
        }

        return _client.Port == sender.Port;
    }

    private bool TryForward(ReadOnlySpan<byte> datagram, CancellationToken stop)
    {
        // Reassembly is optional, and who does not do it drops fragments.
        if (datagram is not [_, _, 0, _, _, ..])
        {
            return false;
        }

        ReadOnlySpan<byte> address = datagram[3..];
        int length = SocksMessages.LengthOf(address);
        if (length <= 0 || length > address.Length)
        {
            return false;
        }

        ReadOnlySpan<byte> data = address[length..];
        address = address[..length];
        if (address[0] != SocksMessages.Name)
        {
            return TrySendTo(data, SocksMessages.ReadAddress(address), stop);
        }

        if (_names.TryFind(address, out IPSocketAddress known))
        {
            return TrySendTo(data, known, stop);
        }

        return _names.TryLookUp(
            address,
            data,
            (later, remote) =>
            {
                if (!remote.HasValue || !TrySendTo(later, remote, stop))
                {
                    _forwarder.Tally.Drop();
                }
            },
            stop);
    }

    private bool TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote, CancellationToken stop)
    {
        if (SocketFor(remote.Family, stop) is not { } socket || socket.RadioSocket.TrySendTo(data, remote).Failed)
        {
            return false;
        }

        _forwarder.Tally.Add(_connection, isToTarget: true, data.Length);
        return true;
    }

    /// <summary>The socket towards targets of a family, made when the first is sent to. Null where the pool has no place, or not the family.</summary>
    private PoolSocket? SocketFor(AddressFamily family, CancellationToken stop)
    {
        int index = family == AddressFamily.InterNetworkV6 ? 1 : 0;
        lock (_gate)
        {
            if (_sockets[index] is { } there || _isOver)
            {
                return _isOver ? null : _sockets[index];
            }

            PoolSocket? socket = null;
            try
            {
                socket = _forwarder.TargetPool.CreateSocket(family, SocketType.Dgram);
                Span<byte> any = stackalloc byte[16];
                any.Clear();
                socket.Bind(new IPSocketAddress(any[..(index == 1 ? 16 : 4)], 0));
            }
            catch (Exception e) when (ConnectFailures.IsOne(e))
            {
                socket?.Close();
                return null;
            }

            _sockets[index] = socket;
            _carrying.Add(CarryBackAsync(socket, stop));
            return socket;
        }
    }

    /// <summary>Answers go back with their sender in front: the head is written into the room before them, and no byte is moved.</summary>
    private async Task CarryBackAsync(PoolSocket socket, CancellationToken stop)
    {
        await Task.Yield();
        int failures = 0;
        byte[] buffer = ArrayPool<byte>.Shared.Rent(DatagramMapping.MaxDatagram + SocksMessages.MaxDatagramHead);
        try
        {
            while (true)
            {
                ReceiveFromResult received;
                try
                {
                    received = await socket.ReceiveFromIntoAsync(buffer.AsMemory(SocksMessages.MaxDatagramHead), stop).ConfigureAwait(false);
                }
                catch (PoolSocketException e) when (e.Errno != Errno.EBADF && ++failures < DatagramMapping.MaxFailures)
                {
                    continue; // an ICMP message about what was sent
                }

                failures = 0;
                int start = WriteHead(buffer, received.Remote);
                ReadOnlyMemory<byte> answer = buffer.AsMemory(start, SocksMessages.MaxDatagramHead - start + received.Count);
                try
                {
                    await _relay.SendToAsync(answer, _client, stop).ConfigureAwait(false);
                    _forwarder.Tally.Add(_connection, isToTarget: false, received.Count);
                }
                catch (PoolSocketException e) when (e.Errno != Errno.EBADF)
                {
                    _forwarder.Tally.Drop(); // too long with the head, for example: the next one may fit
                }
            }
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            // It is over.
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    private static int WriteHead(byte[] buffer, in IPSocketAddress sender)
    {
        int start = sender.Family == AddressFamily.InterNetworkV6 ? 0 : 12;
        buffer.AsSpan(start, 3).Clear();
        SocksMessages.WriteAddress(sender, buffer.AsSpan(start + 3));
        return start;
    }
}
