using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Icmp;

/// <summary>IGMP (RFC 2236): queries go to the groups of the interface that they came in by.</summary>
internal sealed class IgmpLayer(NetworkStack stack, IcmpInterfaces interfaces) : ITransport
{
    public void Receive(in ReceivedPacket packet, Frame frame)
    {
        if (!IgmpView.TryRead(frame.Head, out IgmpView view))
        {
            stack.Drop(frame, DropReason.Malformed);
            return;
        }

        interfaces[packet.InterfaceIndex].Groups.Receive(view);
        frame.Release();
    }

    public void OnError(in NetworkError error, ReadOnlySpan<byte> header)
    {
    }
}
