using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Finding free ports and putting segments in order cost little when there is much of both.</summary>
public sealed class PortTests
{
    [Fact]
    public void The_set_of_ports_finds_the_same_free_one_as_a_walk()
    {
        const int Seed = 3;
        Random random = new(Seed);
        foreach ((int first, int last) in ((int, int)[])[(32768, 60999), (40000, 40009), (100, 163), (1, 65535)])
        {
            PortSet set = new(first, last);
            HashSet<int> held = [];
            for (int i = 0; i < 2000; i++)
            {
                int number = random.Next(first, last + 1);
                bool isHeld = random.Next(8) != 0;
                set.Set(number, isHeld);
                _ = isHeld ? held.Add(number) : held.Remove(number);
                uint start = (uint)random.Next();
                int free = Enumerable.Range(0, set.Size).Select(place => first + (int)((start + place) % set.Size)).FirstOrDefault(one => !held.Contains(one), -1);
                Assert.True(free == set.FindFree(start), $"seed {Seed}");
            }
        }
    }

    [Fact]
    public void A_peer_to_which_no_port_is_left_is_looked_for_once_until_one_is_free()
    {
        TcpOptions settings = new() { FirstEphemeralPort = 40_000, LastEphemeralPort = 40_099 };
        TcpPorts ports = new(settings, new KeyedHash(1, 2), new Random(1));
        FourTuple peer = new(IPAddressValue.FromIPv4(10, 0, 0, 1), 0, IPAddressValue.FromIPv4(10, 0, 0, 2), 80);
        HashSet<FourTuple> taken = [];
        int asked = 0;
        bool IsTaken(FourTuple tuple)
        {
            asked++;
            return taken.Contains(tuple);
        }

        TcpPort? last = null;
        for (int i = 0; i < 100; i++)
        {
            Assert.True(ports.TryChoose(peer, false, IsTaken, out last));
            Assert.True(taken.Add(peer with { LocalPort = last!.Number }));
        }

        Assert.Equal(0, asked);
        Assert.False(ports.TryChoose(peer, false, IsTaken, out _));
        Assert.Equal(100, asked);
        for (int i = 0; i < 1000; i++)
        {
            Assert.False(ports.TryChoose(peer, false, IsTaken, out _));
        }

        Assert.Equal(100, asked);
        Assert.True(taken.Remove(peer with { LocalPort = last!.Number }));
        ports.Release(last);
        Assert.True(ports.TryChoose(peer, false, IsTaken, out TcpPort? again));
        Assert.Equal(last.Number, again!.Number);
    }

    [Fact]
    public void Connections_of_others_that_end_do_not_make_it_look_again()
    {
        TcpOptions settings = new() { FirstEphemeralPort = 40_000, LastEphemeralPort = 40_099 };
        TcpPorts ports = new(settings, new KeyedHash(1, 2), new Random(1));
        IPAddressValue local = IPAddressValue.FromIPv4(10, 0, 0, 1);
        FourTuple peer = new(local, 0, IPAddressValue.FromIPv4(10, 0, 0, 2), 80);
        FourTuple other = new(local, 0, IPAddressValue.FromIPv4(10, 0, 0, 3), 80);
        HashSet<FourTuple> taken = [];
        Assert.All(Enumerable.Range(0, 200), i =>
        {
            FourTuple to = i < 100 ? peer : other;
            Assert.True(ports.TryChoose(to, false, taken.Contains, out TcpPort? port));
            Assert.True(taken.Add(to with { LocalPort = port!.Number }));
        });
        Assert.False(ports.TryChoose(peer, false, taken.Contains, out _));
        long searched = ports.Searched;
        foreach (FourTuple one in taken.Where(one => one.Remote == other.Remote).ToArray())
        {
            ports.Release(ports.All.Single(port => port.Number == one.LocalPort), one);
            Assert.True(taken.Remove(one));
            Assert.False(ports.TryChoose(peer, false, taken.Contains, out _));
        }

        Assert.Equal(searched, ports.Searched);
        FourTuple ended = taken.First(one => one.Remote == peer.Remote);
        ports.Release(ports.All.Single(port => port.Number == ended.LocalPort), ended);
        Assert.True(taken.Remove(ended));
        Assert.True(ports.TryChoose(peer, false, taken.Contains, out TcpPort? again));
        Assert.Equal(ended.LocalPort, again!.Number);
    }

    [Fact]
    public void A_socket_for_which_no_port_is_left_is_told_so_without_a_walk()
    {
        TcpOptions settings = new() { FirstEphemeralPort = 40_000, LastEphemeralPort = 40_099 };
        TcpPorts ports = new(settings, new KeyedHash(1, 2), new Random(1));
        IPAddressValue local = IPAddressValue.FromIPv4(10, 0, 0, 1);
        IPAddressValue any = IPAddressValue.Any(AddressFamily.InterNetwork);
        TcpPort? last = null;
        for (int i = 0; i < 100; i++)
        {
            Assert.Equal(Errno.None, ports.Bind(local, 0, false, false, out last));
        }

        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(Errno.EADDRINUSE, ports.Bind(any, 0, false, false, out _));
            Assert.Equal(Errno.EADDRINUSE, ports.Bind(local, 0, false, false, out _));
        }

        Assert.Equal(200, ports.Searched);
        Assert.Equal(Errno.None, ports.Bind(IPAddressValue.FromIPv4(10, 0, 0, 9), 0, false, false, out _)); // an address where it is free
        ports.Release(last!);
        Assert.Equal(Errno.None, ports.Bind(local, 0, false, false, out TcpPort? again));
        Assert.Equal(last!.Number, again!.Number);
    }

    [Fact]
    public void A_datagram_socket_for_which_no_port_is_left_is_told_so_without_a_walk()
    {
        using StackRadio radio = new(new StackOptions { Seed = 1, MaxSockets = 20_000 });
        List<RadioSocket> sockets = [];
        RadioSocket Open()
        {
            Assert.False(radio.OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? socket).Failed);
            sockets.Add(socket!);
            return socket!;
        }

        IPEndPoint any = new(IPAddress.Any, 0);
        for (int i = 0; i < 16_384; i++)
        {
            Assert.False(Open().Bind(any).Failed);
        }

        RadioSocket late = Open();
        for (int i = 0; i < 1000; i++)
        {
            Assert.Equal(Errno.EADDRINUSE, late.Bind(any).Errno);
            Assert.True(late.TrySendTo(new byte[1], new IPEndPoint(IPAddress.Loopback, 9)).Failed);
        }

        Assert.Equal(16_384, radio.Udp.Searched);
        sockets[7].Close();
        Assert.False(late.Bind(any).Failed);
        sockets.ForEach(socket => socket.Close());
    }

    [Fact]
    public void Values_put_into_a_ring_anywhere_stay_in_order()
    {
        const int Seed = 5;
        Random random = new(Seed);
        Ring<int> ring = default;
        List<int> model = [];
        for (int i = 0; i < 5000; i++)
        {
            switch (random.Next(5))
            {
                case 0 when model.Count > 0:
                    ring.RemoveFirst();
                    model.RemoveAt(0);
                    break;
                default:
                    int place = random.Next(model.Count + 1);
                    ring.Insert(place, i);
                    model.Insert(place, i);
                    break;
            }

            Assert.Equal(model.Count, ring.Count);
        }

        for (int i = 0; i < model.Count; i++)
        {
            Assert.True(model[i] == ring[i], $"seed {Seed}, place {i}");
        }
    }
}
