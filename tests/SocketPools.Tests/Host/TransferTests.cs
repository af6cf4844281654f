using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Host;

[Collection(AloneCollection.Name)] // listeners of other tests would count
public sealed class TransferTests
{
    public static TheoryData<AddressFamily> Families => [AddressFamily.InterNetwork, AddressFamily.InterNetworkV6];

    [Theory, MemberData(nameof(Families))]
    public void A_stream_carries_bytes_both_ways_and_then_its_end(AddressFamily family)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        byte[] buffer = new byte[16];
        Assert.Equal(5, client.Send("hello"u8));
        Assert.Equal(5, server.ReceiveInto(buffer));
        server.SendAll("world"u8);
        Assert.Equal(3, client.ReceiveInto(buffer, 3));
        Assert.Equal("wor"u8, buffer.AsSpan(0, 3));
        Assert.Equal(2, client.ReceiveFromInto(buffer, out IPSocketAddress peer));
        Assert.Equal(client.RemoteEndPoint, peer.ToIPEndPoint());
        server.Close();
        Assert.Equal(0, client.ReceiveInto(buffer));
        Assert.Equal(0, client.ReceiveInto(buffer));
    }

    [Theory, MemberData(nameof(Families))]
    public void Datagrams_keep_their_sender_and_their_borders(AddressFamily family)
    {
        using TestPool pool = new();
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        byte[] buffer = new byte[4];
        Assert.Equal(6, one.SendTo("longer"u8, two.LocalEndPoint));
        Assert.Equal(0, one.SendTo([], two.LocalEndPoint));
        Assert.Equal(4, two.ReceiveFromInto(buffer, out IPSocketAddress sender));
        Assert.Equal(one.LocalEndPoint, sender.ToIPEndPoint());
        Assert.Equal(0, two.ReceiveFromInto(buffer, out _));
    }

    [Theory, MemberData(nameof(Families))]
    public void No_operation_on_an_open_socket_allocates(AddressFamily family)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        IPSocketAddress to = two.LocalEndPoint;
        byte[] buffer = new byte[64];
        PollEntry[] entries = [new(server, Readiness.Readable), new(two, Readiness.Readable)];
        int ready = 0;
        foreach (double? timeout in new double?[] { null, 5 })
        {
            foreach (PoolSocket socket in new[] { client, server, one, two })
            {
                socket.SetTimeout(timeout);
            }

            Exchange(500);
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(2000);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.Equal(5000, ready);

        void Exchange(int times)
        {
            for (int i = 0; i < times; i++)
            {
                client.Send(buffer);
                server.ReceiveInto(buffer);
                client.SendAll(buffer);
                server.ReceiveFromInto(buffer, out _);
                one.SendTo(buffer, to);
                two.ReceiveFromInto(buffer, out _);
                one.SendTo(buffer, to);
                ready += PoolSocket.Wait(entries, TimeSpan.FromSeconds(5));
                two.Poll(Readiness.Readable, TimeSpan.FromSeconds(5));
                two.ReceiveInto(buffer);
            }
        }
    }
}
