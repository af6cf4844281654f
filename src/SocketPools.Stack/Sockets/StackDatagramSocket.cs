using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Endpoints;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

/// <summary>A UDP socket of a stack: udp(7).</summary>
internal sealed partial class StackDatagramSocket : StackDatagramSocketBase
{
    private readonly UdpEndpoint _end;

    internal StackDatagramSocket(StackTransports stack, AddressFamily family)
        : base(stack, family) => _end = new UdpEndpoint(stack.Udp, family, ChangedUnsynchronized) { Owner = this };

    protected override DatagramEndpoint End => _end;

    public override SocketType Type => SocketType.Dgram;

    public override ProtocolType Protocol => ProtocolType.Udp;

    protected override Errno Set(SocketOptionLevel level, SocketOptionName name, int value)
    {
        if ((level, name) != (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only))
        {
            return base.Set(level, name, value);
        }

        Errno errno = SetIPv6Only(value != 0, _end.IsBound);
        _end.IsDual = IsDual;
        return errno;
    }

    protected override int? Get(SocketOptionLevel level, SocketOptionName name) =>
        (level, name) == (SocketOptionLevel.IPv6, SocketOptionName.IPv6Only) && Family == AddressFamily.InterNetworkV6
            ? IsIPv6Only ? 1 : 0
            : base.Get(level, name);

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPAddressValue address = Unmap(local);
        using (Network.Gate.EnterScope())
        {
            if (IsClosed || _end.IsBound || RefusalOf(address) != Errno.None)
            {
                return IsClosed ? Errno.EBADF : Errno.EINVAL;
            }

            bool isOurs = Network.IsLocal(address) || address.IsMulticast || address.IsLimitedBroadcast;
            return isOurs ? Stack.Udp.Bind(_end, address, (ushort)local.Port) : Errno.EADDRNOTAVAIL;
        }
    }
}
