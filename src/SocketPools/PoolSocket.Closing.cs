using System.Buffers;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools;

// The orderly close of a connection, in stages (RFC 9112, section 9.6): send the end, read and discard until the peer's end or a
// limit, close. A connection that is closed with bytes unread, or that receives bytes after it was closed, is reset, and what the peer
// has not received yet is lost.
public sealed partial class PoolSocket
{
    // What one receive discards.
    private const int DiscardSize = 16 * 1024;

    // struct tcp_info of Linux, tcp(7).
    private const int LinuxTcpInfo = 11;
    private const int TcpInfoSize = 152;
    private const int TcpInfoUnacknowledged = 24;
    private const int TcpInfoSinceLastData = 44;
    private const int TcpInfoNotSent = 144;
    private const byte TcpFinWait2 = 5;

    private static readonly TimeSpan s_firstLook = TimeSpan.FromMilliseconds(1);
    private static readonly TimeSpan s_longestLook = TimeSpan.FromMilliseconds(50);

    /// <summary>
    /// The first stage of an orderly close (RFC 9112, section 9.6): sends the end, after everything that was sent before. Follow it by
    /// <see cref="Linger"/>, <see cref="LingerAsync"/> or <see cref="DiscardReceivedAsync"/> with the time that it returns. Throws nothing.
    /// </summary>
    /// <param name="limit">How long the close may take.</param>
    /// <param name="waitsForPeer">Whether to wait for the peer's end, and not only for its acknowledgments.</param>
    /// <returns>
    /// How long to linger. A peer that has acknowledged everything has had time since the last byte was sent to it, and that
    /// counts. Zero if the connection is gone.
    /// </returns>
    public TimeSpan ShutdownSending(TimeSpan limit, bool waitsForPeer)
    {
        TimeSpan left = limit > TimeSpan.Zero ? limit : TimeSpan.Zero;
        if (left > TimeSpan.Zero && TimeSinceAcknowledgedSend() is { } since)
        {
            left = waitsForPeer && since < left ? left - since : TimeSpan.Zero;
        }

        return _socket.Shutdown(SocketShutdown.Send).Failed ? TimeSpan.Zero : left;
    }

    /// <summary>After the end was sent: discards what arrives until the peer's end, an error or the limit, and closes.</summary>
    /// <param name="limit">How long to linger.</param>
    public async ValueTask LingerAsync(TimeSpan limit)
    {
        await DiscardReceivedAsync(limit).ConfigureAwait(false);
        Close();
    }

    /// <summary>Discards what arrives until the peer's end, an error or the limit. Throws nothing, and does not close.</summary>
    /// <param name="limit">How long to discard; with 0 or less, nothing is done.</param>
    public async ValueTask DiscardReceivedAsync(TimeSpan limit)
    {
        if (limit <= TimeSpan.Zero)
        {
            return;
        }

        Deadline deadline = new(_clock, limit);
        bool hasFound = false;
        while (!DiscardWhatIsThere(ref hasFound) && !(await WaitAsync(Readiness.Readable, deadline, CancellationToken.None).ConfigureAwait(false)).Failed)
        {
        }
    }

    /// <summary>
    /// Does the same as <see cref="LingerAsync"/>, and blocks. It also ends when the peer has acknowledged everything and sends nothing,
    /// where the radio reports that: the peer's system then has all data.
    /// </summary>
    /// <param name="limit">How long to linger; what is there already is discarded in any case.</param>
    /// <param name="waitsForPeer">Whether to wait for the peer's end, as for a peer that still sends.</param>
    public void Linger(TimeSpan limit, bool waitsForPeer = false)
    {
        bool hasFound = false;
        if (!DiscardWhatIsThere(ref hasFound) && limit > TimeSpan.Zero)
        {
            DiscardUntilAcknowledged(new Deadline(_clock, limit), waitsForPeer);
        }

        Close();
    }

    private void DiscardUntilAcknowledged(in Deadline deadline, bool isPeerSending)
    {
        TimeSpan look = s_firstLook;
        while (!DiscardWhatIsThere(ref isPeerSending) && deadline.Remaining is var left && left > TimeSpan.Zero)
        {
            bool? acknowledged = isPeerSending ? null : HasAcknowledgedEnd();
            if (acknowledged == true)
            {
                return;
            }

            RadioResult ready = _socket.Wait(Readiness.Readable, new Deadline(_clock, acknowledged is null || left < look ? left : look));
            if (ready.Failed && ready.Errno != Errno.ETIMEDOUT)
            {
                return;
            }

            look = look < s_longestLook ? look * 2 : s_longestLook;
        }
    }

    /// <returns>True when nothing more will come: the peer's end, an error, or the socket is closed.</returns>
    private bool DiscardWhatIsThere(ref bool hasFound)
    {
        byte[] waste = ArrayPool<byte>.Shared.Rent(DiscardSize);
        try
        {
            // A peer that sends without an end is not to keep this thread: after some reads the caller looks at the clock.
            for (int reads = 0; reads < 64; reads++)
            {
                RadioResult result = _socket.TryReceive(waste);
                if (result.Failed || result.Count == 0)
                {
                    return result.Errno != Errno.EAGAIN;
                }

                hasFound = true;
            }

            return _slot.IsClosed;
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(waste);
        }
    }

    /// <summary>How long ago the last byte was sent, if all were acknowledged; null if some were not, or the radio does not report it.</summary>
    private TimeSpan? TimeSinceAcknowledgedSend()
    {
        Span<byte> info = stackalloc byte[TcpInfoSize];
        return ReadTcpInfo(info)
            && MemoryMarshal.Read<uint>(info[TcpInfoUnacknowledged..]) == 0
            && MemoryMarshal.Read<uint>(info[TcpInfoNotSent..]) == 0
                ? TimeSpan.FromMilliseconds(MemoryMarshal.Read<uint>(info[TcpInfoSinceLastData..]))
                : null;
    }

    /// <summary>Whether the peer has acknowledged our end and everything before it; null if the radio does not report it.</summary>
    private bool? HasAcknowledgedEnd()
    {
        Span<byte> info = stackalloc byte[TcpInfoSize];
        return ReadTcpInfo(info) ? info[0] == TcpFinWait2 : null;
    }

    private bool ReadTcpInfo(Span<byte> info)
    {
        RadioResult result = OperatingSystem.IsLinux() && _socket.Protocol == ProtocolType.Tcp
            ? _socket.GetRawOption((int)SocketOptionLevel.Tcp, LinuxTcpInfo, info)
            : Errno.ENOPROTOOPT;
        return !result.Failed && result.Count == TcpInfoSize;
    }
}
