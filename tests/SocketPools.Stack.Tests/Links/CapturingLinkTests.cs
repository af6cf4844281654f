using System.Diagnostics;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

[Collection(nameof(LinkTests))]
public sealed class CapturingLinkTests
{
    private const int In = 1;
    private const int Out = 2;

    private readonly FakeTimeProvider _clock = new(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero));

    [Fact]
    public void Frames_of_both_directions_are_in_the_file_with_time_direction_and_comment()
    {
        using PoolAccount account = new();
        MemoryStream file = new();
        using LinkPair pair = LinkPair.Create();
        using (CapturingLink link = new(pair.A, file, _clock))
        {
            Frame first = Frames.Sliced(60, 101, 3);
            first.Comment = "tcp 7, größer";
            link.TrySend(first);
            _clock.Advance(TimeSpan.FromTicks(1));
            pair.B.TrySend(Frames.Numbered(5));
            _clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal([5], link.ReceiveNumbers());
            Assert.Equal(164, Single(pair.B).Length);
        }

        PcapngFile read = new(file.ToArray());
        Assert.Equal(("pair/a", 1, 262_144), (read.Interfaces[0].Name, read.Interfaces[0].LinkType, read.Interfaces[0].SnapLength));
        Assert.Equal([2, 0, 0, 0, 0, 10], read.Interfaces[0].Address);
        ulong start = (ulong)(new DateTimeOffset(2026, 1, 2, 3, 4, 5, TimeSpan.Zero).ToUnixTimeSeconds() * 1_000_000_000);
        Assert.Equal([(start, Out), (start + 2_000_000_100, In)], read.Packets.Select(p => (p.Nanoseconds, p.Direction)));
        byte[] expected = new byte[164];
        Frames.Fill(expected, 0);
        Assert.Equal(expected, read.Packets[0].Bytes);
        Assert.Equal(["tcp 7, größer"], read.Packets[0].Comments);
        Assert.Empty(read.Packets[1].Comments);
    }

    [Fact]
    public void Long_frames_are_cut_at_the_snap_length_and_their_length_is_told()
    {
        using PoolAccount account = new();
        MemoryStream file = new();
        using LinkPair pair = LinkPair.Create();
        using (CapturingLink link = new(pair.A, file, snapLength: 97))
        {
            link.TrySend(Frames.Sliced(40, 500));
            link.TrySend(Frames.Sliced(40, 57));
        }

        PcapngFile read = new(file.ToArray());
        Assert.Equal([(540, 97), (97, 97)], read.Packets.Select(p => (p.Length, p.Bytes.Length)));
        Assert.Throws<ArgumentOutOfRangeException>(() => new CapturingLink(pair.A, new MemoryStream(), snapLength: 0));
    }

    [Fact]
    public void Checksums_are_complete_in_the_file_and_untouched_in_the_frame()
    {
        using PoolAccount account = new();
        MemoryStream file = new();
        byte[] tcp = Packets.IPv4("10.0.0.1", "10.0.0.2", 6, Packets.Tcp(80, 5000, 1, 0x18, new byte[5000]));
        byte[] whole = Packets.Complete([.. tcp]);
        using LoopbackLink loopback = new();
        using (CapturingLink link = new(loopback, file))
        {
            Assert.Equal(LinkOffloads.NoChecksums, link.Offloads);
            Frame notNeeded = Frame.Copy(tcp);
            notNeeded.Checksums = ChecksumState.NotNeeded;
            link.TrySend(notNeeded);
            link.TrySend(TapNetwork.PartialFrame([], [.. tcp], 40, 1448));
            Assert.Equal(tcp, Single(loopback));
            Assert.Equal(Packets.Partial([.. tcp]), Single(loopback));
        }

        PcapngFile read = new(file.ToArray());
        Assert.Equal(101, read.Interfaces[0].LinkType);
        Assert.All(read.Packets, packet => Assert.Equal(whole, packet.Bytes));
        Assert.Empty(read.Packets[0].Comments);
        Assert.Equal(
            ["checksum left to the link, completed in this file", "stands for packets with 1448 bytes of payload each"],
            read.Packets[1].Comments);
    }

    [Fact]
    public void Several_links_share_a_file_and_several_threads_write_whole_blocks()
    {
        using PoolAccount account = new();
        MemoryStream file = new();
        using (PcapngWriter writer = new(file, leaveOpen: true))
        {
            Thread[] threads = [.. Enumerable.Range(0, 4).Select(number => new Thread(() =>
            {
                using LinkPair pair = LinkPair.Create(new LinkPairOptions { Name = $"p{number}" });
                using CapturingLink link = new(pair.A, writer);
                for (int i = 0; i < 500; i++)
                {
                    link.TrySend(Frames.Numbered(i, 60 + i));
                    pair.B.ReceiveNumbers();
                }
            }))];
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            Assert.Equal(2000, writer.Frames);
        }

        Assert.True(file.CanWrite);
        PcapngFile read = new(file.ToArray());
        Assert.Equal(["p0/a", "p1/a", "p2/a", "p3/a"], read.Interfaces.Select(i => i.Name).Order());
        foreach (IGrouping<int, PcapngFile.Packet> link in read.Packets.GroupBy(packet => packet.Interface))
        {
            Assert.Equal(Enumerable.Range(0, 500), link.Select(packet => BitConverter.ToInt32(packet.Bytes)));
        }
    }

    [Fact]
    public void A_stream_that_fails_stops_the_capture_and_not_the_link()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using FullStream file = new(room: 1000);
        using PcapngWriter writer = new(file);
        using CapturingLink link = new(pair.A, writer);
        for (int i = 0; i < 50; i++)
        {
            Assert.True(link.TrySend(Frames.Numbered(i)));
        }

        Assert.Equal(Enumerable.Range(0, 50), pair.B.ReceiveNumbers());
        Assert.Equal("full", writer.Failure?.Message);
        Assert.InRange(writer.Frames, 1, 20);
    }

    [Fact]
    public void A_frame_costs_no_allocation()
    {
        using PoolAccount account = new();
        using LinkPair pair = LinkPair.Create();
        using CapturingLink link = new(pair.A, Stream.Null);
        long allocated = 0;
        for (int round = 0; round < 2; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
            {
                Frame frame = Frame.Rent();
                frame.Append(60);
                frame.Comment = "tcp 7";
                link.TrySend(frame);
                pair.B.TryReceive(out Frame? received);
                received!.Release();
            }

            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
    }

    [Fact]
    public void Wireshark_reads_the_file_and_finds_nothing_wrong()
    {
        Assert.SkipUnless(File.Exists("/usr/bin/tshark"), "tshark is missing");
        using PoolAccount account = new();
        string path = Path.GetTempFileName();
        try
        {
            using LinkPair pair = LinkPair.Create(new LinkPairOptions { Mtu = 9000 });
            using (CapturingLink link = new(pair.A, File.Create(path), _clock))
            {
                byte[] tcp = Packets.IPv4("10.0.0.1", "10.0.0.2", 6, Packets.Tcp(80, 5000, 7, 0x18, new byte[3000]));
                Frame frame = TapNetwork.PartialFrame(
                    Packets.Ethernet([2, 0, 0, 0, 0, 11], [2, 0, 0, 0, 0, 10], 0x0800, []), tcp, 40, 1448);
                frame.Comment = "tcp 7";
                link.TrySend(frame);
                Single(pair.B);
                pair.B.TrySend(Frame.Copy(Packets.Ethernet(
                    [2, 0, 0, 0, 0, 10], [2, 0, 0, 0, 0, 11], 0x86DD, Packets.Complete(Packets.IPv6("fd00::1", "fd00::2", 17, Packets.Udp(9, 10, [1, 2, 3]))))));
                _clock.Advance(TimeSpan.FromMilliseconds(1.5));
                Single(link);
            }

            string text = Run("tshark", $"-r {path} -o tcp.check_checksum:TRUE -o udp.check_checksum:TRUE -o ip.check_checksum:TRUE -T fields -E separator=| "
                + "-e frame.time_epoch -e frame.packet_flags_direction -e frame.comment -e ip.src -e tcp.checksum.status -e ip.checksum.status -e udp.checksum.status -e frame.interface_name");
            Assert.Equal(
                "1767323045.000000000|2|tcp 7,checksum left to the link, completed in this file,stands for packets with 1448 bytes of payload each|10.0.0.1|1|1||pair/a\n"
                + "1767323045.001500000|1|||||1|pair/a\n",
                text.Replace("0x00000002", "2", StringComparison.Ordinal).Replace("0x00000001", "1", StringComparison.Ordinal));
            Assert.Contains("pcapng", Run("capinfos", $"-t {path}"), StringComparison.Ordinal);
        }
        finally
        {
            File.Delete(path);
        }
    }

    private static byte[] Single(ILink link)
    {
        Assert.True(link.TryReceive(out Frame? frame));
        return Frames.BytesOf(frame);
    }

    private static string Run(string program, string arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        Task<string> error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, error.Result);
        return output;
    }

    private sealed class FullStream(int room) : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count)
        {
            if (Length + count > room)
            {
                throw new IOException("full");
            }

            base.Write(buffer, offset, count);
        }
    }
}
