using System.Net;
using System.Net.Sockets;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>The kernel tags its frames with a priority and VLAN 0, as switches and drivers do with IEEE 802.1p.</summary>
public sealed class PriorityTagTests
{
    [Fact]
    public void A_connection_whose_frames_from_the_kernel_bear_a_priority_tag_works() => KernelNetwork.Run(network =>
    {
        try
        {
            NetworkNamespace.Ip("link add link tap0 name tap0.0 type vlan id 0 egress-qos-map 0:5");
        }
        catch (Exception e) when (e is not Xunit.Sdk.SkipException)
        {
            Assert.Skip($"the kernel makes no VLAN devices: {e.Message}");
        }

        Programs.Sysctl("net.ipv4.conf.all.rp_filter", 0);
        Programs.Sysctl("net.ipv4.conf.tap0.rp_filter", 0);
        NetworkNamespace.Ip("address add 10.90.0.1/24 dev tap0.0");
        NetworkNamespace.Ip("link set tap0.0 up");
        network.Interface.AddAddress(IPAddress.Parse("10.90.0.2"), 24);
        using Socket listener = new(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Parse("10.90.0.1"), 0));
        listener.Listen(1);
        using PoolSocket ours = network.OurSocket(ipv6: false);
        ours.Connect((IPEndPoint)listener.LocalEndPoint!);
        using Socket kernels = listener.Accept();
        byte[] text = new byte[10_000];
        Assert.Equal(text.Length, kernels.Send(text));
        int count = 0;
        while (count < text.Length)
        {
            count += ours.ReceiveInto(text);
        }

        Assert.Equal(0, network.Interface.Counters.Dropped(Diagnostics.DropReason.UnknownEtherType));
    });
}
