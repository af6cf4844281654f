using System.Runtime.Versioning;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Tests.Links;

/// <summary>A network namespace for TAP devices, where the kernel says nothing by itself.</summary>
internal static class TapNetwork
{
    /// <summary>Runs a body there, and checks that it gave back every frame and block.</summary>
    internal static void Run(Action body)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TAP devices are Linux's");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        NetworkNamespace.Run(() =>
        {
            // No neighbour discovery and no multicast reports among the frames that tests look at.
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "1");
            using PoolAccount account = new();
            body();
        });
    }

    /// <summary>Runs a body there with two devices, between which the kernel forwards.</summary>
    [SupportedOSPlatform("linux")]
    internal static void Forwarding(bool isIPv6, LinkOffloads receiving, Action<TapLink, TapLink> body) => Run(() =>
    {
        if (isIPv6)
        {
            File.WriteAllText("/proc/sys/net/ipv6/conf/default/disable_ipv6", "0");
            File.WriteAllText("/proc/sys/net/ipv6/conf/all/forwarding", "1");
        }

        File.WriteAllText("/proc/sys/net/ipv4/ip_forward", "1");
        using TapLink from = TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP, Name = "tun1" });
        using TapLink to = TapLink.Open(new TapLinkOptions { Medium = LinkMedium.IP, Name = "tun2", Offloads = receiving });
        Assert.Equal(receiving, to.Offloads);
        string bits = isIPv6 ? "64 nodad" : "24";
        (string first, string second) = isIPv6 ? ("fd00:81::1/", "fd00:82::1/") : ("10.8.1.1/", "10.8.2.1/");
        NetworkNamespace.Ip($"addr add {first}{bits} dev tun1");
        NetworkNamespace.Ip($"addr add {second}{bits} dev tun2");
        body(from, to);
    });

    /// <summary>Waits for a frame that a test is looking for, and lets go of others.</summary>
    internal static Frame Await(this TapLink link, Func<byte[], bool> isWanted)
    {
        using ManualResetEventSlim woken = new();
        link.FrameAvailable = woken.Set;
        while (true)
        {
            while (link.TryReceive(out Frame? frame))
            {
                byte[] bytes = new byte[frame.Length];
                frame.CopyTo(bytes);
                if (isWanted(bytes))
                {
                    link.FrameAvailable = () => { };
                    return frame;
                }

                frame.Release();
            }

            woken.Wait();
            woken.Reset();
        }
    }

    /// <summary>Makes a frame of an IP packet whose checksum is partial, its payload in a slice.</summary>
    internal static Frame PartialFrame(ReadOnlySpan<byte> ethernet, byte[] ip, int headers, int segmentSize)
    {
        Packets.Partial(ip);
        int ipLength = ip[0] >> 4 == 4 ? Packets.IPv4Length : 40;
        Frame frame = Frame.Rent();
        ip.AsSpan(0, headers).CopyTo(frame.Append(headers));
        if (ip.Length > headers)
        {
            Block block = BlockPool.Large.Rent();
            ip.AsSpan(headers).CopyTo(block.Bytes);
            frame.AppendOwned(new Slice(block, 0, ip.Length - headers));
        }

        frame.Checksums = ChecksumState.Partial;
        frame.ChecksumStart = ipLength;
        frame.ChecksumOffset = Packets.ChecksumOffset(ip[ipLength == 40 ? 6 : 9]);
        frame.SegmentSize = segmentSize;
        ethernet.CopyTo(frame.Push(ethernet.Length)); // the checksum's place follows
        return frame;
    }
}
