using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>A UDP socket of a stack: udp(7).</summary>
internal sealed class StackDatagramSocket : StackPacketSocket
{
    private readonly UdpEndpoint _end;

    internal StackDatagramSocket(StackRadio radio, AddressFamily family)
        : base(radio, family) => _end = new UdpEndpoint(radio.Udp, family, ChangedUnsynchronized) { Owner = this };

    protected override PacketEnd End => _end;

    public override SocketType Type => SocketType.Dgram;

    public override ProtocolType Protocol => ProtocolType.Udp;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPNumber address = IPNumber.From(local);
        lock (Network.Gate)
        {
            if (IsClosed || _end.IsBound)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            bool isOurs = Network.IsLocal(address) || address.IsMulticast || address.IsLimitedBroadcast;
            return isOurs ? Station.Udp.Bind(_end, address, (ushort)local.Port) : Errno.EADDRNOTAVAIL;
        }
    }
}
