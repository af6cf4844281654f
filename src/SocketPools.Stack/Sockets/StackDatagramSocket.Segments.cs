using SocketPools.Radios;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Sockets;

// Many datagrams with the lock taken once: their frames leave in one chain, or in one frame that the link cuts, and those in line are taken together.
internal sealed partial class StackDatagramSocket
{
    // So many datagrams are put in line before the stack is driven, or what the line of an interface holds, in fragments where it has to.
    private const int LongestChain = 64;
    private const int LeastFragment = 512;

    public override RadioResult TrySendSegments(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote)
    {
        if (segmentSize is < 1 or > MaxSegmentSize || data.Length <= segmentSize)
        {
            return base.TrySendSegments(data, segmentSize, remote);
        }

        int sent = 0;
        int length = Math.Clamp(Network.Limits.MaxOutgoingFrames / (1 + (segmentSize / LeastFragment)), 1, LongestChain);
        RadioResult result = RadioResult.Ok;
        while (sent < data.Length && !result.Failed)
        {
            ReadOnlySpan<byte> chain = data[sent..];
            chain = chain[..(int)Math.Min(chain.Length, (long)length * segmentSize)];
            result = SendChain(chain, segmentSize, remote, isGoingOn: sent > 0, out int taken);
            sent += taken;
            Network.DriveIfNeeded();
        }

        return sent > 0 ? RadioResult.FromCount(sent) : result;
    }

    public override RadioResult TryReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        if (buffer.Length < SegmentBufferSize)
        {
            return base.TryReceiveSegments(buffer, out segmentSize, out remote);
        }

        (segmentSize, remote) = (0, default);
        using (Network.Gate.EnterScope())
        {
            Errno pending = IsClosed ? Errno.EBADF : End.TakeError();
            RadioResult result = pending != Errno.None ? pending : End.ReceiveSegments(buffer, out segmentSize, out remote);
            return ReceivedUnsynchronized(result);
        }
    }

    private RadioResult SendChain(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote, bool isGoingOn, out int sent)
    {
        sent = 0;
        using (Network.Gate.EnterScope())
        {
            Network.Timers.Freeze();
            bool isToPeer = !remote.HasValue;
            IPAddressValue peer = isToPeer ? End.RemoteAddress : Unmap(remote);
            Errno refusal = isToPeer ? PeerRefusalUnsynchronized(isGoingOn) : RemoteRefusalUnsynchronized(remote, peer, isGoingOn);
            ushort port = isToPeer ? End.RemotePort : (ushort)remote.Port;
            NetworkInterface? scope = isToPeer ? null : ScopeOf(remote);
            while (sent < data.Length && refusal == Errno.None)
            {
                if (End.TrySendTogether(data[sent..], segmentSize, peer, port, scope, out int together))
                {
                    sent += together;
                    continue;
                }

                ReadOnlySpan<byte> one = data.Slice(sent, Math.Min(segmentSize, data.Length - sent));
                RadioResult result = End.Send(one, peer, port, scope);
                refusal = result.Errno;
                sent += result.Count;
            }

            ShowUnsynchronized();
            Network.Timers.Thaw();
            return refusal;
        }
    }
}
