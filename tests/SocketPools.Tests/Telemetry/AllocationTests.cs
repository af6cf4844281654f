using System.Diagnostics.Metrics;
using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Tests.Telemetry;

[Collection(AloneCollection.Name)] // listeners of other tests would count
public sealed class AllocationTests
{
    [Fact]
    public void The_attributes_of_a_socket_are_there_before_anybody_listens()
    {
        using TestPool pool = new();
        RadioSocket socket = pool.Pool.CreateSocket().RadioSocket;
        long before = GC.GetAllocatedBytesForCurrentThread();
        SocketTags tags = pool.Pool.TagsOf(socket);
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(0, allocated);
        Assert.Equal("tcp", tags.TransportName);
    }

    [Theory]
    [InlineData(AddressFamily.InterNetwork, false)]
    [InlineData(AddressFamily.InterNetwork, true)]
    [InlineData(AddressFamily.InterNetworkV6, false)]
    [InlineData(AddressFamily.InterNetworkV6, true)]
    public void Sends_and_receives_allocate_nothing_whether_bytes_are_counted_or_not(AddressFamily family, bool listens)
    {
        long counted = 0;
        using MeterListener listener = new();
        if (listens)
        {
            listener.InstrumentPublished = (instrument, l) =>
            {
                if (instrument.Meter.Name == SocketPoolTelemetry.Name)
                {
                    l.EnableMeasurementEvents(instrument);
                }
            };
            listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref counted, value));
            listener.Start();
        }

        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair(family);
        PoolSocket one = pool.Udp(family);
        PoolSocket two = pool.Udp(family);
        IPSocketAddress to = two.LocalEndPoint;
        byte[] buffer = new byte[64];
        Exchange(500);

        // The runtime allocates a little when it compiles a method again; a call that allocates does so in every round.
        long allocated = 1;
        for (int round = 0; round < 40 && allocated > 0; round++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Exchange(2000);
            allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        }

        Assert.Equal(0, allocated);
        if (listens)
        {
            Assert.InRange(counted, 2500 * 10 * 64, long.MaxValue);
        }

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

                // What is there already ends at once: no thread but this one allocates.
                Done(client.SendAsync(buffer));
                Done(server.ReceiveIntoAsync(buffer));
                Done(one.SendToAsync(buffer, to));
                Done(two.ReceiveFromIntoAsync(buffer));
            }
        }

        static void Done<T>(ValueTask<T> call)
        {
            Assert.True(call.IsCompletedSuccessfully);
            _ = call.GetAwaiter().GetResult();
        }
    }
}
