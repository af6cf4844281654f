using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using SocketPools.Radios;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Sockets;

internal sealed partial class StackStreamSocket
{
    // As Linux: SOCK_MIN_RCVBUF and SOCK_MIN_SNDBUF.
    private const int MinReceiveBuffer = 2304;
    private const int MinSendBuffer = 4608;

    private bool _mayBroadcast;

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            if (value.Length < sizeof(int))
            {
                return Errno.EINVAL;
            }

            Errno errno = Set(level, name, MemoryMarshal.Read<int>(value), value);
            if (errno == Errno.None)
            {
                Apply();
            }

            return errno;
        }
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || value.Length < sizeof(int))
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            if ((level, name) == (SocketOptionLevel.Socket, SocketOptionName.Linger) && value.Length >= 2 * sizeof(int))
            {
                MemoryMarshal.Write(value, _linger < 0 ? 0 : 1);
                MemoryMarshal.Write(value[sizeof(int)..], Math.Max(_linger, 0));
                return RadioResult.FromCount(2 * sizeof(int));
            }

            if (Get(level, name) is not { } number)
            {
                return Errno.ENOPROTOOPT;
            }

            ShowUnsynchronized(); // the error has been taken, if it was asked for
            MemoryMarshal.Write(value, in number);
            return RadioResult.FromCount(sizeof(int));
        }
    }

    // An accepted socket has those of its listener.
    private TcpSocketOptions Options => _chosen?.Value ?? _connection?.Options ?? default;

    private ref TcpSocketOptions Chosen => ref (_chosen ??= new StrongBox<TcpSocketOptions>(Options)).Value;

    private Errno Set(SocketOptionLevel level, SocketOptionName name, int value, ReadOnlySpan<byte> bytes)
    {
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress):
                _reuseAddress = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.KeepAlive):
                Chosen.KeepAlive = value != 0;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer):
                Chosen.ReceiveBuffer = Math.Clamp(value, MinReceiveBuffer / 2, int.MaxValue / 2) * 2; // as Linux: twice what was asked for
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.SendBuffer):
                Chosen.SendBuffer = Math.Clamp(value, MinSendBuffer / 2, int.MaxValue / 2) * 2;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.Broadcast):
                _mayBroadcast = value != 0; // of no use to a stream, and kept, as on Linux
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) when value != 0:
                break; // ports are never shared by SO_REUSEPORT here
            case (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only):
                return SetIPv6Only(value != 0, _port is not null || _connection is not null);
            case (SocketOptionLevel.Socket, SocketOptionName.Linger) when bytes.Length >= 2 * sizeof(int):
                _linger = value == 0 ? -1 : MemoryMarshal.Read<int>(bytes[sizeof(int)..]);
                break;
            case (SocketOptionLevel.Tcp, SocketOptionName.NoDelay):
                Chosen.NoDelay = value != 0;
                break;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime or SocketOptionName.TcpKeepAliveInterval) when value is < 1 or > 32767:
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount) when value is < 1 or > 127:
                return Errno.EINVAL;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime):
                Chosen.KeepAliveTime = TimeSpan.FromSeconds(value);
                break;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval):
                Chosen.KeepAliveInterval = TimeSpan.FromSeconds(value);
                break;
            case (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount):
                Chosen.KeepAliveCount = value;
                break;
            default:
                return Errno.ENOPROTOOPT;
        }

        return Errno.None;
    }

    private int? Get(SocketOptionLevel level, SocketOptionName name) => (level, name) switch
    {
        (SocketOptionLevel.Socket, SocketOptionName.Type) => (int)SocketType.Stream,
        (SocketOptionLevel.Socket, SocketOptionName.Error) => (int)(_connection?.TakeError() ?? Errno.None),
        (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) => _reuseAddress ? 1 : 0,
        (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse) => 1,
        (SocketOptionLevel.Socket, SocketOptionName.KeepAlive) => Options.KeepAlive ? 1 : 0,
        (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer) => Options.ReceiveBuffer ?? Stack.Tcp.Settings.ReceiveBuffer,
        (SocketOptionLevel.Socket, SocketOptionName.SendBuffer) => Options.SendBuffer ?? Stack.Tcp.Settings.SendBuffer,
        (SocketOptionLevel.Socket, SocketOptionName.Broadcast) => _mayBroadcast ? 1 : 0,
        (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) when Family == AddressFamily.InterNetworkV6 => IsIPv6Only ? 1 : 0,
        (SocketOptionLevel.Socket, SocketOptionName.AcceptConnection) => _listener is null ? 0 : 1,
        (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => Options.NoDelay ? 1 : 0,
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveTime) => Seconds(Options.KeepAliveTime ?? Stack.Tcp.Settings.KeepAliveTime),
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveInterval) => Seconds(Options.KeepAliveInterval ?? Stack.Tcp.Settings.KeepAliveInterval),
        (SocketOptionLevel.Tcp, SocketOptionName.TcpKeepAliveRetryCount) => Options.KeepAliveCount ?? Stack.Tcp.Settings.KeepAliveCount,
        _ => null,
    };

    private void Apply()
    {
        if (_connection is { State: not Tcp.TcpState.Closed })
        {
            _connection.Options = Options;
        }

        if (_listener is not null)
        {
            _listener.Options = Options;
        }
    }

    private static int Seconds(TimeSpan time) => (int)time.TotalSeconds;
}
