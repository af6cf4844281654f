using SocketPools.Stack.Buffers;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>Reports to the senders of packets why they were refused: ICMP, which is registered as transports are. With the stack's lock held.</summary>
internal interface IErrorSender
{
    /// <summary>No transport has the protocol. The frame begins with the IP header, and stays the caller's.</summary>
    void RefuseProtocol(in ReceivedPacket packet, Frame frame);

    /// <summary>The rest of a packet in fragments has not come in time. The frame has the first fragment, as far as it goes.</summary>
    void RefuseReassembly(Frame frame);

    /// <summary>Sends an error of ICMPv6 about a packet.</summary>
    /// <param name="packet">What has come.</param>
    /// <param name="about">The packet, from its IP header on.</param>
    /// <param name="message">What is said about it.</param>
    /// <param name="isForGroups">Whether it is said about packets to groups, too (RFC 4443, section 2.4, e.3).</param>
    void SendIPv6(in ReceivedPacket packet, Frame about, in Icmpv6Message message, bool isForGroups = false);
}
