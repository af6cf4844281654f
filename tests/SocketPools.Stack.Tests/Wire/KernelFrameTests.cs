using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Wire;

/// <summary>Frames that the Linux kernel sent, whole and with checksums (<c>capture.py</c>): we read them, and write the same bytes.</summary>
public sealed class KernelFrameTests
{
    private static readonly string s_folder = Path.Combine(Repository.Root, "tests", "SocketPools.Stack.Fuzz", "corpus", "frame");

    public static TheoryData<string> Frames => [.. Directory.GetFiles(s_folder, "kernel-*").Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal)];

    [Theory]
    [MemberData(nameof(Frames))]
    public void Its_checksums_are_ours(string name) => Assert.InRange(KernelFrame.CountRight(File.ReadAllBytes(Path.Combine(s_folder, name))), 0, 2);

    [Theory]
    [MemberData(nameof(Frames))]
    public void A_header_written_from_what_was_read_is_the_kernels(string name)
    {
        byte[] bytes = File.ReadAllBytes(Path.Combine(s_folder, name));
        Assert.True(EthernetView.TryRead(bytes, out EthernetView frame));
        byte[] again = [.. bytes];
        again.AsSpan(0, Math.Min(again.Length, 54)).Clear();
        new EthernetHeader(frame.Destination, frame.Source, frame.Type).Write(again);
        Span<byte> packet = again.AsSpan(EthernetHeader.Length);
        if (ArpView.TryRead(frame.Payload, out ArpView arp))
        {
            arp.ToPacket().Write(packet);
        }
        else if (IPv4View.TryRead(frame.Payload, out IPv4View v4))
        {
            frame.Payload.CopyTo(packet);
            packet[..v4.HeaderLength].Clear();
            IPv4Header header = new(v4.Source, v4.Destination, v4.Protocol, v4.PayloadLength)
            {
                TimeToLive = v4.TimeToLive,
                TrafficClass = v4.TrafficClass,
                Identification = v4.Identification,
                MayNotFragment = v4.MayNotFragment,
                HasMoreFragments = v4.HasMoreFragments,
                FragmentOffset = v4.FragmentOffset,
                HasRouterAlert = v4.HeaderLength == 24,
            };
            header.Write(packet);
            if (!v4.IsFragment)
            {
                WriteTransport(v4.Protocol, v4.Source, v4.Destination, v4.Payload, packet[v4.HeaderLength..]);
            }
        }
        else
        {
            Assert.True(IPv6View.TryRead(frame.Payload, out IPv6View v6));
            frame.Payload.CopyTo(packet);
            packet[..IPv6Header.Length].Clear();
            new IPv6Header(v6.Source, v6.Destination, v6.NextHeader, v6.PayloadLength)
            {
                HopLimit = v6.HopLimit,
                TrafficClass = v6.TrafficClass,
                FlowLabel = v6.FlowLabel,
            }.Write(packet);
            WriteTransport(v6.NextHeader, v6.Source, v6.Destination, v6.Payload, packet[IPv6Header.Length..]);
        }

        Assert.Equal(Convert.ToHexString(bytes), Convert.ToHexString(again));
    }

    private static void WriteTransport(byte protocol, in IPAddressValue source, in IPAddressValue destination, ReadOnlySpan<byte> payload, Span<byte> again)
    {
        InternetChecksum sum = default;
        sum.AddPseudoHeader(source, destination, protocol, payload.Length);
        if (protocol == IPProtocol.Tcp && TcpView.TryRead(payload, out TcpView tcp))
        {
            TcpHeader header = new(tcp.SourcePort, tcp.DestinationPort, tcp.Sequence, tcp.Acknowledgment, tcp.Flags, tcp.Window)
            {
                Options = tcp.Options,
                UrgentPointer = tcp.UrgentPointer,
            };
            Assert.Equal(tcp.HeaderLength, header.Length);
            again[..header.Length].Clear();
            sum.Add(tcp.Payload);
            header.Write(again, sum);
        }
        else if (protocol == IPProtocol.Udp && UdpView.TryRead(payload, out UdpView udp))
        {
            again[..UdpHeader.Length].Clear();
            sum.Add(udp.Payload);
            new UdpHeader(udp.SourcePort, udp.DestinationPort, udp.PayloadLength).Write(again, sum);
        }
    }
}
