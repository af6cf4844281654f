using CsCheck;
using SocketPools.Stack.Core;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Interfaces;

/// <summary>Timers, routes and neighbours beside models so plain that they are right. A failure prints its seed.</summary>
[Collection(Alone.Name)]
public sealed class TableModelTests
{
    private const int Timers = 24;

    private enum TimerStep
    {
        Set,
        Clear,
        Remove,
        Pass,
    }

    [Fact]
    public void Timers_fire_when_a_list_says_so() =>
        Gen.Select(Gen.Enum<TimerStep>(), Gen.Int[0, Timers - 1], Gen.Int[0, 200]).Array[1, 300].Sample(steps =>
        {
            IngressClock clock = new();
            TimerQueue? queue = null;
            using TimerQueue made = new(clock, () => queue!.Run());
            queue = made;
            List<(int Timer, long At)> fired = [];
            StackTimer[] timers = [.. Enumerable.Range(0, Timers).Select(i => new StackTimer(() => fired.Add((i, queue.Now))))];
            long?[] model = new long?[Timers];
            foreach ((TimerStep step, int timer, int milliseconds) in steps)
            {
                long ticks = queue.Ticks(TimeSpan.FromMilliseconds(milliseconds));
                switch (step)
                {
                    case TimerStep.Set:
                        queue.Set(timers[timer], queue.Now + ticks);
                        model[timer] = queue.Now + ticks;
                        break;
                    case TimerStep.Clear:
                        TimerQueue.Clear(timers[timer]);
                        model[timer] = null;
                        break;
                    case TimerStep.Remove:
                        queue.Remove(timers[timer]);
                        model[timer] = null;
                        break;
                    case TimerStep.Pass:
                        long end = queue.Now + ticks;
                        (int Timer, long At)[] expected = [.. model.Select((at, i) => (Timer: i, At: at ?? long.MaxValue)).Where(t => t.At <= end)];
                        clock.Advance(TimeSpan.FromMilliseconds(milliseconds));
                        Assert.Equal(expected.Order(), fired.Order());
                        Assert.Equal(fired.Select(f => f.At), fired.Select(f => f.At).Order());
                        Array.ForEach(expected, t => model[t.Timer] = null);
                        fired.Clear();
                        break;
                }

                Assert.True(queue.Count >= model.Count(at => at is not null));
                Assert.True(queue.Count <= Timers);
            }

            clock.Advance(TimeSpan.FromSeconds(1));
            Assert.Equal(0, queue.Count);
        }, iter: 600);

    [Fact]
    public void The_longest_prefix_with_the_least_metric_is_found_as_by_a_search_through_all()
    {
        using HostileBench bench = new();
        NetworkInterface one = bench.Interface.Inner;
        Gen<Route> route = Gen.Select(Gen.UInt, Gen.Int[0, 32], Gen.Int[0, 2], Gen.UInt[0, 3]).Select((bits, length, metric, gateway) => new Route(
            new IPPrefix(IPAddressValue.FromIPv4(bits & 0xC0C0_0003).Masked(length), length), gateway == 0 ? default : IPAddressValue.FromIPv4(gateway), one, metric));
        Gen.Select(route.Array[1, 20], Gen.UInt.Array[1, 20], Gen.Int[0, 32]).Sample((routes, addresses, removed) =>
        {
            RouteTable table = new(limit: int.MaxValue);
            List<Route> model = [];
            foreach (Route added in routes)
            {
                int version = table.Version;
                table.Add(added);
                Assert.NotEqual(version, table.Version);
                model.RemoveAll(r => r.Network == added.Network && r.Gateway == added.Gateway);
                model.Add(added);
            }

            table.RemoveAll(r => r.Network.Length == removed);
            model.RemoveAll(r => r.Network.Length == removed);
            foreach (uint bits in addresses)
            {
                IPAddressValue address = IPAddressValue.FromIPv4(bits & 0xC0C0_0003);
                Route? best = model.Where(r => r.Network.Contains(address)).OrderByDescending(r => r.Network.Length).ThenBy(r => r.Metric).FirstOrDefault();
                Route? found = table.Find(address, null);
                Assert.Equal((best?.Network, best?.Metric), (found?.Network, found?.Metric));
            }
        }, iter: 2000, threads: 1);
    }

    [Fact]
    public void Of_too_many_neighbours_those_go_that_were_never_used_and_then_the_one_unused_for_longest()
    {
        const int Limit = 4;
        Gen.Select(Gen.UInt[16, 27], Gen.Bool).Array[1, 60].Sample(steps =>
        {
            using HostileBench bench = new(options => options with { MaxNeighbors = Limit }, isIntroduced: false);
            List<(IPAddressValue Address, bool IsUsed)> model = []; // who goes first comes first
            foreach ((uint number, bool isUsed) in steps)
            {
                IPAddressValue address = IPAddressValue.FromIPv4(0xC000_0200 + number);
                bench.Advance(0.001);
                int place = model.FindIndex(n => n.Address == address);
                bool wasUsed = place >= 0 && model[place].IsUsed;
                if (place < 0 && model.Count == Limit)
                {
                    model.RemoveAt(0);
                }

                if (place < 0 || isUsed)
                {
                    model.RemoveAll(n => n.Address == address);
                    model.Insert(isUsed ? model.Count : model.Count(n => !n.IsUsed), (address, isUsed || wasUsed));
                }

                // It asks us, and with isUsed something is sent to it.
                bench.Give(Craft.Arp(ArpPacket.Request(Craft.Peer, address, HostileBench.Station)));
                if (isUsed)
                {
                    bench.GivePacket(Craft.IcmpPacket(address, HostileBench.Station, Icmpv4Message.EchoRequest(1, 1), default));
                }

                bench.TakeSent();
                Assert.Equal(model.Select(n => n.Address.ToString()).Order(), bench.Interface.Inner.Neighbors.All.Select(n => n.Address.ToString()).Order());
            }
        }, iter: 300, threads: 1);
    }
}
