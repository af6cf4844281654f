using System.Net.Security;
using System.Security.Authentication;
using SocketPools.Chips.Carrying;
using SocketPools.Radios;

namespace SocketPools.Chips.Nina;

/// <summary>
/// A TCP connection as the firmware's library keeps it: a receive buffer of lwIP's window, and "connected" as what was last seen, which an end that came
/// unseen does not change.
/// </summary>
internal class NinaClient : IDisposable
{
    private const int Window = 5760;

    private readonly byte[] _buffer = new byte[Window];
    private int _start;
    private int _count;
    private bool _endSeen;

    private protected NinaClient(RadioSocket socket, IPSocketAddress remote)
    {
        Socket = socket;
        Remote = remote;
    }

    internal IPSocketAddress Remote { get; }

    /// <summary>How many bytes can be read at once.</summary>
    internal int Available
    {
        get
        {
            lock (_buffer)
            {
                Pull();
                return _count;
            }
        }
    }

    /// <summary>Whether an end has not been seen yet. Looking is what sees it.</summary>
    internal bool IsConnected
    {
        get
        {
            lock (_buffer)
            {
                if (IsOpen)
                {
                    Pull();
                    IsOpen = _count > 0 || (!_endSeen && !IsStopped);
                }

                return IsOpen;
            }
        }
    }

    private protected RadioSocket Socket { get; }

    private bool IsOpen { get; set; } = true;

    private bool IsStopped { get; set; }

    /// <summary>A connection of the radio that is established.</summary>
    internal static NinaClient Over(RadioSocket socket, in IPSocketAddress remote) => new(socket, remote);

    internal byte[] Read(int count)
    {
        lock (_buffer)
        {
            Pull();
            byte[] data = new byte[Math.Min(count, _count)];
            for (int i = 0; i < data.Length; i++)
            {
                data[i] = _buffer[(_start + i) % Window];
            }

            _start = (_start + data.Length) % Window;
            _count -= data.Length;
            return data;
        }
    }

    /// <summary>Sends all of it, or what could be sent before nothing went out for the time.</summary>
    internal virtual async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout)
    {
        int sent = 0;
        while (sent < data.Length && IsOpen && !IsStopped)
        {
            RadioResult result = Socket.TrySend(data.Span[sent..]);
            if (result.Errno == Errno.EAGAIN)
            {
                using CancellationTokenSource end = new(timeout, Socket.Radio.TimeProvider);
                try
                {
                    await Socket.WaitAsync(Readiness.Writable, end.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException)
                {
                    break;
                }
            }
            else if (result.Failed)
            {
                Stop();
            }
            else
            {
                sent += result.Count;
            }
        }

        return sent;
    }

    public virtual void Dispose() => Stop();

    /// <summary>Puts what has arrived into the buffer.</summary>
    private protected virtual void Pull()
    {
        while (!_endSeen && !IsStopped && FreeSpan is { Length: > 0 } free)
        {
            RadioResult result = Socket.TryReceive(free);
            if (result.Errno == Errno.EAGAIN)
            {
                return;
            }

            if (result.Failed)
            {
                Stop();
                return;
            }

            Arrived(result.Count);
        }
    }

    /// <summary>Room behind what the buffer holds; used under its lock.</summary>
    private protected Span<byte> FreeSpan
    {
        get
        {
            int end = (_start + _count) % Window;
            return _buffer.AsSpan(end, Math.Min(Window - _count, Window - end));
        }
    }

    private protected object BufferLock => _buffer;

    private protected void Arrived(int count)
    {
        _count += count;
        _endSeen |= count == 0;
    }

    private protected void Stop()
    {
        IsStopped = true;
        IsOpen = false;
        Socket.Close();
    }
}

/// <summary>TLS in the module: the host sees the plain bytes.</summary>
internal sealed class NinaTlsClient : NinaClient
{
    private readonly SslStream _tls;
    private readonly CancellationTokenSource _end = new();
    private readonly byte[] _piece = new byte[2048];

    private NinaTlsClient(RadioSocket socket, IPSocketAddress remote, SslStream tls)
        : base(socket, remote)
    {
        _tls = tls;
        _ = PumpAsync();
    }

    /// <summary>Shakes hands over a connection; null when that fails, and the connection is closed then.</summary>
    internal static async ValueTask<NinaClient?> HandshakeAsync(RadioSocket socket, IPSocketAddress remote, string host, NinaChipOptions options)
    {
        SslStream tls = new(new RadioSocketStream(socket), leaveInnerStreamOpen: false, options.ValidateCertificate);
        using CancellationTokenSource end = new(options.SendTimeout, socket.Radio.TimeProvider);
        try
        {
            await tls.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = host }, end.Token).ConfigureAwait(false);
            return new NinaTlsClient(socket, remote, tls);
        }
        catch (Exception e) when (e is IOException or AuthenticationException or OperationCanceledException)
        {
            await tls.DisposeAsync().ConfigureAwait(false);
            return null;
        }
    }

    internal override async ValueTask<int> WriteAsync(ReadOnlyMemory<byte> data, TimeSpan timeout)
    {
        if (!IsConnected)
        {
            return 0;
        }

        using CancellationTokenSource end = new(timeout, Socket.Radio.TimeProvider);
        try
        {
            await _tls.WriteAsync(data, end.Token).ConfigureAwait(false);
            return data.Length;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            Stop();
            return 0;
        }
    }

    public override void Dispose()
    {
        _end.Cancel();
        _tls.Dispose();
        base.Dispose();
    }

    private protected override void Pull()
    {
        // The pump does it.
    }

    private async Task PumpAsync()
    {
        try
        {
            int count;
            do
            {
                count = await _tls.ReadAsync(_piece, _end.Token).ConfigureAwait(false);
                await PutAsync(count).ConfigureAwait(false);
            }
            while (count > 0);
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or InvalidOperationException)
        {
            lock (BufferLock)
            {
                Arrived(0);
            }
        }
    }

    private async ValueTask PutAsync(int count)
    {
        int put = 0;
        while (put < count || count == 0)
        {
            lock (BufferLock)
            {
                Span<byte> free = FreeSpan;
                int part = Math.Min(free.Length, count - put);
                _piece.AsSpan(put, part).CopyTo(free);
                if (part > 0 || count == 0)
                {
                    Arrived(part);
                }

                put += part;
            }

            if (count == 0)
            {
                return;
            }

            if (put < count)
            {
                await Task.Delay(TimeSpan.FromMilliseconds(5), Socket.Radio.TimeProvider, _end.Token).ConfigureAwait(false); // until the host has read
            }
        }
    }
}
