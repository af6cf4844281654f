using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>Captures read by the programs that people read captures with: tcpdump and editcap by libpcap's rules, tshark and capinfos by Wireshark's.</summary>
public sealed class CaptureToolTests
{
    public enum Order
    {
        EthernetFirst,
        LoopbackFirst,
        EthernetAlone,
        LoopbackAlone,
        Nothing,
    }

    [Theory]
    [InlineData(Order.EthernetFirst, 2, 2)]
    [InlineData(Order.LoopbackFirst, 2, 2)]
    [InlineData(Order.EthernetAlone, 0, 2)]
    [InlineData(Order.LoopbackAlone, 2, 0)]
    [InlineData(Order.Nothing, 0, 0)]
    public void A_file_that_all_links_of_a_radio_share_is_read_by_every_program(Order order, int onLoopback, int toGroup)
    {
        Require();
        using TemporaryDirectory directory = new();
        string file = directory["shared.pcapng"];
        int frames;
        using (PcapngWriter writer = new(File.Create(file)))
        {
            LinkPair cable = LinkPair.Create();
            using StackRadio near = new(new StackOptions { LinkDecorator = link => new CapturingLink(link, writer) });
            if (order is Order.LoopbackFirst)
            {
                SayOnLoopback(near);
            }

            StackInterface one = near.AddInterface(cable.A);
            if (toGroup > 0)
            {
                one.AddAddress(IPAddress.Parse("192.0.2.1"), 24);
                SayToGroup(near);
            }

            if (onLoopback > 0 && order is not Order.LoopbackFirst)
            {
                SayOnLoopback(near);
            }

            Assert.Null(writer.Failure);
            frames = (int)writer.Frames;
        }

        string text = Check(file, frames);
        Assert.Equal(onLoopback, text.Split("127.0.0.1.7 > 127.0.0.1.7").Length - 1);
        Assert.Equal(toGroup, text.Split("224.0.0.251.5353").Length - 1);
    }

    [Fact]
    public void Links_of_both_media_and_different_snap_lengths_share_a_file()
    {
        Require();
        using TemporaryDirectory directory = new();
        string file = directory["media.pcapng"];
        using (PcapngWriter writer = new(File.Create(file)))
        {
            using LinkPair tunnel = LinkPair.Create(new LinkPairOptions { Name = "tunnel", Medium = LinkMedium.IP });
            using LinkPair cable = LinkPair.Create(new LinkPairOptions { Name = "cable" });
            using CapturingLink first = new(tunnel.A, writer, snapLength: 100);
            using CapturingLink second = new(cable.A, writer);
            first.TrySend(Frame(Packets.Complete(Packets.IPv6("fd00::1", "fd00::2", 17, Packets.Udp(9, 10, new byte[500])))));
            second.TrySend(Frame(Packets.Ethernet(
                [2, 0, 0, 0, 0, 11], [2, 0, 0, 0, 0, 10], 0x0800, Packets.Complete(Packets.IPv4("10.0.0.1", "10.0.0.2", 17, Packets.Udp(9, 10, new byte[500]))))));
            Assert.Null(writer.Failure);
        }

        Check(file, 2);
        string lengths = Run("tshark", "-r", file, "-T", "fields", "-E", "separator=|", "-e", "frame.interface_name", "-e", "frame.cap_len", "-e", "frame.len", "-e", "udp.length");
        Assert.Equal("tunnel/a|114|562|508\ncable/a|542|542|508\n", lengths);
    }

    [Fact]
    public void A_tunnel_alone_is_a_file_of_raw_IP_and_Ethernet_that_comes_later_breaks_the_capture_and_says_so()
    {
        Require();
        using TemporaryDirectory directory = new();
        string file = directory["tunnel.pcapng"];
        List<IOException> told = [];
        using LinkPair tunnel = LinkPair.Create(new LinkPairOptions { Medium = LinkMedium.IP });
        using LinkPair cable = LinkPair.Create(new LinkPairOptions { Name = "late" });
        using (PcapngWriter writer = new(File.Create(file)))
        {
            writer.Failed += told.Add;
            using CapturingLink first = new(tunnel.A, writer);
            Assert.True(first.TrySend(Frame(Packets.Complete(Packets.IPv4("10.0.0.1", "10.0.0.2", 17, Packets.Udp(9, 10, [1]))))));
            using CapturingLink second = new(cable.A, writer);
            Assert.True(second.TrySend(Frames.Numbered(1)));
            Assert.True(first.TrySend(Frame(Packets.Complete(Packets.IPv4("10.0.0.1", "10.0.0.2", 17, Packets.Udp(9, 10, [2]))))));
            Assert.Contains("late/a", writer.Failure?.Message, StringComparison.Ordinal);
            Assert.Contains("before the first frame", second.Failure?.Message, StringComparison.Ordinal);
        }

        Assert.Single(told);
        Check(file, 1);
        Assert.Contains("Raw IP", Run("capinfos", "-E", file), StringComparison.Ordinal);
    }

    /// <summary>Whoever runs the capture closes its stream too early, or its disk is full: the radios go on, and end in order.</summary>
    [Theory]
    [InlineData("closed")]
    [InlineData("full")]
    [InlineData("refused")]
    [InlineData("broken")]
    [InlineData("unauthorized")]
    public void A_stream_that_fails_by_any_exception_breaks_the_capture_and_no_radio(string how)
    {
        LinkPair cable = LinkPair.Create();
        int told = 0;
        FailingStream stream = new(how);
        PcapngWriter writer = new(stream);
        writer.Failed += _ =>
        {
            told++;
            throw new InvalidOperationException("a listener with a fault");
        };
        StackRadio near = new(new StackOptions { LinkDecorator = link => new CapturingLink(link, writer) });
        StackRadio far = new(new StackOptions { LinkDecorator = link => new CapturingLink(link, writer) });
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        Exchange(near, far);
        Assert.Null(writer.Failure);
        long frames = writer.Frames;
        stream.Break();
        Exchange(near, far);
        Exchange(far, near);
        Assert.NotNull(writer.Failure);
        Assert.Equal((1, frames), (told, writer.Frames));
        near.Dispose();
        far.Dispose();
        writer.Dispose();
        Assert.False(cable.A.TrySend(Frames.Numbered(1))); // both ends are closed
        Assert.False(cable.B.TrySend(Frames.Numbered(1)));
    }

    [Fact]
    public void A_file_of_its_own_that_is_closed_before_the_radio_leaves_no_link_open()
    {
        LinkPair cable = LinkPair.Create();
        MemoryStream file = new();
        FailingStream stream = new("closed");
        StackRadio near = new(new StackOptions { LinkDecorator = link => link is LoopbackLink ? link : new CapturingLink(new CapturingLink(link, stream), file) });
        near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        file.Dispose();
        stream.Break();
        SayToGroup(near);
        near.Dispose();
        Assert.False(cable.A.TrySend(Frames.Numbered(1)));
    }

    [Fact]
    public void A_trace_whose_writer_fails_ends_and_the_link_goes_on()
    {
        using LinkPair pair = LinkPair.Create();
        int lines = 0;
        using TracingLink link = new(pair.A, _ => throw new NotSupportedException($"line {++lines}"));
        Assert.True(link.TrySend(Frames.Numbered(1)));
        Assert.True(link.TrySend(Frames.Numbered(2)));
        Assert.Equal([1, 2], pair.B.ReceiveNumbers());
        pair.B.TrySend(Frames.Numbered(3));
        Assert.Equal([3], link.ReceiveNumbers());
        Assert.Equal("line 1", link.Failure?.Message);
    }

    /// <summary>Reads a file with every program.</summary>
    internal static string Check(string file, int packets)
    {
        string text = Run("tcpdump", "-Z", "root", "-nn", "-r", file);
        string[] lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        Assert.Equal(packets, lines.Length);
        Assert.All(lines, line => Assert.True(line.Contains("IP", StringComparison.Ordinal) || line.Contains("ARP", StringComparison.Ordinal), line));
        Assert.Equal(packets, Run("tshark", "-r", file).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains($"Number of packets:   {packets}", Run("capinfos", "-c", file), StringComparison.Ordinal);
        string plain = file + ".pcap";
        Run("editcap", "-F", "pcap", file, plain);
        Assert.Equal(packets, Run("tcpdump", "-Z", "root", "-nn", "-r", plain).Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        return text;
    }

    internal static void Require()
    {
        foreach (string program in (string[])["tcpdump", "tshark", "capinfos", "editcap"])
        {
            Assert.SkipUnless(File.Exists($"/usr/bin/{program}") || File.Exists($"/usr/sbin/{program}"), $"{program} is missing");
        }
    }

    private static SocketPools.Stack.Buffers.Frame Frame(byte[] bytes) => SocketPools.Stack.Buffers.Frame.Copy(bytes);

    // Each is two frames of the capturing radio: a datagram, and its copy on its way in; or a report of a group and a datagram.
    private static void SayOnLoopback(StackRadio radio)
    {
        using SocketPool pool = new(radio);
        using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 7));
        socket.SendTo("x"u8, new IPEndPoint(IPAddress.Loopback, 7));
        Assert.Equal(1, socket.ReceiveInto(new byte[10]));
    }

    private static void SayToGroup(StackRadio radio)
    {
        using SocketPool pool = new(radio);
        using PoolSocket socket = pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastLoopback, false);
        socket.SendTo("x"u8, new IPEndPoint(IPAddress.Parse("224.0.0.251"), 5353));
        socket.SendTo("y"u8, new IPEndPoint(IPAddress.Parse("224.0.0.251"), 5353));
    }

    private static void Exchange(StackRadio from, StackRadio to)
    {
        using SocketPool source = new(from), destination = new(to);
        using PoolSocket sender = source.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram), receiver = destination.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        receiver.Bind(new IPEndPoint(IPAddress.Any, 7));
        receiver.SetTimeout(20);
        sender.SendTo("hello"u8, new IPEndPoint(to.Interfaces[1].Addresses[0].Address, 7));
        Assert.Equal(5, receiver.ReceiveInto(new byte[10]));
    }

    private static string Run(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, $"{program}: {error.Result}");
        return output;
    }

    private sealed class FailingStream(string how) : MemoryStream
    {
        private bool _isBroken;

        internal void Break() => _isBroken = true;

        public override void Write(byte[] buffer, int offset, int count)
        {
            Check();
            base.Write(buffer, offset, count);
        }

        public override void Flush() => Check();

        protected override void Dispose(bool disposing)
        {
            base.Dispose(disposing);
            Check();
        }

        private void Check()
        {
            if (_isBroken)
            {
                throw how switch
                {
                    "closed" => new ObjectDisposedException("file"),
                    "full" => new IOException("No space left on device"),
                    "refused" => new NotSupportedException("not this"),
                    "broken" => new InvalidDataException("nor that"),
                    _ => new UnauthorizedAccessException("no more"),
                };
            }
        }
    }
}
