using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Links;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>
/// Full segments that leave together have one header. Their frames are those of a stack that sends one after the other, but for TCP's checksum: one whose
/// link needs checksums.
/// </summary>
[Collection(Alone.Name)]
public sealed class SegmentSeriesSendingTests
{
    private static readonly MacAddress s_other = new(0x0200_0000_0009);
    private static readonly MacAddress s_far = new(0x0200_0000_0002);
    private static readonly IPAddressValue s_near = IPAddressValue.From(IPAddress.Parse("192.0.2.1"));

    /// <summary>What happens while the transfer goes on.</summary>
    public enum Happening
    {
        Nothing,
        ShortQueue,
        Carrier,
        Neighbor,
    }

    public static TheoryData<LinkMedium, bool, Happening> Kinds
    {
        get
        {
            TheoryData<LinkMedium, bool, Happening> kinds = [];
            foreach (Happening happening in Enum.GetValues<Happening>())
            {
                kinds.Add(LinkMedium.Ethernet, false, happening);
                if (happening != Happening.Neighbor)
                {
                    kinds.Add(LinkMedium.Ethernet, true, happening);
                    kinds.Add(LinkMedium.IP, false, happening);
                    kinds.Add(LinkMedium.IP, true, happening);
                }
            }

            return kinds;
        }
    }

    [Theory(Timeout = 240_000)]
    [MemberData(nameof(Kinds))]
    public async Task The_frames_are_those_that_are_sent_one_by_one(LinkMedium medium, bool isIPv6, Happening happening)
    {
        await Task.Yield();
        Compare(medium, isIPv6, happening, rounds: 120, mtu: 1500);
    }

    [Fact(Timeout = 240_000)]
    public async Task Their_identifications_begin_again_behind_the_last_one()
    {
        await Task.Yield();
        Assert.True(Compare(LinkMedium.IP, isIPv6: false, Happening.Nothing, rounds: 1900, mtu: 576).Frames > 65536);
    }

    private static Outcome Compare(LinkMedium medium, bool isIPv6, Happening happening, int rounds, int mtu)
    {
        for (int seed = 1; seed <= 2; seed++)
        {
            Assert.Equal(Run(medium, isIPv6, happening, rounds, mtu, seed, LinkOffloads.None), Run(medium, isIPv6, happening, rounds, mtu, seed, LinkOffloads.NoChecksums));
        }

        return Run(medium, isIPv6, happening, rounds, mtu, 3, LinkOffloads.NoChecksums);
    }

    private static Outcome Run(LinkMedium medium, bool isIPv6, Happening happening, int rounds, int mtu, int seed, LinkOffloads offloads)
    {
        long framesBefore = FramePool.InUse;
        VirtualClock clock = new();
        using BatchLink near = new(medium, 1) { Mtu = mtu, Offloads = offloads };
        using BatchLink far = new(medium, 2) { Mtu = mtu, Peer = near };
        near.Peer = far;
        int maxOutgoing = happening == Happening.ShortQueue ? 10 : 1000;
        StackRadio sender = new(new StackOptions { TimeProvider = clock, Seed = seed, MaxOutgoingFrames = maxOutgoing });
        StackRadio receiver = new(new StackOptions { TimeProvider = clock, Seed = seed + 100 });
        (IPAddress from, IPAddress to) = isIPv6
            ? (IPAddress.Parse("2001:db8::1"), IPAddress.Parse("2001:db8::2")) : (IPAddress.Parse("192.0.2.1"), IPAddress.Parse("192.0.2.2"));
        StackInterface one = sender.AddInterface(near);
        one.AddAddress(from, isIPv6 ? 64 : 24);
        receiver.AddInterface(far).AddAddress(to, isIPv6 ? 64 : 24);
        clock.Advance(TimeSpan.FromSeconds(10)); // addresses are checked

        // The receiver takes and answers each segment alone.
        Assert.False(receiver.OpenSocket(from.AddressFamily, SocketType.Raw, ProtocolType.Tcp, out RadioSocket? raw).Failed);
        RadioSocket listener = Open(receiver, to);
        Assert.False(listener.Bind(new IPEndPoint(to, 80)).Failed);
        Assert.False(listener.Listen(1).Failed);
        RadioSocket client = Open(sender, from);
        client.TryConnect(new IPEndPoint(to, 80));
        clock.Advance(TimeSpan.FromMilliseconds(1));
        Assert.False(listener.TryAccept(out RadioSocket? server, out _).Failed);

        int tcp = (medium == LinkMedium.Ethernet ? EthernetHeader.Length : 0) + (isIPv6 ? IPv6Header.Length : IPv4Header.MinLength);
        using IncrementalHash hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        byte[] bytes = new byte[70_000];
        int frames = 0;
        near.Sent = frame =>
        {
            int length = frame.CopyTo(bytes);
            if (length > tcp + TcpHeader.MinLength)
            {
                bytes.AsSpan(tcp + TcpHeader.ChecksumOffset, 2).Clear();
            }

            hash.AppendData(BitConverter.GetBytes(length));
            hash.AppendData(bytes.AsSpan(0, length));
            frames++;
        };
        Random random = new(seed);
        byte[] block = new byte[40_000];
        byte[] read = new byte[100_000];
        long sent = 0;
        long received = 0;
        for (int i = 0; i < rounds; i++)
        {
            Happen(happening, i, near);
            int length = random.Next(1, block.Length);
            random.NextBytes(block.AsSpan(0, length));
            far.IsHeld = true;
            RadioResult result = client.TrySend(block.AsSpan(0, length));
            sent += result.Failed ? 0 : result.Count;
            far.Deliver(far.TakeAll());
            clock.Advance(TimeSpan.FromMilliseconds(1));
            received += ReadAll(server!, read);
        }

        near.SetCarrier(true);
        for (int i = 0; i < 3000 && received < sent; i++)
        {
            clock.Advance(TimeSpan.FromMilliseconds(100));
            received += ReadAll(server!, read);
        }

        Assert.Equal(sent, received);
        InterfaceCounters counters = one.Counters;
        Assert.Equal(happening == Happening.ShortQueue, counters.Dropped(DropReason.OutgoingQueue) > 0);
        Assert.Equal(happening == Happening.Carrier, counters.Dropped(DropReason.NoCarrier) > 0);
        Outcome outcome = new(
            Convert.ToHexString(hash.GetHashAndReset()), frames, sent, counters.FramesSent, counters.BytesSent, sender.Tcp.Statistics.SegmentsSent,
            string.Join(' ', Enum.GetValues<DropReason>().Select(reason => counters.Dropped(reason))));
        foreach (RadioSocket socket in (RadioSocket[])[raw!, server!, client, listener])
        {
            socket.Close();
        }

        sender.Dispose();
        receiver.Dispose();
        foreach (BatchLink link in (BatchLink[])[near, far])
        {
            Array.ForEach(link.TakeAll(), static frame => frame.Release());
        }

        Assert.Equal(framesBefore, FramePool.InUse);
        return outcome;
    }

    private static void Happen(Happening happening, int round, BatchLink near)
    {
        if (happening == Happening.Carrier && round % 20 >= 18)
        {
            near.SetCarrier(round % 2 != 0);
        }
        else if (happening == Happening.Neighbor && round % 20 >= 18)
        {
            // The peer's address is said to be another station's, and its own again.
            ArpPacket packet = new(ArpOperation.Reply, round % 2 == 0 ? s_other : s_far, IPAddressValue.From(IPAddress.Parse("192.0.2.2")), new(0x0200_0000_0001), s_near);
            Frame frame = Frame.Rent(ArpPacket.Length);
            packet.Write(frame.Append(ArpPacket.Length));
            new EthernetHeader(packet.TargetHardware, packet.SenderHardware, EtherType.Arp).Write(frame.Push(EthernetHeader.Length));
            near.Deliver([frame]);
        }
    }

    private static RadioSocket Open(StackRadio radio, IPAddress address)
    {
        Assert.False(radio.OpenSocket(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp, out RadioSocket? socket).Failed);
        return socket!;
    }

    private static int ReadAll(RadioSocket socket, byte[] buffer)
    {
        int all = 0;
        while (socket.TryReceive(buffer) is { Failed: false, Count: > 0 } more)
        {
            all += more.Count;
        }

        return all;
    }

    private sealed record Outcome(string Hash, int Frames, long Bytes, long FramesSent, long BytesSent, long SegmentsSent, string Drops);
}
