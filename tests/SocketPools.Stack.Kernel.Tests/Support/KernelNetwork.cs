using System.Net;
using System.Net.Sockets;
using System.Runtime.Versioning;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: SupportedOSPlatform("linux")]

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>What a test changes about the cable between the stack and the kernel.</summary>
internal sealed record KernelSetup
{
    internal LinkMedium Medium { get; init; } = LinkMedium.Ethernet;

    internal int Mtu { get; init; } = 1500;

    internal LinkOffloads Offloads { get; init; } = LinkOffloads.PartialChecksums | LinkOffloads.Segmentation;

    /// <summary>What happens to frames in both directions, on the stack's side.</summary>
    internal LinkFaults? Faults { get; init; }

    internal int Seed { get; init; } = 1;

    /// <summary>The stack's TCP.</summary>
    internal TcpOptions Tcp { get; init; } = new();

    /// <summary>Whether a failure leaves a capture; too much to write where a hundred megabytes pass in small frames.</summary>
    internal bool IsCaptured { get; init; } = true;
}

/// <summary>
/// A namespace in which the kernel's TCP/IP and a stack of ours are neighbours on a TAP device. Sockets that are made on the test's
/// thread, programs and threads that are started there are the kernel's.
/// </summary>
internal sealed class KernelNetwork
{
    /// <summary>No call takes longer, unless something hangs.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly TapLink _tap;

    private KernelNetwork(KernelSetup setup, Capture capture)
    {
        Radio = new StackRadio(new StackOptions { Seed = setup.Seed, Tcp = setup.Tcp });
        _tap = TapLink.Open(new TapLinkOptions { Medium = setup.Medium, Name = "tap0", Mtu = setup.Mtu, Offloads = setup.Offloads });
        NetworkNamespace.Ip($"address add {KernelsIPv4}/24 dev tap0");
        ILink link = setup.IsCaptured ? capture.Wrap(_tap) : _tap;
        if (setup.Faults is { } faults)
        {
            link = Faulty = new FaultyLink(link, new FaultyLinkOptions { Seed = setup.Seed, Inbound = faults, Outbound = faults });
        }

        Interface = Radio.AddInterface(link);
        Interface.AddAddress(OursIPv4, 24);
        if (setup.Mtu >= 1280)
        {
            NetworkNamespace.Ip($"address add {KernelsIPv6}/64 dev tap0 nodad");
            if (setup.Medium == LinkMedium.Ethernet)
            {
                AwaitSolicitedNode(KernelsIPv6);
            }

            AwaitLocalRoute(KernelsIPv6);
            Interface.AddAddress(OursIPv6, 64, skipDuplicateAddressDetection: true);
        }

        Pool = new SocketPool(Radio);
    }

    internal static IPAddress KernelsIPv4 { get; } = IPAddress.Parse("10.78.0.1");

    internal static IPAddress OursIPv4 { get; } = IPAddress.Parse("10.78.0.2");

    internal static IPAddress KernelsIPv6 { get; } = IPAddress.Parse("fd78::1");

    internal static IPAddress OursIPv6 { get; } = IPAddress.Parse("fd78::2");

    /// <summary>The number that the kernel has for its end: the scope of link-local addresses there.</summary>
    internal static int KernelsIndex
    {
        get
        {
            string output = Programs.Run("ip", "-o", "link", "show", "tap0");
            return int.Parse(output.AsSpan(0, output.IndexOf(':', StringComparison.Ordinal)), System.Globalization.CultureInfo.InvariantCulture);
        }
    }

    internal StackRadio Radio { get; }

    internal SocketPool Pool { get; }

    internal StackInterface Interface { get; }

    internal FaultyLink? Faulty { get; }

    /// <summary>The device.</summary>
    internal TapLink Link => _tap;

    /// <summary>The hardware address of the stack's end.</summary>
    internal string Hardware => string.Join(':', _tap.HardwareAddress.GetAddressBytes().Select(b => b.ToString("x2", System.Globalization.CultureInfo.InvariantCulture)));

    /// <summary>Runs a body there, and checks that every socket, frame and block came back.</summary>
    internal static void Run(Action<KernelNetwork> body, KernelSetup? setup = null)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "TAP devices are Linux's");
        Assert.SkipUnless(File.Exists("/dev/net/tun"), "/dev/net/tun is missing");
        NetworkNamespace.Run(() =>
        {
            Usage before = Usage.Now;
            setup ??= new KernelSetup();
            using Capture capture = new();
            KernelNetwork network = new(setup, capture);
            try
            {
                body(network);
                network.Pool.AssertNoLeaks();
            }
            catch (Exception e) when (e is not Xunit.Sdk.SkipException)
            {
                string seed = setup.Faults is null ? "" : $"seed {setup.Seed}, ";
                string file = setup.IsCaptured ? $"captured in {capture.File}" : "not captured";
                capture.Keep();
                throw new InvalidOperationException($"{e.Message} ({seed}{file})", e);
            }
            finally
            {
                network.Pool.Dispose();
                network.Radio.Dispose();
            }

            // The thread that waited for the device may be about to find out that it is closed.
            Assert.True(SpinWait.SpinUntil(() => Usage.Now.IsWithin(before), Patience), $"{before} before, {Usage.Now} after");
        });
    }

    internal static IPAddress Kernels(bool ipv6) => ipv6 ? KernelsIPv6 : KernelsIPv4;

    internal static IPAddress Ours(bool ipv6) => ipv6 ? OursIPv6 : OursIPv4;

    internal static AddressFamily Family(bool ipv6) => ipv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork;

    /// <summary>A socket of the kernel's.</summary>
    internal static Socket KernelSocket(bool ipv6, SocketType type = SocketType.Stream)
    {
        Socket socket = new(Family(ipv6), type, type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Udp)
        {
            ReceiveTimeout = (int)Patience.TotalMilliseconds,
            SendTimeout = (int)Patience.TotalMilliseconds,
        };
        return socket;
    }

    /// <summary>A socket of the kernel's with a port of its own, which listens if it can.</summary>
    internal static Socket KernelListener(bool ipv6, SocketType type = SocketType.Stream)
    {
        Socket socket = KernelSocket(ipv6, type);
        socket.Bind(new IPEndPoint(Kernels(ipv6), 0));
        if (type == SocketType.Stream)
        {
            socket.Listen(512);
        }

        return socket;
    }

    /// <summary>A socket of ours.</summary>
    internal PoolSocket OurSocket(bool ipv6, SocketType type = SocketType.Stream)
    {
        PoolSocket socket = Pool.CreateSocket(Family(ipv6), type);
        socket.Timeout = Patience;
        return socket;
    }

    /// <summary>A socket of ours with a port of its own, which listens if it can.</summary>
    internal PoolSocket OurListener(bool ipv6, SocketType type = SocketType.Stream)
    {
        PoolSocket socket = OurSocket(ipv6, type);
        socket.Bind(new IPEndPoint(Ours(ipv6), 0));
        if (type == SocketType.Stream)
        {
            socket.Listen(512);
        }

        return socket;
    }

    /// <summary>
    /// The kernel joins the group of its address on a thread of its own. Who asks before that gets no answer, and asks again a second
    /// later.
    /// </summary>
    internal static void AwaitSolicitedNode(IPAddress address)
    {
        string group = $"ff0200000000000000000001ff{Convert.ToHexStringLower(address.GetAddressBytes().AsSpan(13))}";
        Assert.True(
            SpinWait.SpinUntil(() => File.ReadAllText("/proc/thread-self/net/igmp6").Contains(group, StringComparison.Ordinal), Patience),
            $"the kernel does not listen to who asks for {address}");
    }

    /// <summary>The kernel gives an address its route on a thread of its own, too. What comes before that is dropped.</summary>
    internal static void AwaitLocalRoute(IPAddress address)
    {
        string destination = $"{Convert.ToHexStringLower(address.GetAddressBytes())} 80 ";
        Assert.True(
            SpinWait.SpinUntil(() => File.ReadAllText("/proc/thread-self/net/ipv6_route").Contains(destination, StringComparison.Ordinal), Patience),
            $"the kernel has no route to {address}");
    }

    /// <summary>A connection between both, opened by either side.</summary>
    internal Connection Connect(bool ipv6, bool byKernel)
    {
        if (byKernel)
        {
            using PoolSocket listener = OurListener(ipv6);
            Socket kernels = KernelSocket(ipv6);
            kernels.Connect(listener.LocalEndPoint);
            PoolSocket accepted = listener.Accept();
            accepted.Timeout = Patience;
            return new Connection(accepted, kernels);
        }

        using Socket kernelListener = KernelListener(ipv6);
        PoolSocket ours = OurSocket(ipv6);
        ours.Connect((IPEndPoint)kernelListener.LocalEndPoint!);
        Socket peer = kernelListener.Accept();
        peer.ReceiveTimeout = peer.SendTimeout = (int)Patience.TotalMilliseconds;
        return new Connection(ours, peer);
    }
}

/// <summary>Both ends of a TCP connection.</summary>
internal sealed record Connection(PoolSocket Ours, Socket Kernels) : IDisposable
{
    public void Dispose()
    {
        Ours.Dispose();
        Kernels.Dispose();
    }
}

/// <summary>Frames and blocks that somebody holds, in the whole process.</summary>
internal readonly record struct Usage(long Frames, long SmallBlocks, long LargeBlocks)
{
    internal static Usage Now => new(FramePool.InUse, BlockPool.Small.InUse, BlockPool.Large.InUse);

    internal bool IsWithin(Usage other) => Frames <= other.Frames && SmallBlocks <= other.SmallBlocks && LargeBlocks <= other.LargeBlocks;
}
