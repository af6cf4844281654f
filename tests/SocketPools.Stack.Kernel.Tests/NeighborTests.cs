using System.Net;
using System.Net.Sockets;
using SocketPools.Stack.Links;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>What is not TCP: neighbours, echo, groups, fragments, errors, as the kernel sees them.</summary>
public sealed class NeighborTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_kernel_reaches_us_by_our_hardware_address(bool ipv6) => KernelNetwork.Run(network =>
    {
        using Connection connection = network.Connect(ipv6, byKernel: true);
        Transfer.Run(connection, toKernel: true, 100_000);
        Assert.Matches(
            $@"^{KernelNetwork.Ours(ipv6)} lladdr {network.Hardware} REACHABLE",
            Programs.Run("ip", "neigh", "show", KernelNetwork.Ours(ipv6).ToString(), "dev", "tap0"));
    });

    [Theory]
    [InlineData(false, 56)]
    [InlineData(true, 56)]
    [InlineData(false, 8000)]
    [InlineData(true, 8000)]
    public void The_kernel_pings_us(bool ipv6, int size) => KernelNetwork.Run(network =>
    {
        Programs.Require("ping");
        Assert.Contains(
            "3 packets transmitted, 3 received, 0% packet loss",
            Programs.Run("ping", "-c", "3", "-i", "0.01", "-W", "20", "-s", $"{size}", KernelNetwork.Ours(ipv6).ToString()),
            StringComparison.Ordinal);
        Assert.Equal(0, network.Radio.Counters.Dropped(Core.DropReason.Checksum));
    });

    [Theory]
    [InlineData(false, LinkOffloads.None)]
    [InlineData(true, LinkOffloads.None)]
    [InlineData(false, LinkOffloads.PartialChecksums)]
    [InlineData(true, LinkOffloads.PartialChecksums)]
    public void A_datagram_in_pieces_arrives_whole_in_both_directions(bool ipv6, LinkOffloads offloads) => KernelNetwork.Run(
        network =>
        {
            using PoolSocket ours = network.OurListener(ipv6, SocketType.Dgram);
            using Socket kernels = KernelNetwork.KernelListener(ipv6, SocketType.Dgram);
            byte[] sent = new byte[20_000];
            byte[] received = new byte[30_000];
            new Random(5).NextBytes(sent);
            Assert.Equal(sent.Length, ours.SendTo(sent, (IPEndPoint)kernels.LocalEndPoint!));
            EndPoint from = new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0);
            Assert.Equal(sent.Length, kernels.ReceiveFrom(received, ref from));
            Assert.Equal(ours.LocalEndPoint, from);
            Assert.Equal(sent, received[..sent.Length]);

            new Random(6).NextBytes(sent);
            Assert.Equal(sent.Length, kernels.SendTo(sent, from));
            Assert.Equal(sent.Length, ours.ReceiveFromInto(received, out Radios.IPSocketAddress remote));
            Assert.Equal(kernels.LocalEndPoint, remote.ToIPEndPoint());
            Assert.Equal(sent, received[..sent.Length]);
            Assert.True(network.Radio.Counters.PacketsReassembled >= 1 && network.Radio.Counters.PacketsFragmented >= 1);
        },
        new KernelSetup { Offloads = offloads });

    [Theory]
    [InlineData("239.7.8.9")]
    [InlineData("ff02::7:89")]
    public void A_group_hears_both_sides(string name) => KernelNetwork.Run(network =>
    {
        IPAddress group = IPAddress.Parse(name);
        bool ipv6 = group.AddressFamily == AddressFamily.InterNetworkV6;
        int index = KernelNetwork.KernelsIndex;
        using PoolSocket ours = network.OurSocket(ipv6, SocketType.Dgram);
        ours.Bind(new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        ours.JoinMulticastGroup(group, interfaceIndex: network.Interface.Index);
        using Socket kernels = KernelNetwork.KernelSocket(ipv6, SocketType.Dgram);
        kernels.Bind(new IPEndPoint(ipv6 ? IPAddress.IPv6Any : IPAddress.Any, 0));
        if (ipv6)
        {
            kernels.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.AddMembership, new IPv6MulticastOption(group, index));
            kernels.SetSocketOption(SocketOptionLevel.IPv6, SocketOptionName.MulticastInterface, index);
        }
        else
        {
            kernels.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, new MulticastOption(group, index));
            kernels.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.MulticastInterface, IPAddress.HostToNetworkOrder(index));
        }

        byte[] buffer = new byte[100];
        ours.SendTo("ours"u8, new IPEndPoint(group, ((IPEndPoint)kernels.LocalEndPoint!).Port));
        Assert.Equal("ours"u8, buffer.AsSpan(0, kernels.Receive(buffer)));
        kernels.SendTo("kernels"u8, new IPEndPoint(group, ours.LocalEndPoint.Port));
        Assert.Equal("kernels"u8, buffer.AsSpan(0, ours.ReceiveInto(buffer)));
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_datagram_that_nobody_wants_is_refused_in_both_directions(bool ipv6) => KernelNetwork.Run(network =>
    {
        byte[] buffer = new byte[10];
        using PoolSocket ours = network.OurSocket(ipv6, SocketType.Dgram);
        ours.Connect(new IPEndPoint(KernelNetwork.Kernels(ipv6), 9));
        ours.Send(buffer);
        Assert.Equal(Radios.Errno.ECONNREFUSED, Assert.Throws<PoolSocketException>(() => ours.ReceiveInto(buffer)).Errno);
        using Socket kernels = KernelNetwork.KernelSocket(ipv6, SocketType.Dgram);
        kernels.Connect(new IPEndPoint(KernelNetwork.Ours(ipv6), 9));
        kernels.Send(buffer);
        Assert.Equal(SocketError.ConnectionRefused, Assert.Throws<SocketException>(() => kernels.Receive(buffer)).SocketErrorCode);
    });

    [Fact]
    public void An_address_that_the_kernel_has_is_not_used() => KernelNetwork.Run(network =>
    {
        IPAddress taken = IPAddress.Parse("fd78::9");
        IPAddress free = IPAddress.Parse("fd78::a");
        NetworkNamespace.Ip($"address add {taken}/64 dev tap0 nodad");
        KernelNetwork.AwaitSolicitedNode(taken);
        network.Interface.AddAddress(taken, 64);
        network.Interface.AddAddress(free, 64);

        // Checking takes a second; the kernel contradicts at once.
        Assert.True(SpinWait.SpinUntil(() => network.Interface.Addresses.Any(a => a.Address.Equals(free)), KernelNetwork.Patience));
        Assert.DoesNotContain(network.Interface.Addresses, a => a.Address.Equals(taken));
    });

    [Fact]
    public void The_kernel_finds_that_we_have_an_address() => KernelNetwork.Run(network =>
    {
        NetworkNamespace.Ip($"address add {KernelNetwork.OursIPv6}/64 dev tap0");
        Assert.True(SpinWait.SpinUntil(
            () => Programs.Run("ip", "-6", "address", "show", "dev", "tap0").Contains("dadfailed", StringComparison.Ordinal), KernelNetwork.Patience));
    });
}
