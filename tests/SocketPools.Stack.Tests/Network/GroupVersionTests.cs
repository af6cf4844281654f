using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>Groups on links whose router is old: it is answered in its own version, for as long as it may be there.</summary>
[Collection(Alone.Name)]
public sealed class GroupVersionTests
{
    private static readonly IPAddressValue s_group = IPAddressValue.Parse("239.1.2.3");
    private static readonly IPAddressValue s_group6 = IPAddressValue.Parse("ff05::77");

    /// <summary>RFC 2236, section 4.</summary>
    [Fact]
    public void A_router_of_IGMPv1_hears_reports_of_version_1_and_no_leaves_for_400_seconds()
    {
        using HostileBench b = new();
        RadioSocket socket = Join(b, AddressFamily.InterNetwork);
        Assert.All(IgmpTypes(b), type => Assert.Equal(IgmpType.Report, type));
        b.GivePacket(Craft.Igmp(Peer, IPAddressValue.AllHosts, new IgmpMessage(IgmpType.Query, IPAddressValue.Parse("0.0.0.0"))));
        b.Advance(10.1);
        Assert.Equal(IgmpType.ReportV1, Assert.Single(IgmpTypes(b)));
        // A query of version 2 does not end it.
        b.GivePacket(Craft.Igmp(Peer, IPAddressValue.AllHosts, new IgmpMessage(IgmpType.Query, IPAddressValue.Parse("0.0.0.0")) { MaxResponseTenths = 10 }));
        b.Advance(1.1);
        Assert.Equal(IgmpType.ReportV1, Assert.Single(IgmpTypes(b)));
        Leave(b, socket);
        Assert.Empty(IgmpTypes(b));
        b.Advance(390);
        RadioSocket again = Join(b, AddressFamily.InterNetwork);
        Assert.All(IgmpTypes(b), type => Assert.Equal(IgmpType.Report, type));
        Leave(b, again);
        Assert.Equal(IgmpType.Leave, Assert.Single(IgmpTypes(b)));
    }

    /// <summary>RFC 3810, 8.2.1 and 9.12.</summary>
    [Fact]
    public void A_router_of_MLDv1_hears_reports_and_dones_of_version_1_for_260_seconds()
    {
        using HostileBench b = new();
        RadioSocket socket = Join(b, AddressFamily.InterNetworkV6);
        Assert.All(MldTypes(b), sent => Assert.Equal((Icmpv6Type.ListenerReportV2, IPAddressValue.AllMldV2Routers), sent));
        b.GivePacket(Query(1000, []));
        b.Advance(1.1);
        (Icmpv6Type, IPAddressValue)[] reports = MldTypes(b);
        Assert.Contains((Icmpv6Type.ListenerReport, s_group6), reports);
        Assert.All(reports, sent => Assert.Equal(Icmpv6Type.ListenerReport, sent.Item1));
        // A query of version 2 does not end it.
        b.GivePacket(Query(1000, [0, 0, 0, 0]));
        b.Advance(1.1);
        Assert.Contains((Icmpv6Type.ListenerReport, s_group6), MldTypes(b));
        Leave(b, socket);
        Assert.Equal([(Icmpv6Type.ListenerDone, IPAddressValue.AllRouters)], MldTypes(b));
        b.Advance(260);
        RadioSocket again = Join(b, AddressFamily.InterNetworkV6);
        Assert.All(MldTypes(b), sent => Assert.Equal((Icmpv6Type.ListenerReportV2, IPAddressValue.AllMldV2Routers), sent));
        again.Close();
    }

    /// <summary>RFC 3810, 8.1, and RFC 3376, 7.1: a query is of the one length or the other.</summary>
    [Fact]
    public void Queries_of_no_version_are_ignored()
    {
        using HostileBench b = new();
        Join(b, AddressFamily.InterNetworkV6);
        Join(b, AddressFamily.InterNetwork);
        b.TakeSent();
        b.GivePacket(Query(100, [0, 0]));
        byte[] query = new byte[10];
        new IgmpMessage(IgmpType.Query, IPAddressValue.Parse("0.0.0.0")) { MaxResponseTenths = 1 }.Write(query);
        b.GivePacket(Craft.Packet(Peer, IPAddressValue.AllHosts, IPProtocol.Igmp, query, hops: 1));
        b.Advance(1);
        Assert.Empty(b.TakeSent());
    }

    private static byte[] Query(ushort milliseconds, byte[] rest)
    {
        byte[] bytes = [130, 0, 0, 0, (byte)(milliseconds >> 8), (byte)milliseconds, 0, 0, .. new byte[16], .. rest];
        Icmpv6Message.Seal(bytes, Router, IPAddressValue.AllNodes);
        return Craft.Packet(Router, IPAddressValue.AllNodes, IPProtocol.Icmpv6, bytes, hops: 1);
    }

    private static RadioSocket Join(HostileBench b, AddressFamily family)
    {
        RadioSocket socket = b.Open(SocketType.Dgram, family);
        bool isIPv6 = family == AddressFamily.InterNetworkV6;
        byte[] option = isIPv6
            ? [.. Bytes(s_group6, 16), .. BitConverter.GetBytes(b.Interface.Index)]
            : [.. Bytes(s_group, 4), .. Bytes(Station, 4)];
        Assert.False(socket.SetRawOption(isIPv6 ? 41 : 0, isIPv6 ? 20 : 35, option).Failed);
        b.Advance(1.1); // said twice
        return socket;
    }

    private static void Leave(HostileBench b, RadioSocket socket)
    {
        b.TakeSent();
        socket.Close();
    }

    private static byte[] Bytes(IPAddressValue address, int length)
    {
        byte[] bytes = new byte[length];
        address.Write(bytes);
        return bytes;
    }

    private static IgmpType[] IgmpTypes(HostileBench b) =>
        [.. b.TakeSent().Where(f => f[12] == 8 && f[13] == 0 && f[23] == IPProtocol.Igmp).Select(f => (IgmpType)f[14 + ((f[14] & 0xF) * 4)])];

    private static (Icmpv6Type, IPAddressValue)[] MldTypes(HostileBench b) =>
        [.. b.TakeSent().Where(f => f[12] == 0x86 && f[20] == 0).Select(f => ((Icmpv6Type)f[62], IPAddressValue.ReadIPv6(f.AsSpan(38))))];
}
