using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>A second namespace behind the kernel, which forwards, and between them a cable that is narrower than ours.</summary>
public sealed class PathMtuTests
{
    private const int Narrow = 1320;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_stream_finds_the_narrowest_hop(bool ipv6) => RunBehindRouter(
        (network, far) =>
        {
            using Process server = far("python3", ["-c", Server, Far(ipv6).ToString()]);
            try
            {
                int port = int.Parse(server.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
                using PoolSocket ours = network.OurSocket(ipv6);
                ours.Connect(new IPEndPoint(Far(ipv6), port));
                Assert.Equal(1500 - (ipv6 ? 40 : 20) - 20 - 12, SegmentSizeOf(network));
                byte[] text = new byte[2_000_000];
                new Random(3).NextBytes(text);
                ours.SendAll(text);
                ours.Shutdown(SocketShutdown.Send);
                byte[] hash = new byte[64];
                Transfer.ReceiveExactly(ours.ReceiveInto, hash);
                Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(text)), System.Text.Encoding.ASCII.GetString(hash));
                Assert.Equal(Narrow - (ipv6 ? 40 : 20) - 20 - 12, SegmentSizeOf(network));
            }
            finally
            {
                server.Kill();
            }
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_that_is_too_long_for_the_hop_comes_in_pieces_at_the_second_try(bool ipv6) => RunBehindRouter(
        (network, far) =>
        {
            using Process server = far("python3", ["-c", Echo, Far(ipv6).ToString()]);
            try
            {
                int port = int.Parse(server.StandardOutput.ReadLine()!, System.Globalization.CultureInfo.InvariantCulture);
                using PoolSocket ours = network.OurSocket(ipv6, SocketType.Dgram);
                ours.SetTimeout(0.3);
                byte[] text = new byte[1400];
                byte[] answer = new byte[2000];
                int count = 0;
                for (int tries = 0; count == 0 && tries < 50; tries++)
                {
                    ours.SendTo(text, new IPEndPoint(Far(ipv6), port));
                    try
                    {
                        count = ours.ReceiveInto(answer);
                    }
                    catch (PoolSocketException e) when (e.Errno is Radios.Errno.ETIMEDOUT or Radios.Errno.EMSGSIZE)
                    {
                        // A router does not cut IPv6: the first was lost, and told us how long the next ones may be.
                    }
                }

                Assert.Equal(text.Length, count);
                Assert.True(network.Radio.Counters.PacketsFragmented > 0 || !ipv6);
            }
            finally
            {
                server.Kill();
            }
        });

    [Fact]
    public void A_datagram_that_may_not_be_cut_is_refused_once_the_path_is_known() => RunBehindRouter(
        (network, far) =>
        {
            // Nobody needs to listen there: the router answers first.
            using PoolSocket ours = network.OurSocket(ipv6: false, SocketType.Dgram);
            ours.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.DontFragment, true);
            ours.Connect(new IPEndPoint(Far(ipv6: false), 9));
            byte[] text = new byte[1400];
            Assert.Equal(text.Length, ours.Send(text));
            Assert.Equal(Radios.Errno.EMSGSIZE, Assert.Throws<PoolSocketException>(() => ours.ReceiveInto(text)).Errno);
            Assert.Equal(Radios.Errno.EMSGSIZE, Assert.Throws<PoolSocketException>(() => ours.Send(text)).Errno);
            Assert.Equal(Narrow - 28, ours.Send(text.AsSpan(0, Narrow - 28)));
        });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_router_that_forbids_the_way_ends_an_attempt_to_connect(bool ipv6) => RunBehindRouter(
        (network, far) =>
        {
            NetworkNamespace.Ip(ipv6 ? "-6 route add prohibit fd79::99/128" : "route add prohibit 10.79.0.99/32");
            using PoolSocket ours = network.OurSocket(ipv6);
            PoolSocketException refused = Assert.Throws<PoolSocketException>(() => ours.Connect(ipv6 ? "fd79::99" : "10.79.0.99", 9));

            // As icmp_err_convert and icmpv6_err_convert of Linux have it.
            Assert.Equal(ipv6 ? Radios.Errno.EACCES : Radios.Errno.EHOSTUNREACH, refused.Errno);
        });

    /// <summary>Soft errors, too: the kernel's own connect ends with them as well (tcp_v4_err).</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_router_without_a_way_ends_an_attempt_to_connect_at_once(bool ipv6) => RunBehindRouter(
        (network, far) =>
        {
            NetworkNamespace.Ip(ipv6 ? "-6 route add unreachable fd79::98/128" : "route add unreachable 10.79.0.98/32");
            using PoolSocket ours = network.OurSocket(ipv6);
            PoolSocketException refused = Assert.Throws<PoolSocketException>(() => ours.Connect(ipv6 ? "fd79::98" : "10.79.0.98", 9));
            Assert.Equal(ipv6 ? Radios.Errno.ENETUNREACH : Radios.Errno.EHOSTUNREACH, refused.Errno);
        });

    private const string Server = """
        import hashlib, socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
        listener = socket.create_server((sys.argv[1], 0), family=family)
        print(listener.getsockname()[1], flush=True)
        peer, _ = listener.accept()
        digest = hashlib.sha256()
        while text := peer.recv(65536):
            digest.update(text)
        peer.sendall(digest.hexdigest().encode())
        sys.stdin.read() # the connection stays until the test is done with it
        """;

    private const string Echo = """
        import socket, sys
        family = socket.AF_INET6 if ":" in sys.argv[1] else socket.AF_INET
        echo = socket.socket(family, socket.SOCK_DGRAM)
        echo.bind((sys.argv[1], 0))
        print(echo.getsockname()[1], flush=True)
        while True:
            text, peer = echo.recvfrom(65536)
            echo.sendto(text, peer)
        """;

    private delegate Process StartFar(string program, string[] arguments);

    private static IPAddress Far(bool ipv6) => IPAddress.Parse(ipv6 ? "fd79::2" : "10.79.0.2");

    private static int SegmentSizeOf(KernelNetwork network)
    {
        using (network.Radio.Network.Gate.EnterScope())
        {
            return network.Radio.Tcp.Connections.Single(c => c.State != TcpState.Closed).Info().SegmentSize;
        }
    }

    private static void RunBehindRouter(Action<KernelNetwork, StartFar> body) => KernelNetwork.Run(
        network =>
        {
            Programs.Require("nsenter");
            Programs.Require("unshare");

            // The far namespace lives as long as this program, which ends with its input.
            using Process holder = Programs.Start("unshare", "-n", "sh", "-c", "echo ready; cat");
            try
            {
                Assert.Equal("ready", holder.StandardOutput.ReadLine());
                Process InFar(string program, string[] arguments) =>
                    Programs.Start("nsenter", [$"--net=/proc/{holder.Id}/ns/net", program, .. arguments]);
                void Far(string arguments) => Programs.Run("nsenter", [$"--net=/proc/{holder.Id}/ns/net", "ip", .. arguments.Split(' ')]);
                NetworkNamespace.Ip("link add veth0 mtu 1320 type veth peer name veth1 mtu 1320");
                NetworkNamespace.Ip($"link set veth1 netns {holder.Id}");
                NetworkNamespace.Ip("address add 10.79.0.1/24 dev veth0");
                NetworkNamespace.Ip("address add fd79::1/64 dev veth0 nodad");
                NetworkNamespace.Ip("link set veth0 up");
                Programs.Sysctl("net.ipv4.ip_forward", 1);
                Programs.Sysctl("net.ipv6.conf.all.forwarding", 1);
                Far("address add 10.79.0.2/24 dev veth1");
                Far("address add fd79::2/64 dev veth1 nodad");
                Far("link set veth1 up");

                // The far end offers the segment size of a wide cable, as a host behind several hops would.
                Far("route add 10.78.0.0/24 via 10.79.0.1 advmss 1460");
                Far("route add fd78::/64 via fd79::1 advmss 1440");
                network.Radio.AddRoute(IPAddress.Parse("10.79.0.0"), 24, KernelNetwork.KernelsIPv4);
                network.Radio.AddRoute(IPAddress.Parse("fd79::"), 64, KernelNetwork.KernelsIPv6);
                body(network, InFar);
            }
            finally
            {
                holder.Kill(entireProcessTree: true);
            }
        },
        new KernelSetup { Offloads = LinkOffloads.None });
}
