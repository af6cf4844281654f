using System.Buffers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools.Forwarding;

/// <summary>One client's way to the target: a connected socket, and what came from the client before there was one.</summary>
internal sealed class DatagramMapping(
    PoolSocket listener, IPSocketAddress client, ForwardedConnection connection, ForwarderTally tally, SocketForwarderOptions options) : IDisposable
{
    /// <summary>More than any datagram has: 65,507 bytes over IPv4, 65,527 over IPv6.</summary>
    internal const int MaxDatagram = 65536;

    /// <summary>After so many errors one after the other it is none of ICMP's messages.</summary>
    internal const int MaxFailures = 64;

    // What waits for the lookup of the target's name.
    private const int MaxPending = 16;

    private readonly Lock _gate = new();
    private readonly Queue<byte[]> _pending = [];
    private PoolSocket? _socket;
    private bool _isDisposed;
    private int _activity;

    /// <summary>Ends when the mapping has.</summary>
    internal Task Running { get; set; } = Task.CompletedTask;

    /// <summary>Sends a datagram to the target, or keeps a copy until there is a socket. What finds no room is dropped, as UDP does.</summary>
    internal void SendToTarget(ReadOnlySpan<byte> datagram)
    {
        lock (_gate)
        {
            if (_socket is null)
            {
                if (_isDisposed || _pending.Count >= MaxPending)
                {
                    tally.Drop();
                    return;
                }

                _pending.Enqueue(datagram.ToArray());
                return;
            }
        }

        Send(_socket, datagram);
    }

    /// <summary>Opens the socket, and carries answers back until nothing came in either direction for the idle timeout.</summary>
    internal async Task RunAsync(SocketPool pool, ForwardTarget target, CancellationToken stop)
    {
        PoolSocket socket;
        try
        {
            socket = await OpenAsync(pool, target, stop).ConfigureAwait(false);
        }
        catch (Exception e) when (ConnectFailures.IsOne(e))
        {
            Dispose();
            tally.Fail(connection, e);
            return;
        }

        tally.Open(connection);
        Errno end = await CarryBackAsync(socket).ConfigureAwait(false);
        Dispose();
        tally.Close(connection, end == Errno.EBADF && stop.IsCancellationRequested ? new ObjectDisposedException(nameof(SocketForwarder)) : null);
    }

    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            for (; _pending.Count > 0; _pending.Dequeue())
            {
                tally.Drop();
            }

            _socket?.Close();
        }
    }

    private async ValueTask<PoolSocket> OpenAsync(SocketPool pool, ForwardTarget target, CancellationToken stop)
    {
        IPSocketAddress remote = await target.ResolveAsync(pool, options.ConnectTimeout, stop).ConfigureAwait(false);
        PoolSocket socket = pool.CreateSocket(remote.Family, SocketType.Dgram);
        try
        {
            socket.Connect(remote);
            lock (_gate)
            {
                ObjectDisposedException.ThrowIf(_isDisposed, this);
                while (_pending.TryDequeue(out byte[]? datagram))
                {
                    Send(socket, datagram);
                }

                _socket = socket;
            }

            return socket;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    private void Send(PoolSocket socket, ReadOnlySpan<byte> datagram)
    {
        // A failure is an ICMP message about an earlier datagram, or no room: the client learns neither from UDP.
        if (socket.TrySend(datagram).Failed)
        {
            tally.Drop();
            return;
        }

        Interlocked.Increment(ref _activity);
        tally.Add(connection, isToTarget: true, datagram.Length);
    }

    private async Task<Errno> CarryBackAsync(PoolSocket socket)
    {
        while (true)
        {
            int activity = Volatile.Read(ref _activity);
            Deadline deadline = new(socket.Pool.Radio.TimeProvider, options.UdpIdleTimeout);
            RadioResult ready = await socket.WaitAsync(Readiness.Readable, deadline, CancellationToken.None).ConfigureAwait(false);
            if (ready.Errno == Errno.EBADF || (ready.Errno == Errno.ETIMEDOUT && activity == Volatile.Read(ref _activity)))
            {
                return ready.Errno;
            }

            if (!await CarryWhatIsThereAsync(socket).ConfigureAwait(false))
            {
                return Errno.EBADF;
            }
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder<>))]
    private async ValueTask<bool> CarryWhatIsThereAsync(PoolSocket socket)
    {
        byte[] buffer = ArrayPool<byte>.Shared.Rent(MaxDatagram);
        int failures = 0;
        try
        {
            while (true)
            {
                RadioResult received = socket.TryReceive(buffer);
                if (received.Failed)
                {
                    // Refused: an ICMP message about what was sent. The target may come back.
                    if (received.Errno is Errno.EAGAIN or Errno.EBADF || ++failures == MaxFailures)
                    {
                        return received.Errno == Errno.EAGAIN;
                    }

                    continue;
                }

                failures = 0;
                Interlocked.Increment(ref _activity);
                await SendToClientAsync(buffer.AsMemory(0, received.Count)).ConfigureAwait(false);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    [AsyncMethodBuilder(typeof(PooledAsyncMethodBuilder))]
    private async ValueTask SendToClientAsync(ReadOnlyMemory<byte> datagram)
    {
        try
        {
            await listener.SendToAsync(datagram, client).ConfigureAwait(false);
            tally.Add(connection, isToTarget: false, datagram.Length);
        }
        catch (PoolSocketException)
        {
            tally.Drop();
        }
    }
}
