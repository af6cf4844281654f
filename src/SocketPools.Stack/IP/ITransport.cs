using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>A transport as the network sees it. Called with the stack's gate held.</summary>
internal interface ITransport
{
    /// <summary>A packet has come for an address of this stack. The frame's head begins with the transport's header; it is the transport's now.</summary>
    /// <param name="packet">Its addresses and the other fields of the IP header.</param>
    /// <param name="frame">Header and payload.</param>
    void Receive(in ReceivedPacket packet, Frame frame);

    /// <summary>
    /// Whether this transport may have sent the packet that an ICMP message is about, so that the path's MTU may be learned from it
    /// (RFC 5927, section 7; RFC 8201, section 4).
    /// </summary>
    /// <param name="error">What it says.</param>
    /// <param name="header">At least 8 bytes of the transport's header that came back.</param>
    bool MayHaveSent(in NetworkError error, ReadOnlySpan<byte> header) => false;

    /// <summary>An ICMP message has come about a packet that this transport sent.</summary>
    /// <param name="error">What it says.</param>
    /// <param name="header">At least 8 bytes of the transport's header that came back (RFC 792).</param>
    void OnError(in NetworkError error, ReadOnlySpan<byte> header);

    /// <summary>The MTU of the path to a destination has changed, by a report or because a report has expired; or that of a link has.</summary>
    /// <param name="remote">The destination; no address for all.</param>
    void OnPathMtuChanged(in IPAddressValue remote)
    {
    }

    /// <summary>Finds the connection that a packet is for. With the lock of any shard held.</summary>
    /// <param name="tuple">Its addresses and ports, those of this stack first.</param>
    IKnownFlow? FindFlow(in FourTuple tuple) => null;

    /// <summary>The packets that came together have all been given out: what was put off by <see cref="ReceivedPacket.HasMore"/> is done.</summary>
    /// <param name="shard">The shard whose connections answer, and whose lock is held.</param>
    void EndBatch(StackShard shard)
    {
    }
}
