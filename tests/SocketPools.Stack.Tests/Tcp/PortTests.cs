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
