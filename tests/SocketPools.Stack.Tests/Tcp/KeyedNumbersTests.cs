using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Numbers that strangers must not foretell: hashes, first sequence numbers (RFC 6528), ports (RFC 6056).</summary>
public sealed class KeyedNumbersTests
{
    private static readonly IPAddressValue s_any = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork);

    [Fact]
    public void The_hash_is_SipHash_2_4()
    {
        // The example of the paper's appendix A.
        KeyedHash hash = new(0x0706050403020100, 0x0F0E0D0C0B0A0908);
        byte[] input = [.. Enumerable.Range(0, 15).Select(i => (byte)i)];
        Assert.Equal(0xA129CA6149BE45E5, hash.Of(input));
    }

    [Fact]
    public void First_sequence_numbers_of_the_same_ends_rise_by_250000_a_second_and_of_others_are_elsewhere()
    {
        VirtualClock clock = new();
        TestNetwork network = new(clock, IPAddressValue.FromIPv4(10, 0, 0, 1), 5, new TcpOptions());
        using (network.Gate.EnterScope())
        {
            FourTuple tuple = new(network.Address, 1000, IPAddressValue.FromIPv4(10, 0, 0, 2), 80);
            long first = network.Tcp.NextSequence(tuple);
            long other = network.Tcp.NextSequence(tuple with { LocalPort = 1001 });
            clock.Advance(TimeSpan.FromSeconds(2));
            Assert.Equal(500_000, new SequenceNumber((uint)network.Tcp.NextSequence(tuple)) - new SequenceNumber((uint)first));
            Assert.True(Math.Abs(new SequenceNumber((uint)other) - new SequenceNumber((uint)first)) > 100_000);
        }
    }

    [Fact]
    public void The_same_seed_gives_the_same_numbers_and_another_one_others()
    {
        Assert.Equal(Numbers(5), Numbers(5));
        Assert.NotEqual(Numbers(5), Numbers(6));
    }

    [Fact]
    public void When_all_ports_are_taken_another_peer_may_still_be_reached_and_the_same_one_not()
    {
        TestNetwork network = new(new VirtualClock(), IPAddressValue.FromIPv4(10, 0, 0, 1), 5, new TcpOptions { FirstEphemeralPort = 40_000, LastEphemeralPort = 40_009 });
        using (network.Gate.EnterScope())
        {
            HashSet<ushort> ports = [];
            for (int i = 0; i < 10; i++)
            {
                Assert.Equal(Errno.None, Connect(network, 2, out TcpConnection? connection));
                Assert.True(ports.Add(connection!.Tuple.LocalPort));
            }

            Assert.Equal(Errno.EADDRNOTAVAIL, Connect(network, 2, out _));
            Assert.Equal(Errno.None, Connect(network, 3, out TcpConnection? other));
            Assert.Contains(other!.Tuple.LocalPort, ports);
            Assert.Equal(Errno.EADDRINUSE, network.Tcp.Bind(s_any, 0, false, false, out _));
            network.Tcp.Clear();
            Assert.Equal(Errno.None, network.Tcp.Bind(s_any, 0, false, false, out _));
        }
    }

    private static List<(long, ushort)> Numbers(int seed)
    {
        TestNetwork network = new(new VirtualClock(), IPAddressValue.FromIPv4(10, 0, 0, 1), seed, new TcpOptions());
        List<(long, ushort)> numbers = [];
        using (network.Gate.EnterScope())
        {
            for (int i = 0; i < 5; i++)
            {
                Connect(network, (byte)(2 + i), out TcpConnection? connection);
                numbers.Add((network.Tcp.NextSequence(connection!.Tuple), connection.Tuple.LocalPort));
            }

            network.Tcp.Clear();
        }

        return numbers;
    }

    private static Errno Connect(TestNetwork network, byte peer, out TcpConnection? connection) =>
        network.Tcp.Connect(null, s_any, IPAddressValue.FromIPv4(10, 0, 0, peer), 80, false, default, null, out connection);
}
