using SocketPools.Stack.Wire;
using static SocketPools.Stack.Fuzz.FuzzTargets;

namespace SocketPools.Stack.Fuzz;

/// <summary>UDP and TCP, and by the port what UDP carries.</summary>
internal static class TransportTargets
{
    internal static void Transport(byte protocol, ReadOnlySpan<byte> payload, in IPAddressValue source, in IPAddressValue destination)
    {
        if (protocol == IPProtocol.Tcp)
        {
            Tcp(payload);
            _ = TcpView.TryRead(payload, out TcpView segment) && segment.IsChecksumRight(source, destination);
        }
        else if (protocol == IPProtocol.Udp && UdpView.TryRead(payload, out UdpView datagram))
        {
            Check(datagram.Payload.Length == datagram.PayloadLength && datagram.Length <= payload.Length, "The datagram is longer than its bytes.");
            _ = (datagram.Checksum, datagram.IsChecksumRight(source, destination));
            switch (datagram.SourcePort)
            {
                case DnsView.Port:
                    ServiceTargets.Dns(datagram.Payload);
                    break;
                case DhcpView.ServerPort or DhcpView.ClientPort:
                    ServiceTargets.Dhcp(datagram.Payload);
                    break;
            }
        }
    }

    internal static void Tcp(ReadOnlySpan<byte> bytes)
    {
        if (!TcpView.TryRead(bytes, out TcpView segment))
        {
            return;
        }

        Check(segment.HeaderLength + segment.Payload.Length == bytes.Length, "Bytes are missing.");
        _ = (segment.SourcePort, segment.DestinationPort, segment.Sequence, segment.Acknowledgment, segment.Flags, segment.Window, segment.UrgentPointer);
        TcpHeaderOptions options = segment.Options;
        Check(options.Sack.Count <= TcpSackBlocks.MaxCount && options.WindowScale is null or <= TcpHeaderOptions.MaxWindowScale, "An option is out of range.");
        for (int i = 0; i < options.Sack.Count; i++)
        {
            _ = options.Sack[i];
        }

        // What was read can be written, and then reads the same.
        byte[] again = new byte[options.Length];
        options.Write(again);
        TcpHeaderOptions reread = TcpHeaderOptions.Read(again);
        Check(again.Length <= TcpHeaderOptions.MaxLength && again.Length % 4 == 0, "Options do not fit the header.");
        Check(reread with { Sack = default } == options with { Sack = default } && reread.Sack.Count == options.FittingSackBlocks, "Options are not read as they were written.");
    }
}
