using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>Options of a socket. The chip has hardly any; those that change nothing on it are kept, so that programs read what they set.</summary>
internal sealed class SocketSettings
{
    private readonly Dictionary<(SocketOptionLevel, SocketOptionName), int> _kept = [];

    internal RadioResult Set(RadioSocket socket, SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        bool isExclusive = (level, name) == (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse);
        if (!isExclusive && !IsKept(socket.Type, level, name))
        {
            return Errno.ENOPROTOOPT;
        }

        if (value.Length < sizeof(int))
        {
            return Errno.EINVAL;
        }

        if (isExclusive)
        {
            // Two sockets of the chip never share a port.
            return BitConverter.ToInt32(value) != 0 ? RadioResult.Ok : Errno.ENOPROTOOPT;
        }

        _kept[(level, name)] = BitConverter.ToInt32(value) != 0 ? 1 : 0;
        return RadioResult.Ok;
    }

    internal RadioResult Get(RadioSocket socket, SocketOptionLevel level, SocketOptionName name, Span<byte> value, Func<Errno> takeError)
    {
        int found;
        switch (level, name)
        {
            case (SocketOptionLevel.Socket, SocketOptionName.Type):
                found = (int)socket.Type;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.Error):
                found = (int)takeError();
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ReceiveBuffer or SocketOptionName.SendBuffer):
                found = WiznetBus.BufferSize;
                break;
            case (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse):
                found = 1;
                break;
            default:
                if (!IsKept(socket.Type, level, name))
                {
                    return Errno.ENOPROTOOPT;
                }

                found = _kept.GetValueOrDefault((level, name));
                break;
        }

        return value.Length >= sizeof(int) && BitConverter.TryWriteBytes(value, found) ? RadioResult.FromCount(sizeof(int)) : Errno.EINVAL;
    }

    private static bool IsKept(SocketType type, SocketOptionLevel level, SocketOptionName name) => (level, name) switch
    {
        (SocketOptionLevel.Socket, SocketOptionName.ReuseAddress or SocketOptionName.KeepAlive or SocketOptionName.Broadcast) => true,
        (SocketOptionLevel.Tcp, SocketOptionName.NoDelay) => type == SocketType.Stream,
        _ => false,
    };
}
