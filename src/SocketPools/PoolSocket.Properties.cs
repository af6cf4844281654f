using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools;

// The options that are asked for most, by the names of System.Net.Sockets.Socket.
public sealed partial class PoolSocket
{
    /// <summary>Whether small segments are sent at once (TCP_NODELAY). False by default: Nagle's algorithm waits for acknowledgments.</summary>
    /// <exception cref="PoolSocketException">ENOPROTOOPT: no TCP socket. EBADF: the socket is closed.</exception>
    public bool NoDelay
    {
        get => GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay) != 0;
        set => SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.NoDelay, value);
    }

    /// <summary>
    /// Whether an IPv6 socket also takes IPv4 (the opposite of IPV6_V6ONLY). To be set before binding. False on IPv4 sockets, where setting it
    /// fails.
    /// </summary>
    /// <exception cref="PoolSocketException">EINVAL: the socket is bound. ENOPROTOOPT: the socket or the radio has no such option. EBADF: the socket is closed.</exception>
    public bool DualMode
    {
        get => Family == AddressFamily.InterNetworkV6 && GetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) == 0;
        set => SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, !value);
    }

    /// <summary>
    /// What <see cref="Close"/> does with bytes that are not sent yet (SO_LINGER): a time of 0 s discards them and resets the connection.
    /// Off by default: the system goes on sending. A stream's orderly close is <c>PoolSocketStream.LingerTimeout</c>.
    /// </summary>
    /// <exception cref="PoolSocketException">ENOPROTOOPT: the radio has no such option. EBADF: the socket is closed.</exception>
    public LingerOption LingerState
    {
        get
        {
            // struct linger: whether, and for how many seconds.
            Span<int> linger = stackalloc int[2];
            GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, MemoryMarshal.AsBytes(linger));
            return new LingerOption(linger[0] != 0, linger[1]);
        }

        set
        {
            ArgumentNullException.ThrowIfNull(value);
            ReadOnlySpan<int> linger = [value.Enabled ? 1 : 0, value.LingerTime];
            SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Linger, MemoryMarshal.AsBytes(linger));
        }
    }

    /// <summary>Whether probes are sent on an idle connection (SO_KEEPALIVE). False by default.</summary>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed; setsockopt(2).</exception>
    public bool KeepAlive
    {
        get => GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive) != 0;
        set => SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, value);
    }

    /// <summary>How long a connection is idle before the first probe, in whole seconds (TCP_KEEPIDLE). Fractions are rounded up.</summary>
    /// <exception cref="PoolSocketException">EINVAL: out of the system's range, on Linux 1 to 32767 s. EBADF: the socket is closed.</exception>
    public TimeSpan KeepAliveTime
    {
        get => TimeSpan.FromSeconds(GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime));
        set => SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime, ToWholeSeconds(value));
    }

    /// <summary>How long to wait between probes, in whole seconds (TCP_KEEPINTVL). Fractions are rounded up.</summary>
    /// <exception cref="PoolSocketException">EINVAL: out of the system's range, on Linux 1 to 32767 s. EBADF: the socket is closed.</exception>
    public TimeSpan KeepAliveInterval
    {
        get => TimeSpan.FromSeconds(GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval));
        set => SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval, ToWholeSeconds(value));
    }

    /// <summary>How many probes without an answer end the connection (TCP_KEEPCNT).</summary>
    /// <exception cref="PoolSocketException">EINVAL: out of the system's range, on Linux 1 to 127. EBADF: the socket is closed.</exception>
    public int KeepAliveRetryCount
    {
        get => GetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount);
        set => SetSocketOption(SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount, value);
    }

    /// <summary>The size of the receive buffer in bytes (SO_RCVBUF). The system may round it: Linux reports twice what was set.</summary>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed; setsockopt(2).</exception>
    public int ReceiveBufferSize
    {
        get => GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer);
        set => SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer, value);
    }

    /// <summary>The size of the send buffer in bytes (SO_SNDBUF). The system may round it: Linux reports twice what was set.</summary>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed; setsockopt(2).</exception>
    public int SendBufferSize
    {
        get => GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer);
        set => SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.SendBuffer, value);
    }

    /// <summary>
    /// Whether no other socket may be bound to the same address and port, true by default. Defined on Linux as .NET defines it: false sets
    /// SO_REUSEPORT and SO_REUSEADDR, true clears both. To be set before binding.
    /// </summary>
    /// <exception cref="PoolSocketException">EINVAL: the socket is bound. ENOPROTOOPT: the radio cannot share ports. EBADF: the socket is closed.</exception>
    public bool ExclusiveAddressUse
    {
        get => GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) != 0;
        set
        {
            if (State is not (SocketState.Created or SocketState.Closed))
            {
                throw CreateException(Errno.EINVAL, "setsockopt", Deadline.Never);
            }

            SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse, value);
        }
    }

    /// <summary>Whether the last connect or accept gave it a peer, and it is not closed. It does not ask whether the peer is still there.</summary>
    public bool Connected => State == SocketState.Connected;

    private static int ToWholeSeconds(TimeSpan value) => (int)Math.Min(Math.Ceiling(value.TotalSeconds), int.MaxValue);
}
