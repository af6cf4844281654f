using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>
/// A whole radio on one end of a cable, on a virtual clock, and nothing but a test's hands on the other end. The radio is 192.0.2.2,
/// fe80::b and 2001:db8::2. At the end every frame and block has to be back.
/// </summary>
internal sealed class HostileBench : IDisposable
{
    internal static readonly IPAddressValue Peer = IPAddressValue.Parse("192.0.2.1");
    internal static readonly IPAddressValue Station = IPAddressValue.Parse("192.0.2.2");
    internal static readonly IPAddressValue Peer6 = IPAddressValue.Parse("2001:db8::1");
    internal static readonly IPAddressValue Station6 = IPAddressValue.Parse("2001:db8::2");
    internal static readonly IPAddressValue Router = IPAddressValue.Parse("fe80::1");

    private readonly List<RadioSocket> _sockets = [];
    private readonly long _frames = FramePool.InUse;
    private readonly long _blocks = Blocks;
    private readonly LinkPair _pair;

    internal HostileBench(Func<StackOptions, StackOptions>? with = null, bool isIntroduced = true)
    {
        StackOptions options = new() { TimeProvider = Clock, Seed = 11 };
        Radio = new StackRadio(with is null ? options : with(options));
        _pair = LinkPair.Create(new LinkPairOptions { Offloads = LinkOffloads.None, MaxQueuedFrames = 200_000, AddressB = IngressStation.Hardware });
        Interface = Radio.AddInterface(_pair.B);
        Interface.AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        Interface.AddAddress(IPAddress.Parse("fe80::b"), 64, skipDuplicateAddressDetection: true);
        Interface.AddAddress(IPAddress.Parse("2001:db8::2"), 64, skipDuplicateAddressDetection: true);
        // What is told of groups has been told.
        Advance(3);
        if (isIntroduced)
        {
            Give(Craft.Arp(ArpPacket.Request(Craft.Peer, Peer, Station)));
            Give(Craft.Ethernet(Craft.Solicitation(Peer6, Station6, Craft.Peer)));
        }

        TakeSent();
    }

    internal static long Blocks => BlockPool.Small.InUse + BlockPool.Large.InUse;

    internal IngressClock Clock { get; } = new();

    internal StackRadio Radio { get; }

    internal StackInterface Interface { get; }

    internal TcpStatistics Tcp => Radio.Tcp.Statistics;

    public void Dispose()
    {
        foreach (RadioSocket socket in _sockets)
        {
            socket.Close();
        }

        Radio.Dispose();
        _pair.Dispose();
        Assert.Equal((_frames, _blocks), (FramePool.InUse, Blocks));
    }

    /// <summary>A frame comes over the cable.</summary>
    internal void Give(byte[] frame)
    {
        Frame sent = Frame.Copy(frame);
        Assert.True(_pair.A.TrySend(sent));
    }

    /// <summary>An IP packet comes from the peer.</summary>
    internal void GivePacket(byte[] packet) => Give(Craft.Ethernet(packet));

    /// <summary>What the radio has sent since the last time.</summary>
    internal List<byte[]> TakeSent()
    {
        List<byte[]> sent = [];
        while (_pair.A.TryReceive(out Frame? frame))
        {
            byte[] bytes = new byte[frame.Length];
            frame.CopyTo(bytes);
            frame.Release();
            sent.Add(bytes);
        }

        return sent;
    }

    /// <summary>The segments among it. The peer's address is asked for now and then; that is answered.</summary>
    internal List<Segment> TakeSegments()
    {
        List<byte[]> sent = TakeSent();
        if (sent.Exists(frame => frame.AsSpan(12, 2).SequenceEqual<byte>([8, 6])))
        {
            Give(Craft.Arp(ArpPacket.Request(Craft.Station, Station, Peer).ReplyFrom(Craft.Peer), Craft.Station));
        }

        return [.. sent.Select(Segment.Read).Where(segment => segment is not null).Select(segment => segment!)];
    }

    internal void Advance(double seconds) => Clock.Advance(TimeSpan.FromSeconds(seconds));

    internal long Dropped(Core.DropReason reason) => Radio.Counters.Dropped(reason);

    internal RadioSocket Open(SocketType type, AddressFamily family = AddressFamily.InterNetwork)
    {
        Assert.False(Radio.OpenSocket(family, type, ProtocolType.Unspecified, out RadioSocket? socket).Failed);
        _sockets.Add(socket!);
        return socket!;
    }

    internal RadioSocket Listen(int port, int backlog = 100, AddressFamily family = AddressFamily.InterNetwork)
    {
        RadioSocket socket = Bind(SocketType.Stream, port, family);
        Assert.False(socket.Listen(backlog).Failed);
        return socket;
    }

    internal RadioSocket Bind(SocketType type, int port, AddressFamily family = AddressFamily.InterNetwork)
    {
        RadioSocket socket = Open(type, family);
        Assert.False(socket.Bind(new IPEndPoint(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port)).Failed);
        return socket;
    }

    internal RadioSocket? TryAccept(RadioSocket listener)
    {
        if (listener.TryAccept(out RadioSocket? accepted, out _).Failed)
        {
            return null;
        }

        _sockets.Add(accepted!);
        return accepted;
    }

    /// <summary>A connection to a listener, by hand, and its socket.</summary>
    internal (HandMade Peer, RadioSocket Socket) Connect(RadioSocket listener, ushort port, ushort window = 65535, ushort segmentSize = 1000)
    {
        HandMade peer = new(this, port, window);
        peer.Open(segmentSize);
        RadioSocket? accepted = TryAccept(listener);
        Assert.NotNull(accepted);
        TakeSent();
        return (peer, accepted);
    }

    /// <summary>An ICMP error of any type and code from the peer.</summary>
    internal static byte[] IcmpError(bool isIPv6, byte type, byte code, byte[] quote)
    {
        byte[] message = [type, code, 0, 0, 0, 0, 0, 0, .. quote];
        if (isIPv6)
        {
            Icmpv6Message.Seal(message, Peer6, Station6);
            return Craft.Packet(Peer6, Station6, IPProtocol.Icmpv6, message);
        }

        BinaryPrimitives.WriteUInt16BigEndian(message.AsSpan(2), InternetChecksum.Of(message));
        return Craft.Packet(Peer, Station, IPProtocol.Icmp, message);
    }

    internal static int Read(RadioSocket socket, byte[] buffer) => socket.TryReceive(buffer) is { Failed: false } got ? got.Count : -1;
}

/// <summary>A TCP segment that the radio sent.</summary>
internal sealed record Segment(ushort From, ushort To, uint Sequence, uint Acknowledgment, TcpFlags Flags, int Window, int Length)
{
    internal bool Has(TcpFlags flags) => (Flags & flags) == flags;

    internal static Segment? Read(byte[] frame)
    {
        if (BinaryPrimitives.ReadUInt16BigEndian(frame.AsSpan(12)) != (ushort)EtherType.IPv4
            || !IPv4View.TryRead(frame.AsSpan(EthernetHeader.Length), out IPv4View packet) || packet.Protocol != IPProtocol.Tcp
            || !TcpView.TryRead(packet.Payload, out TcpView view))
        {
            return null;
        }

        return new Segment(view.SourcePort, view.DestinationPort, view.Sequence.Value, view.Acknowledgment.Value, view.Flags, view.Window, view.Payload.Length);
    }
}

/// <summary>A connection's other end whose every segment is written by the test.</summary>
internal sealed class HandMade(HostileBench bench, ushort port, ushort window, ushort stationPort = 80)
{
    internal uint Next { get; set; } = 1_000_000;

    internal uint Expected { get; set; }

    internal ushort Window { get; set; } = window;

    /// <summary>SYN, and the answer's ACK.</summary>
    internal void Open(ushort segmentSize = 1000)
    {
        Send(TcpFlags.Syn, options: new TcpHeaderOptions { MaxSegmentSize = segmentSize });
        Segment answer = Assert.Single(bench.TakeSegments());
        Assert.True(answer.Has(TcpFlags.Syn | TcpFlags.Ack));
        (Next, Expected) = (Next + 1, answer.Sequence + 1);
        Send(TcpFlags.Ack);
    }

    internal void Send(TcpFlags flags, int at = 0, int acknowledges = 0, ReadOnlySpan<byte> text = default, TcpHeaderOptions options = default)
    {
        uint ack = (flags & TcpFlags.Ack) != 0 ? unchecked(Expected + (uint)acknowledges) : 0;
        TcpHeader header = new(port, stationPort, new SequenceNumber(Next) + at, new SequenceNumber(ack), flags, Window) { Options = options };
        bench.GivePacket(Craft.TcpPacket(HostileBench.Peer, HostileBench.Station, header, text));
    }

    /// <summary>Takes what the radio sends, and says so.</summary>
    internal int Acknowledge()
    {
        int taken = 0;
        foreach (Segment segment in bench.TakeSegments().Where(s => s.To == port))
        {
            if (segment.Sequence == Expected)
            {
                Expected += (uint)(segment.Length + (segment.Has(TcpFlags.Fin) ? 1 : 0));
                taken += segment.Length;
            }
        }

        Send(TcpFlags.Ack);
        return taken;
    }
}
