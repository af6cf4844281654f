using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>Local ports, which the driver gives out: the chip takes any.</summary>
public sealed partial class WiznetRadio
{
    private const int FirstDynamic = 49152;
    private const int DynamicCount = 65536 - FirstDynamic;

    private readonly HashSet<(SocketType Type, int Port)> _ports = [];

    /// <summary>Reserves a port, one of the dynamic range for 0.</summary>
    internal RadioResult TakePort(SocketType type, in IPSocketAddress local, out int port)
    {
        port = local.Port;
        if (!local.IsAny && !local.ToIPAddress().Equals(Address))
        {
            return Errno.EADDRNOTAVAIL;
        }

        if (port != 0)
        {
            return _ports.Add((type, port)) ? RadioResult.Ok : Errno.EADDRINUSE;
        }

        int start = _random.Next(DynamicCount);
        for (int i = 0; i < DynamicCount; i++)
        {
            port = FirstDynamic + ((start + i) % DynamicCount);
            if (_ports.Add((type, port)))
            {
                return RadioResult.Ok;
            }
        }

        return Errno.EADDRINUSE;
    }

    internal void FreePort(SocketType type, int port) => _ports.Remove((type, port));

    /// <summary>What the chip can never reach; it has no loopback.</summary>
    internal static bool IsUnreachable(in IPSocketAddress remote) => remote.IsAny || FirstByte(remote) == 127;

    private static byte FirstByte(in IPSocketAddress address)
    {
        Span<byte> bytes = stackalloc byte[16];
        address.WriteAddress(bytes);
        return bytes[0];
    }
}
