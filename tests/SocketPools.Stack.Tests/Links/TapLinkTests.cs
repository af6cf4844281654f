using System.Buffers.Binary;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>A TAP device against the kernel, in a namespace of its own.</summary>
[SupportedOSPlatform("linux")]
[Collection(nameof(LinkTests))]
public sealed class TapLinkTests
{
    private const ushort Arp = 0x0806;
    private const ushort IPv4 = 0x0800;

    private static readonly byte[] s_broadcast = [255, 255, 255, 255, 255, 255];

    [Theory]
    [InlineData(LinkOffloads.None)]
    [InlineData(LinkOffloads.PartialChecksums)]
    [InlineData(LinkOffloads.PartialChecksums | LinkOffloads.Segmentation)]
    public void The_kernel_asks_for_our_address_and_sends_to_it_and_answers_a_ping(LinkOffloads offloads) => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Name = "tap7", Offloads = offloads });
        Assert.Equal(offloads, link.Offloads);
        NetworkNamespace.Ip("addr add 10.7.0.1/24 dev tap7");
        byte[] mine = link.HardwareAddress.GetAddressBytes();
        byte[] kernels = link.KernelAddress.GetAddressBytes();

        // The kernel sends a datagram: it asks who has the address, and having been told, sends it.
        using Socket udp = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        udp.SendTo("frames"u8.ToArray(), new IPEndPoint(IPAddress.Parse("10.7.0.2"), 7));
        byte[] request = Frames.BytesOf(link.Await(bytes => bytes[12] == 8 && bytes[13] == 6));
        Assert.Equal(s_broadcast, request[..6]);
        Assert.Equal(kernels, request[6..12]);
        Assert.Equal([10, 7, 0, 2], request[38..42]);
        Assert.True(link.TrySend(Frame.Copy(Packets.Ethernet(kernels, mine, Arp, Packets.ArpReply(mine, "10.7.0.2", kernels, "10.7.0.1")))));
        Frame datagram = link.Await(bytes => bytes[12] == 8 && bytes[13] == 0 && bytes[23] == 17);
        Assert.Equal(offloads == LinkOffloads.None ? ChecksumState.Complete : ChecksumState.Partial, datagram.Checksums);
        if (datagram.Checksums == ChecksumState.Partial)
        {
            Assert.Equal((34, 6), (datagram.ChecksumStart, datagram.ChecksumOffset));
        }

        byte[] received = Frames.BytesOf(datagram);
        Assert.Equal(mine, received[..6]);
        Assert.Equal("frames"u8.ToArray(), received[42..48]);

        // We send a ping: the kernel answers.
        byte[] echo = Packets.IPv4("10.7.0.2", "10.7.0.1", 1, Packets.Echo(8, 0x1234, 1, new byte[1000]));
        Assert.True(link.TrySend(Frame.Copy(Packets.Ethernet(kernels, mine, IPv4, echo))));
        byte[] reply = Frames.BytesOf(link.Await(bytes => bytes[12] == 8 && bytes[13] == 0 && bytes[23] == 1));
        Assert.Equal([0, 0], reply[34..36]);
        Assert.Equal([0x12, 0x34, 0, 1], reply[38..42]);
        Assert.Equal(1014 + 28, reply.Length);
    });

    [Theory]
    [InlineData(LinkOffloads.None)]
    [InlineData(LinkOffloads.PartialChecksums | LinkOffloads.Segmentation)]
    public void Frames_arrive_at_a_packet_socket_in_order_from_head_and_slices(LinkOffloads offloads) => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Name = "tap7", Offloads = offloads, Mtu = 9000 });
        const ushort experimental = 0x88B5;
        using Socket packets = new(AddressFamily.Packet, SocketType.Raw, (ProtocolType)BinaryPrimitives.ReverseEndianness(experimental));
        for (int i = 0; i < 20; i++)
        {
            Frame frame = Frames.Sliced(i + 50, 100 * i + 1, 1, 17, 3000);
            Packets.Ethernet(s_broadcast, link.HardwareAddress.GetAddressBytes(), experimental, [(byte)i]).CopyTo(frame.Head);
            byte[] expected = new byte[frame.Length];
            frame.CopyTo(expected);
            Assert.True(link.SendOrRelease(frame));

            byte[] buffer = new byte[10_000];
            int length = packets.Receive(buffer);
            Assert.Equal(expected, buffer[..length]);
        }

        Assert.Equal((20, 0), (link.Counters.FramesSent, link.Counters.DroppedInvalid));
    });

    [Fact]
    public void A_tunnel_carries_packets_without_frames() => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP });
        Assert.StartsWith("tun", link.Name, StringComparison.Ordinal);
        Assert.Equal(PhysicalAddress.None, link.HardwareAddress);
        NetworkNamespace.Ip($"addr add 10.7.0.1/24 dev {link.Name}");
        byte[] echo = Packets.IPv4("10.7.0.2", "10.7.0.1", 1, Packets.Echo(8, 1, 2, [1, 2, 3]));
        Assert.True(link.TrySend(Frame.Copy(echo)));
        byte[] reply = Frames.BytesOf(link.Await(bytes => bytes[0] == 0x45 && bytes[9] == 1));
        Assert.Equal([1, 2, 3], reply[28..]);
    });

    [Fact]
    public void Name_mtu_and_addresses_are_as_given_and_reach_the_kernel() => TapNetwork.Run(() =>
    {
        PhysicalAddress mine = new([0x02, 0, 0, 0, 0, 0x51]);
        PhysicalAddress kernels = new([0x02, 0, 0, 0, 0, 0x52]);
        using TapLink link = TapLink.Open(new TapLinkOptions
        {
            Name = "fifteen-letters",
            Mtu = 576,
            HardwareAddress = mine,
            KernelAddress = kernels,
        });
        Assert.Equal(("fifteen-letters", 576, mine, kernels), (link.Name, link.Mtu, link.HardwareAddress, link.KernelAddress));
        NetworkInterface seen = NetworkInterface.GetAllNetworkInterfaces().Single(nic => nic.Name == link.Name);
        Assert.Equal(kernels, seen.GetPhysicalAddress());
        Assert.Equal(OperationalStatus.Up, seen.OperationalStatus);
        using TapLink other = TapLink.Open();
        Assert.Equal(("tap0", 1500), (other.Name, other.Mtu));
        Assert.NotEqual(other.KernelAddress, other.HardwareAddress);
    });

    [Fact]
    public void What_cannot_be_sent_is_refused_and_counted() => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open(new TapLinkOptions { Name = "tap7", Offloads = LinkOffloads.None });
        Assert.True(link.SendOrRelease(Frames.Sliced(50, 1464)));
        Assert.False(link.SendOrRelease(Frames.Sliced(50, 1465)));
        Assert.False(link.SendOrRelease(Frame.Copy(new byte[13])));
        Assert.Equal(2, link.Counters.DroppedInvalid);

        byte[] tcp = Packets.IPv4("10.7.0.2", "10.7.0.1", 6, Packets.Tcp(1, 2, 3, 0x10, new byte[100]));
        Assert.False(link.SendOrRelease(TapNetwork.PartialFrame(new byte[14], tcp, 40, 0)));
        Assert.Equal(3, link.Counters.DroppedInvalid);

        NetworkNamespace.Ip("link set tap7 down");
        Assert.False(link.SendOrRelease(Frames.Numbered(1)));
        Assert.Equal((1, Errno.EIO), (link.Counters.DroppedLinkDown, link.LastError));
        NetworkNamespace.Ip("link del tap7");
        Assert.False(link.SendOrRelease(Frames.Numbered(1)));
        Assert.False(link.TryReceive(out _));
        Assert.Equal((2, TunLibc.EBADFD), (link.Counters.DroppedLinkDown, link.LastError));
    });

    [Fact]
    public void A_device_that_is_in_use_or_of_another_kind_says_so() => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open("tap7");
        LinkException busy = Assert.Throws<LinkException>(() => TapLink.Open("tap7"));
        Assert.Equal(("tap7", Errno.EBUSY), (busy.LinkName, busy.Errno));
        Assert.Contains("another program is using it", busy.Message, StringComparison.Ordinal);
        LinkException kind = Assert.Throws<LinkException>(() => TapLink.Open(new TapLinkOptions { Name = "lo" }));
        Assert.Contains("is no tap device", kind.Message, StringComparison.Ordinal);

        link.Dispose();
        using TapLink again = TapLink.Open("tap7"); // closing has made it free at once
        Assert.Equal("tap7", again.Name);
    });

    [Fact]
    public void Without_the_right_the_error_names_the_capability() => TapNetwork.Run(() =>
    {
        NetworkNamespace.Ip("tuntap add dev tap8 mode tap user 0");
        const int netAdmin = 12;
        NetworkNamespace.DropCapability(netAdmin);
        LinkException refused = Assert.Throws<LinkException>(() => TapLink.Open("tap7"));
        Assert.Equal((Errno.EPERM, "TUNSETIFF"), (refused.Errno, refused.Operation));
        Assert.Contains("CAP_NET_ADMIN", refused.Message, StringComparison.Ordinal);

        // A device made for this user opens without the right, but is not configured.
        Assert.Contains("CAP_NET_ADMIN", Assert.Throws<LinkException>(() => TapLink.Open("tap8")).Message, StringComparison.Ordinal);
        using TapLink mine = TapLink.Open(new TapLinkOptions { Name = "tap8", BringUp = false });
        Assert.Equal("tap8", mine.Name);
    });

    [Theory]
    [InlineData("")]
    [InlineData("sixteen-letters-")]
    [InlineData("grün-grün-grün-")]
    [InlineData("a/b")]
    [InlineData("a b")]
    [InlineData("..")]
    public void A_name_that_no_device_can_have_is_refused(string name) =>
        Assert.Throws<ArgumentException>(() => new TapLinkOptions { Name = name });

    [Fact]
    public void Options_that_make_no_sense_are_refused()
    {
        Assert.Throws<ArgumentException>(() => new TapLinkOptions { Offloads = LinkOffloads.NoChecksums });
        Assert.Throws<ArgumentException>(() => new TapLinkOptions { Offloads = LinkOffloads.Segmentation });
        Assert.Throws<ArgumentOutOfRangeException>(() => new TapLinkOptions { Mtu = 67 });
        Assert.Throws<ArgumentException>(() => new TapLinkOptions { HardwareAddress = PhysicalAddress.None });
    }

    [Fact]
    public void Closing_ends_the_thread_that_waits_and_calls_after_it_do_nothing() => TapNetwork.Run(() =>
    {
        using ManualResetEventSlim woken = new();
        TapLink link = TapLink.Open("tap7");
        link.FrameAvailable = woken.Set;
        Assert.False(link.TryReceive(out _));
        link.Dispose();
        link.Dispose();
        Assert.False(link.TryReceive(out _));
        Assert.False(link.SendOrRelease(Frames.Numbered(1)));
        Assert.Equal(1, link.Counters.DroppedLinkDown);
        SpinWait.SpinUntil(() => !ThreadNames().Contains("socketpool tap7"));
    });

    [Fact]
    public void Closing_under_senders_and_receivers_touches_no_descriptor_of_somebody_else() => TapNetwork.Run(() =>
    {
        string folder = Directory.CreateTempSubdirectory("socketpool-").FullName;
        for (int round = 0; round < 20; round++)
        {
            TapLink link = TapLink.Open(new TapLinkOptions { Name = "tap7" });
            using Barrier started = new(3);
            bool isOver = false;
            Thread sender = Start(() => link.SendOrRelease(Frames.Numbered(1, 1000)));
            Thread receiver = Start(() =>
            {
                if (link.TryReceive(out Frame? frame))
                {
                    frame.Release();
                }
            });
            started.SignalAndWait();
            link.Dispose();

            // These take the numbers that are free now.
            FileStream[] files = [.. Enumerable.Range(0, 4).Select(i => new FileStream(Path.Combine(folder, $"{round}-{i}"), FileMode.CreateNew))];
            SpinWait.SpinUntil(() => link.Counters.DroppedLinkDown > 1000);
            Volatile.Write(ref isOver, true);
            sender.Join();
            receiver.Join();
            Assert.All(files, file => Assert.Equal(0, new FileInfo(file.Name).Length));
            Array.ForEach(files, file => file.Dispose());

            Thread Start(Action call)
            {
                Thread thread = new(() =>
                {
                    started.SignalAndWait();
                    while (!Volatile.Read(ref isOver))
                    {
                        call();
                    }
                });
                thread.Start();
                return thread;
            }
        }

        Directory.Delete(folder, recursive: true);
    });

    [Fact]
    public void A_frame_costs_no_allocation() => TapNetwork.Run(() =>
    {
        using TapLink link = TapLink.Open("tap7");
        NetworkNamespace.Ip("addr add 10.7.0.1/24 dev tap7");
        NetworkNamespace.Ip($"neigh add 10.7.0.2 lladdr {Colons(link.HardwareAddress)} dev tap7");
        byte[] ping = Packets.Ethernet(
            link.KernelAddress.GetAddressBytes(),
            link.HardwareAddress.GetAddressBytes(),
            IPv4,
            Packets.IPv4("10.7.0.2", "10.7.0.1", 1, Packets.Echo(8, 1, 1, new byte[1400])));
        int received = 0;
        long allocated = 0;
        for (int round = 0; round < 3; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 300; i++)
            {
                Assert.True(link.TrySend(Frame.Copy(ping)));
                while (link.TryReceive(out Frame? frame)) // the kernel answers inside the write
                {
                    received++;
                    frame.Release();
                }
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        Assert.Equal(900, received);
    });

    private static string Colons(PhysicalAddress address) => string.Join(':', address.GetAddressBytes().Select(b => b.ToString("x2")));

    // The kernel keeps the first 15 bytes of a thread's name.
    private static List<string> ThreadNames() =>
        [.. Directory.GetDirectories("/proc/self/task").Select(task => NameIn(task))];

    private static string NameIn(string task)
    {
        try
        {
            return File.ReadAllText(Path.Combine(task, "comm")).Trim();
        }
        catch (IOException)
        {
            return ""; // it has just ended
        }
    }
}
