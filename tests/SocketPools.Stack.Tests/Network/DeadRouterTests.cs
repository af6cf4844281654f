using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Fuzz.Ingress;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tests.Hostile;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Tests.Hostile.HostileBench;

namespace SocketPools.Stack.Tests.Network;

/// <summary>A router that does not answer is left for one that does (RFC 1122, 3.3.1.4; RFC 4861, 6.3.6 and 7.3.3).</summary>
[Collection(Alone.Name)]
public sealed class DeadRouterTests
{
    private const int First = 1;
    private const int Second = 3;

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void What_waits_for_a_router_that_never_answers_goes_to_the_other_and_so_does_all_that_follows(bool isIPv6)
    {
        using Routers r = new(isIPv6) { Alive = { Second } };
        r.Send(1);
        r.Play(4);
        Assert.Equal([(Second, 1)], r.TakeArrived());
        r.Send(2);
        r.Play(0.1);
        Assert.Equal([(Second, 2)], r.TakeArrived());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_router_that_dies_is_left_when_it_is_found_out_and_taken_again_when_it_is_back(bool isIPv6)
    {
        using Routers r = new(isIPv6) { Alive = { First, Second } };
        r.Send(1);
        r.Play(1);
        Assert.Equal([(First, 1)], r.TakeArrived());
        r.Alive.Remove(First);
        r.Play(31); // it is no longer sure that it is there
        r.Send(2);
        r.Play(9); // DELAY_FIRST_PROBE_TIME and three questions
        r.TakeArrived();
        r.Send(3);
        r.Play(1);
        Assert.Equal([(Second, 3)], r.TakeArrived());
        r.Alive.Add(First);
        r.Play(61); // it is asked once a minute
        r.Send(4);
        r.Play(1);
        Assert.Equal([(First, 4)], r.TakeArrived());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void One_that_is_known_is_preferred_to_one_that_is_not(bool isIPv6)
    {
        using Routers r = new(isIPv6) { Alive = { First, Second } };
        r.Introduce(Second);
        r.Send(1);
        r.Play(0.1);
        Assert.Equal([(Second, 1)], r.TakeArrived());
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_dead_router_that_only_asks_is_not_alive_before_it_answers(bool isIPv6)
    {
        using Routers r = new(isIPv6) { Alive = { Second } };
        r.Send(1);
        r.Play(4);
        r.Introduce(First);
        r.Send(2);
        r.Play(0.1);
        Assert.Equal([(Second, 1), (Second, 2)], r.TakeArrived());
        r.Alive.Add(First);
        r.Play(1.2); // the next question
        r.Send(3);
        r.Play(0.1);
        Assert.Equal([(First, 3)], r.TakeArrived());
    }

    [Fact]
    public void A_connect_goes_by_the_router_that_answers_and_fails_where_none_does()
    {
        using Routers r = new(isIPv6: false) { Alive = { Second } };
        RadioSocket socket = r.Bench.Open(SocketType.Stream);
        socket.TryConnect(new IPEndPoint(IPAddress.Parse("198.51.100.7"), 80));
        r.Play(4);
        Assert.Equal(Errno.EAGAIN, socket.TrySend(new byte[1]).Errno);
        Assert.All(r.TakeArrived(), frame => Assert.Equal(Second, frame.Router));
        r.Alive.Clear();
        r.Play(60);
        r.Send(1);
        r.Play(10);
        RadioSocket other = r.Bench.Open(SocketType.Stream);
        other.TryConnect(new IPEndPoint(IPAddress.Parse("198.51.100.8"), 80));
        r.Play(10);
        Assert.Equal(Errno.EHOSTUNREACH, other.TrySend(new byte[1]).Errno);
    }

    [Fact]
    public void A_connection_that_is_up_goes_on_by_the_other_router()
    {
        using Routers r = new(isIPv6: false) { Alive = { First, Second } };
        HostileBench b = r.Bench;
        RadioSocket socket = b.Open(SocketType.Stream);
        socket.TryConnect(new IPEndPoint(IPAddress.Parse("198.51.100.7"), 80));
        r.Play(0.1);
        byte[] syn = r.LastPacket;
        Assert.True(IPv4View.TryRead(syn, syn.Length, out IPv4View packet));
        Assert.True(TcpView.TryRead(packet.Payload, out TcpView view));
        TcpHeader answer = new(80, view.SourcePort, new SequenceNumber(1000), view.Sequence + 1, TcpFlags.Syn | TcpFlags.Ack, 65535);
        b.Give(Craft.Ethernet(Craft.TcpPacket(IPAddressValue.Parse("198.51.100.7"), Station, answer), from: Routers.Hardware(First)));
        r.Play(1);
        r.TakeArrived();
        r.Alive.Remove(First);
        r.Play(31);
        Assert.Equal(5, socket.TrySend(new byte[5]).Count);
        r.Play(15);
        Assert.Contains(Second, r.TakeArrived().Select(frame => frame.Router));
    }

    [Fact]
    public void Of_routers_that_are_all_dead_each_is_tried_in_its_turn()
    {
        using Routers r = new(isIPv6: false);
        List<int> asked = [];
        for (int i = 0; i < 4; i++)
        {
            r.Send(i);
            asked.Add(r.TakeAsked());
            r.Play(7); // at first the packet goes on to the second, in vain
        }

        Assert.Equal([First, First, Second, First], asked);
    }

    [Fact]
    public void A_larger_metric_is_taken_while_the_smaller_one_s_router_is_dead()
    {
        using Routers r = new(isIPv6: false, secondMetric: 100) { Alive = { Second } };
        r.Introduce(Second);
        r.Send(1);
        r.Play(0.5);
        Assert.Empty(r.TakeArrived());
        r.Play(4);
        Assert.Equal([(Second, 1)], r.TakeArrived());
    }

    /// <summary>Two default routers, played by hand, of which some answer.</summary>
    private sealed class Routers : IDisposable
    {
        private readonly bool _isIPv6;
        private readonly RadioSocket _socket;
        private readonly List<(int Router, int Number)> _arrived = [];

        internal Routers(bool isIPv6, int secondMetric = 0)
        {
            _isIPv6 = isIPv6;
            Bench = new HostileBench(isIntroduced: false);
            NetworkStack stack = Bench.Radio.Network;
            using (stack.Gate.EnterScope())
            {
                IPPrefix all = IPPrefix.All(isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
                stack.Routes.Add(new Route(all, Address(First), Bench.Interface.Inner, 0));
                stack.Routes.Add(new Route(all, Address(Second), Bench.Interface.Inner, secondMetric));
            }

            _socket = Bench.Open(SocketType.Dgram, isIPv6 ? AddressFamily.InterNetworkV6 : AddressFamily.InterNetwork);
        }

        internal HostileBench Bench { get; }

        internal HashSet<int> Alive { get; } = [];

        internal byte[] LastPacket { get; private set; } = [];

        internal static MacAddress Hardware(int router) => MacAddress.Read([2, 0, 0, 0, 9, (byte)router]);

        internal void Send(int number) => Assert.False(_socket.TrySendTo(
            new byte[10 + number], new IPEndPoint(IPAddress.Parse(_isIPv6 ? "2001:db8:9::7" : "198.51.100.9"), 9)).Failed);

        /// <summary>The router asks for the station, which then knows where it is.</summary>
        internal void Introduce(int router)
        {
            Bench.Give(_isIPv6
                ? Craft.Ethernet(Craft.Solicitation(Address(router), Station6, Hardware(router)), from: Hardware(router))
                : Craft.Arp(ArpPacket.Request(Hardware(router), Address(router), Station)));
        }

        /// <summary>Lets time go by, in which those that are alive answer.</summary>
        internal void Play(double seconds)
        {
            Answer();
            for (double left = seconds; left > 0; left -= 0.1)
            {
                Bench.Advance(0.1);
                Answer();
            }
        }

        internal List<(int Router, int Number)> TakeArrived()
        {
            List<(int, int)> arrived = [.. _arrived];
            _arrived.Clear();
            return arrived;
        }

        /// <summary>Which router is asked for.</summary>
        internal int TakeAsked() => Bench.TakeSent().Select(Asked).First(router => router != 0);

        public void Dispose() => Bench.Dispose();

        private IPAddressValue Address(int router) =>
            _isIPv6 ? IPAddressValue.FromIPv6(0xFE80_0000_0000_0000, (uint)router) : IPAddressValue.FromIPv4(0xC000_0200u + (uint)router);

        private void Answer()
        {
            while (Bench.TakeSent() is { Count: > 0 } frames)
            {
                foreach (byte[] frame in frames)
                {
                    int router = Asked(frame);
                    if (router != 0 && Alive.Contains(router))
                    {
                        Bench.Give(_isIPv6
                            ? Craft.Ethernet(Craft.Advertisement(Address(router), IPAddressValue.ReadIPv6(frame.AsSpan(22)), new NeighborAdvertisement(Address(router), Hardware(router)) { IsSolicited = true, IsOverride = true, IsRouter = true }), from: Hardware(router))
                            : Craft.Arp(ArpPacket.Request(Craft.Station, Station, Address(router)).ReplyFrom(Hardware(router)), Craft.Station));
                    }
                    else if (IsData(frame) && Alive.Contains(frame[5]))
                    {
                        LastPacket = frame[14..];
                        _arrived.Add((frame[5], frame.Length - 14 - 8 - 10 - (_isIPv6 ? 40 : 20)));
                    }
                }
            }
        }

        private static bool IsData(byte[] frame) =>
            frame[4] == 9 && (frame[12] == 8 && frame[13] == 0 ? frame[23] : frame[20]) is IPProtocol.Udp or IPProtocol.Tcp;

        // The router that a frame asks for, 0 for none.
        private static int Asked(byte[] frame)
        {
            bool isArp = frame[12] == 8 && frame[13] == 6 && frame[21] == 1;
            bool isSolicitation = frame[12] == 0x86 && frame[20] == IPProtocol.Icmpv6 && frame[54] == (byte)Icmpv6Type.NeighborSolicitation;
            return isArp ? frame[41] : isSolicitation ? frame[77] : 0;
        }
    }
}
