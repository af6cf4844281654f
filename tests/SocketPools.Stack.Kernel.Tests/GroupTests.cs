using System.Net;
using System.Net.Sockets;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>
/// Who listens to which group, as the kernel's bridge learns it from our reports: it snoops on IGMP and MLD like a switch, and asks
/// like a router.
/// </summary>
public sealed class GroupTests
{
    [Theory]
    [InlineData("239.7.8.9")]
    [InlineData("ff02::7:89")]
    [InlineData("ff05::7:89")]
    public void A_switch_learns_who_joins_a_group_and_who_leaves(string name) => KernelNetwork.Run(network =>
    {
        MakeSwitch();
        IPAddress group = IPAddress.Parse(name);
        using PoolSocket ours = network.OurSocket(group.AddressFamily == AddressFamily.InterNetworkV6, SocketType.Dgram);
        ours.JoinMulticastGroup(group, interfaceIndex: network.Interface.Index);
        AwaitListener(group, isThere: true);
        ours.LeaveMulticastGroup(group, interfaceIndex: network.Interface.Index);
        AwaitListener(group, isThere: false);
    });

    [Theory]
    [InlineData("239.7.8.9")]
    [InlineData("ff02::7:89")]
    public void A_switch_that_forgot_us_asks_and_is_answered(string name) => KernelNetwork.Run(network =>
    {
        IPAddress group = IPAddress.Parse(name);
        using PoolSocket ours = network.OurSocket(group.AddressFamily == AddressFamily.InterNetworkV6, SocketType.Dgram);
        ours.JoinMulticastGroup(group, interfaceIndex: network.Interface.Index);
        MakeSwitch();
        AskEverybody();
        AwaitListener(group, isThere: true);

        // It was not our unsolicited second report that it heard.
        NetworkNamespace.Command("bridge", $"mdb del dev br0 port tap0 grp {group}");
        AwaitListener(group, isThere: false);
        AskEverybody();
        AwaitListener(group, isThere: true);
    });

    [Fact]
    public void A_broadcast_is_heard_in_both_directions() => KernelNetwork.Run(network =>
    {
        IPAddress everybody = IPAddress.Parse("10.78.0.255");
        byte[] buffer = new byte[100];
        using PoolSocket ours = network.OurSocket(ipv6: false, SocketType.Dgram);
        ours.Bind(new IPEndPoint(IPAddress.Any, 0));
        ours.SetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Broadcast, true);
        using Socket kernels = KernelNetwork.KernelSocket(ipv6: false, SocketType.Dgram);
        kernels.Bind(new IPEndPoint(IPAddress.Any, 0));
        kernels.EnableBroadcast = true;
        NetworkNamespace.Ip("address replace 10.78.0.1/24 broadcast 10.78.0.255 dev tap0");

        ours.SendTo("ours"u8, new IPEndPoint(everybody, ((IPEndPoint)kernels.LocalEndPoint!).Port));
        Assert.Equal("ours"u8, buffer.AsSpan(0, kernels.Receive(buffer)));
        kernels.SendTo("kernels"u8, new IPEndPoint(everybody, ours.LocalEndPoint.Port));
        Assert.Equal("kernels"u8, buffer.AsSpan(0, ours.ReceiveInto(buffer)));
        ours.SendTo("all"u8, new IPEndPoint(IPAddress.Broadcast, ((IPEndPoint)kernels.LocalEndPoint!).Port));
        Assert.Equal("all"u8, buffer.AsSpan(0, kernels.Receive(buffer)));
    });

    /// <summary>Makes the device a port of a switch, which asks from an address of its own, and wants answers within 0.2 s.</summary>
    private static void MakeSwitch()
    {
        Programs.Require("bridge");
        NetworkNamespace.Ip("link add br0 type bridge mcast_snooping 1 mcast_query_response_interval 20");
        NetworkNamespace.Ip("link set br0 addrgenmode none");
        NetworkNamespace.Ip("address add fe80::b/64 dev br0 nodad");
        NetworkNamespace.Ip("link set tap0 master br0");
        NetworkNamespace.Ip("link set tap0 type bridge_slave mcast_fast_leave on");
        NetworkNamespace.Ip("link set br0 up");
    }

    /// <summary>A querier begins with a question.</summary>
    private static void AskEverybody()
    {
        NetworkNamespace.Ip("link set br0 type bridge mcast_querier 0");
        NetworkNamespace.Ip("link set br0 type bridge mcast_querier 1");
    }

    private static void AwaitListener(IPAddress group, bool isThere) =>
        Assert.True(
            SpinWait.SpinUntil(() => Groups().Contains($"port tap0 grp {group} ", StringComparison.Ordinal) == isThere, KernelNetwork.Patience),
            $"{group} should {(isThere ? "" : "not ")}be there: {Groups()}");

    private static string Groups() => Programs.Run("bridge", "mdb", "show", "dev", "br0");
}
