using SocketPools.Stack.Buffers;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.IP;

/// <summary>Takes what the other end of a pair sends for one interface.</summary>
internal sealed class DirectReceiver(StackDriver driver, NetworkInterface one) : IFrameReceiver
{
    public bool TryReceive(ref FrameQueue frames) => driver.TryReceiveDirectly(one, ref frames);
}
