using System.Net;
using System.Net.Sockets;

namespace SocketPools.Stack.Kernel.Tests;

/// <summary>Stations that have only a link-local address, or get another hardware address in the middle of a talk.</summary>
public sealed class StationTests
{
    private static readonly IPAddress s_kernels = IPAddress.Parse("fe80::1");
    private static readonly IPAddress s_ours = IPAddress.Parse("fe80::2");

    [Fact]
    public void Link_local_addresses_work_with_their_scopes() => KernelNetwork.Run(network =>
    {
        NetworkNamespace.Ip("address add fe80::1/64 dev tap0 nodad");
        KernelNetwork.AwaitSolicitedNode(s_kernels);
        network.Interface.AddAddress(s_ours, 64, skipDuplicateAddressDetection: true);
        IPAddress kernelsAtOurs = new(s_kernels.GetAddressBytes(), network.Interface.Index);
        IPAddress oursAtKernels = new(s_ours.GetAddressBytes(), KernelNetwork.KernelsIndex);

        using (Socket listener = KernelNetwork.KernelSocket(ipv6: true))
        {
            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            listener.Listen();
            PoolSocket ours = network.OurSocket(ipv6: true);
            ours.Connect(new IPEndPoint(kernelsAtOurs, ((IPEndPoint)listener.LocalEndPoint!).Port));
            using Connection connection = new(ours, listener.Accept());
            Assert.Equal(new IPAddress(s_ours.GetAddressBytes(), network.Interface.Index), ours.LocalEndPoint.Address);
            Assert.Equal(kernelsAtOurs, ours.RemoteEndPoint!.Address);
            Transfer.Run(connection, toKernel: true, 100_000);
        }

        using (PoolSocket listener = network.OurSocket(ipv6: true))
        {
            listener.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
            listener.Listen();
            Socket kernels = KernelNetwork.KernelSocket(ipv6: true);
            kernels.Connect(new IPEndPoint(oursAtKernels, listener.LocalEndPoint.Port));
            using Connection connection = new(listener.Accept(), kernels);
            Assert.Equal(kernelsAtOurs, connection.Ours.RemoteEndPoint!.Address);
            Transfer.Run(connection, toKernel: false, 100_000);
        }
    });

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_connection_goes_on_when_the_kernel_gets_another_hardware_address(bool ipv6) => KernelNetwork.Run(network =>
    {
        // It tells everybody: an ARP announcement, and an unsolicited neighbour advertisement.
        Programs.Sysctl("net.ipv4.conf.tap0.arp_notify", 1);
        Programs.Sysctl("net.ipv6.conf.tap0.ndisc_notify", 1);
        using Connection connection = network.Connect(ipv6, byKernel: false);
        byte[] text = new byte[20_000];
        connection.Ours.SendAll(text);
        Transfer.ReceiveExactly(connection.Kernels.Receive, text);
        NetworkNamespace.Ip("link set tap0 address 02:00:00:00:78:01");
        Transfer.Run(connection, toKernel: true, 100_000);
    });
}
