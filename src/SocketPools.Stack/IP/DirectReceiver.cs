using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.IP;

/// <summary>Takes what the other end of a pair sends for one interface: in the shard that has the number of the sender's lane.</summary>
internal sealed class DirectReceiver(NetworkStack network, NetworkInterface one) : IFrameReceiver
{
    public bool TryReceive(int lane, ref FrameQueue frames) => network.DriverOf(lane).TryReceiveDirectly(one, ref frames);

    public void Wake(int lane) => network.DriverOf(lane).Drive();
}
