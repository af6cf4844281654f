using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

internal sealed partial class PortableSocket
{
    private bool _reuseAddress;

    /// <inheritdoc/>
    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        byte[] bytes = value.ToArray();
        RadioResult answer = RadioResult.Ok;
        RadioResult result = Run(() => answer = Set(level, name, bytes));
        return result.Failed ? Unknown(result) : answer;
    }

    /// <inheritdoc/>
    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        byte[] bytes = new byte[value.Length];
        RadioResult answer = RadioResult.Ok;
        RadioResult result = Run(() => answer = Get(level, name, bytes));
        bytes.AsSpan(0, answer.Count).CopyTo(value);
        return result.Failed ? Unknown(result) : answer;
    }

    /// <inheritdoc/>
    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        byte[] bytes = value.ToArray();
        return Unknown(Run(() => _socket.SetRawSocketOption(level, name, bytes)));
    }

    /// <inheritdoc/>
    public override RadioResult GetRawOption(int level, int name, Span<byte> value)
    {
        byte[] bytes = new byte[value.Length];
        int count = 0;
        RadioResult result = Run(() => count = _socket.GetRawSocketOption(level, name, bytes));
        bytes.AsSpan(0, count).CopyTo(value);
        return result.Failed ? Unknown(result) : RadioResult.FromCount(count);
    }

    /// <summary>The BCL says "not supported" of options that it does not know by name.</summary>
    private static RadioResult Unknown(RadioResult result) => result.Errno == Errno.EOPNOTSUPP ? Errno.ENOPROTOOPT : result;

    private RadioResult Set(SocketOptionLevel level, SocketOptionName name, byte[] value)
    {
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress) when value.Length == sizeof(int):
                SetReuseAddress(MemoryMarshal.Read<int>(value));
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.Error or SocketOptionName.Type):
                return Errno.ENOPROTOOPT;
            case (SocketOptionLevel.Socket, SocketOptionName.Linger) when value.Length == 2 * sizeof(int):
                ReadOnlySpan<int> linger = MemoryMarshal.Cast<byte, int>(value);
                _socket.LingerState = new LingerOption(linger[0] != 0, linger[1]);
                break;
            case (SocketOptionLevel.IP, SocketOptionName.AddMembership or SocketOptionName.DropMembership) when value.Length >= 8:
                MulticastOption join = new(new IPAddress(value.AsSpan(0, 4)), new IPAddress(value.AsSpan(4, 4)));
                _socket.SetSocketOption(level, name, join);
                break;
            case (SocketOptionLevel.IPv6, SocketOptionName.AddMembership or SocketOptionName.DropMembership) when value.Length >= 20:
                uint index = MemoryMarshal.Read<uint>(value.AsSpan(16));
                _socket.SetSocketOption(level, name, new IPv6MulticastOption(new IPAddress(value.AsSpan(0, 16)), index));
                break;
            default:
                if (value.Length == sizeof(int))
                {
                    _socket.SetSocketOption(level, name, MemoryMarshal.Read<int>(value));
                }
                else
                {
                    _socket.SetSocketOption(level, name, value);
                }

                break;
        }

        return RadioResult.Ok;
    }

    private RadioResult Get(SocketOptionLevel level, SocketOptionName name, byte[] value)
    {
        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.Error):
                Errno error = TakeError();
                return Write(value, (int)(error == Errno.None ? ReadError() : error));
            case (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress):
                return Write(value, _reuseAddress ? 1 : 0);
            case (SocketOptionLevel.Socket, SocketOptionName.Linger) when value.Length >= 2 * sizeof(int):
                LingerOption linger = _socket.LingerState!;
                Write(value, linger.Enabled ? 1 : 0);
                Write(value.AsSpan(sizeof(int)), linger.LingerTime);
                return RadioResult.FromCount(2 * sizeof(int));
            default:
                byte[] read = _socket.GetSocketOption(level, name, value.Length);
                read.CopyTo(value, 0);
                return RadioResult.FromCount(read.Length);
        }
    }

    /// <summary>
    /// SO_REUSEADDR as POSIX has it: a server may start again while old connections of the port fade. The BCL's option
    /// adds SO_REUSEPORT on Unix, so the system's own number is used there. On Windows that is how streams are anyway, and
    /// its SO_REUSEADDR would let another process steal the port: it is set for datagrams only, which share groups by it.
    /// </summary>
    private void SetReuseAddress(int value)
    {
        if (!OperatingSystem.IsWindows())
        {
            bool linux = OperatingSystem.IsLinux() || OperatingSystem.IsAndroid();
            (int level, int name) = linux ? (1, 2) : (0xFFFF, 4);
            _socket.SetRawSocketOption(level, name, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in value)));
        }
        else if (Type != SocketType.Stream)
        {
            _socket.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, value != 0);
        }

        _reuseAddress = value != 0;
    }

    private static RadioResult Write(Span<byte> destination, int value)
    {
        MemoryMarshal.Write(destination, in value);
        return RadioResult.FromCount(sizeof(int));
    }
}
