using SocketPools.Stack.Buffers;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Names;

/// <summary>A stack with a DHCP client, and the other end of its cable as frames: the server is the test, on a virtual clock.</summary>
internal sealed class DhcpBench : IDisposable
{
    internal static readonly IPAddressValue Server = IPAddressValue.Parse("192.0.2.1");
    internal static readonly IPAddressValue Address = IPAddressValue.Parse("192.0.2.100");
    private static readonly MacAddress s_serverHardware = new(0x0200_0000_0001);

    private readonly LinkPair _cable = LinkPair.Create();
    private readonly Queue<Said> _said = [];
    private DhcpClient? _client;

    internal DhcpBench(DhcpOptions? settings = null)
    {
        Radio = new StackRadio(new StackOptions { Seed = 3, TimeProvider = Clock });
        _cable.B.FrameAvailable = Listen; // questions of ARP are answered when they come
        Interface = Radio.AddInterface(_cable.A);
        _client = Interface.StartDhcp(settings);
    }

    internal VirtualClock Clock { get; } = new();

    internal StackRadio Radio { get; }

    internal StackInterface Interface { get; }

    internal DhcpClient Client => _client!;

    /// <summary>ARP questions for an address, by who asked: "any" for probes.</summary>
    internal List<(string From, string For)> Arps { get; } = [];

    internal string Addresses => string.Join(' ', Interface.Addresses.Select(a => $"{a.Address}/{a.PrefixLength}"));

    internal string Routes => string.Join(' ', Radio.Network.Routes.Routes.Where(r => r.Interface == Interface.Inner)
        .Select(r => r.Gateway.HasValue ? $"{r.Network}>{r.Gateway}" : $"{r.Network}"));

    internal void SetCarrier(bool isWhole) => _cable.SetCarrier(isWhole);

    /// <summary>The next message of the client's.</summary>
    internal Said Take(DhcpMessageType type)
    {
        Assert.True(TryTake(out Said said), "the client said nothing");
        Assert.Equal(type, said.View.MessageType);
        return said;
    }

    internal bool TryTake(out Said said)
    {
        Listen();
        return _said.TryDequeue(out said);
    }

    /// <summary>A lease from the first word to the address in use.</summary>
    internal void Lend(uint seconds = 3600, Action<Writer>? more = null, string? address = null)
    {
        Answer(Take(DhcpMessageType.Discover), DhcpMessageType.Offer, seconds, more, address);
        Answer(Take(DhcpMessageType.Request), DhcpMessageType.Acknowledge, seconds, more, address);
        Clock.Advance(TimeSpan.FromSeconds(1.1));
    }

    internal void Answer(in Said to, DhcpMessageType type, uint? seconds = 3600, Action<Writer>? more = null, string? address = null, bool isUnicast = false)
    {
        byte[] message = Write(to, type, seconds, more, address);
        Send(message, isUnicast ? IPAddressValue.Parse(address ?? $"{Address}") : IPAddressValue.Broadcast, isUnicast);
    }

    /// <summary>Adds options to a message.</summary>
    internal delegate void Writer(DhcpOption option, byte[] body);

    internal static byte[] Write(
        in Said to, DhcpMessageType type, uint? seconds, Action<Writer>? more = null, string? address = null, uint? transaction = null, MacAddress? hardware = null)
    {
        byte[] bytes = new byte[576];
        DhcpWriter writer = new(bytes, isReply: true, type, transaction ?? to.View.TransactionId, hardware ?? to.View.ClientHardware)
        {
            YourAddress = type == DhcpMessageType.Refuse ? default : IPAddressValue.Parse(address ?? $"{Address}"),
        };
        List<(DhcpOption, byte[])> options = [];
        more?.Invoke((option, body) => options.Add((option, body)));
        writer.AddIfAny(DhcpOption.ServerIdentifier, options.Exists(o => o.Item1 == DhcpOption.ServerIdentifier) ? default : Server);
        if (seconds is { } time)
        {
            writer.Add(DhcpOption.LeaseTime, time);
        }

        foreach ((DhcpOption option, byte[] body) in options)
        {
            writer.Add(option, body);
        }

        return bytes[..writer.Finish()];
    }

    internal void Send(byte[] message, IPAddressValue destination, bool isUnicast = false)
    {
        Frame frame = Frame.Rent(message.Length);
        message.CopyTo(frame.Append(message.Length));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(Server, destination, IPProtocol.Udp, message.Length + UdpHeader.Length);
        sum.Add(message);
        new UdpHeader(DhcpView.ServerPort, DhcpView.ClientPort, message.Length).Write(frame.Push(UdpHeader.Length), sum);
        new IPv4Header(Server, destination, IPProtocol.Udp, frame.Length).Write(frame.Push(IPv4Header.MinLength));
        new EthernetHeader(isUnicast ? Interface.Inner.Hardware : MacAddress.Broadcast, s_serverHardware, EtherType.IPv4).Write(frame.Push(EthernetHeader.Length));
        Assert.True(_cable.B.TrySend(frame));
        Listen();
    }

    internal void SendArp(ArpPacket packet)
    {
        Frame frame = Frame.Rent();
        packet.Write(frame.Append(ArpPacket.Length));
        new EthernetHeader(MacAddress.Broadcast, packet.SenderHardware, EtherType.Arp).Write(frame.Push(EthernetHeader.Length));
        Assert.True(_cable.B.TrySend(frame));
    }

    public void Dispose()
    {
        Radio.Dispose();
        _cable.Dispose();
    }

    private void Listen()
    {
        while (_cable.B.TryReceive(out Frame? frame))
        {
            byte[] bytes = new byte[frame.Length];
            frame.CopyTo(bytes);
            frame.Release();
            EthernetView.TryRead(bytes, out EthernetView ethernet);
            byte[] payload = bytes[EthernetHeader.Length..];
            if (ethernet.Type == EtherType.Arp && ArpView.TryRead(payload, out ArpView arp))
            {
                Hear(arp.ToPacket());
            }
            else if (ethernet.Type == EtherType.IPv4 && IPv4View.TryRead(payload, out IPv4View ip) && ip.Protocol == IPProtocol.Udp
                && UdpView.TryRead(ip.Payload, out UdpView udp) && udp.DestinationPort == DhcpView.ServerPort)
            {
                Assert.True(udp.IsChecksumRight(ip.Source, ip.Destination));
                _said.Enqueue(new Said($"{ip.Source}", $"{ip.Destination}", udp.Payload[..udp.PayloadLength].ToArray()));
            }
        }
    }

    private void Hear(in ArpPacket arp)
    {
        Arps.Add((arp.SenderProtocol.IsUnspecified ? "any" : $"{arp.SenderProtocol}", $"{arp.TargetProtocol}"));
        if (arp.Operation == ArpOperation.Request && arp.TargetProtocol == Server)
        {
            Frame frame = Frame.Rent();
            arp.ReplyFrom(s_serverHardware).Write(frame.Append(ArpPacket.Length));
            new EthernetHeader(Interface.Inner.Hardware, s_serverHardware, EtherType.Arp).Write(frame.Push(EthernetHeader.Length));
            Assert.True(_cable.B.TrySend(frame));
        }
    }

    /// <summary>A message of the client's.</summary>
    internal readonly record struct Said(string From, string To, byte[] Bytes)
    {
        internal DhcpView View => DhcpView.TryRead(Bytes, out DhcpView view) ? view : throw new InvalidOperationException("no DHCP message");

        internal string Text(DhcpOption option) => View.TryGetAddress(option, out IPAddressValue address) ? $"{address}" : "-";
    }
}
