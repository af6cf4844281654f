using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.IP;

/// <summary>Takes a copy of every received packet for which there is a RAW socket.</summary>
internal interface IRawTap
{
    /// <summary>A packet has come. The frame begins with the IP header; it stays the caller's.</summary>
    /// <returns>Whether a socket took it: then no error is sent for an unknown protocol.</returns>
    bool Offer(in ReceivedPacket packet, byte protocol, Frame frame, int headerLength);

    /// <summary>Whether no RAW socket has a protocol.</summary>
    bool IsIdle(byte protocol);

    /// <summary>Whether a socket has lately sent such a packet as an ICMP message quotes.</summary>
    bool MayHaveSent(in NetworkError error, byte protocol, ReadOnlySpan<byte> header);

    /// <summary>An ICMP message has come about a packet of a protocol that this stack sent.</summary>
    void OnError(in NetworkError error, byte protocol);
}
