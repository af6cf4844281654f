using System.Globalization;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Two stacks and a wire that does everything wrong at once. Each seed is a world of its own.</summary>
[Collection(Alone.Name)]
public sealed class ChaosTests
{
    private static readonly int s_count =
        int.Parse(Environment.GetEnvironmentVariable("SOCKETPOOL_TCP_SEEDS") ?? "300", CultureInfo.InvariantCulture);

    private static readonly int s_first =
        int.Parse(Environment.GetEnvironmentVariable("SOCKETPOOL_TCP_FIRST_SEED") ?? "1", CultureInfo.InvariantCulture);

    [Fact]
    public void All_bytes_arrive_in_order_or_the_connection_fails_whatever_the_wire_does()
    {
        int whole = 0;
        for (int seed = s_first; seed < s_first + s_count; seed++)
        {
            try
            {
                whole += Run(seed) ? 1 : 0;
            }
            catch (Exception exception)
            {
                throw new InvalidOperationException(
                    $"Seed {seed}. Replay: SOCKETPOOL_TCP_FIRST_SEED={seed} SOCKETPOOL_TCP_SEEDS=1 dotnet run -- --filter-class \"*ChaosTests\"", exception);
            }
        }

        // Most get through: a stack that gives up is not proven by this.
        Assert.True(whole >= s_count * 9 / 10, $"only {whole} of {s_count} transfers were whole");
    }

    private static bool Run(int seed)
    {
        Random random = new(seed);
        WireFaults faults = new()
        {
            Loss = random.NextDouble() * 0.15 * random.Next(2),
            Duplication = random.NextDouble() * 0.1 * random.Next(2),
            Corruption = random.NextDouble() * 0.05 * random.Next(2),
            Delay = TimeSpan.FromMilliseconds(random.NextDouble() * 80),
            Jitter = TimeSpan.FromMilliseconds(random.NextDouble() * 60 * random.Next(2)),
            Rate = random.Next(3) == 0 ? 1_000_000L << random.Next(6) : 0,
            Queue = 5_000 << random.Next(6),
        };
        if (seed % 2 == 0)
        {
            faults = faults with { Together = TimeSpan.FromMilliseconds(1 << (seed / 2 % 5)) };
        }

        using FaultyWire wire = new(seed, faults, Settings(random), Settings(random), isIPv6: random.Next(2) == 0);
        wire.A.Mtu = random.Next(600, 9000);
        wire.B.Mtu = random.Next(600, 9000);
        wire.A.Offloads = Offloads(random);
        wire.B.Offloads = Offloads(random);
        long size = 1L << random.Next(1, 21);
        TcpSocketOptions options = new() { NoDelay = random.Next(2) == 0 };
        Transfer transfer = new(wire, seed, random.NextInt64(size), random.NextInt64(size), isGreedy: random.Next(2) == 0, options: options);
        bool ended = wire.Clock.RunUntil(() => transfer.IsDone, TimeSpan.FromHours(3));
        Assert.True(ended, $"hangs: {transfer.Client.Connection} {transfer.Server.Connection}");
        if (transfer.Client.IsWhole && transfer.Server.IsWhole)
        {
            Assert.Equal(transfer.Client.Sent, transfer.Server.Received);
            Assert.Equal(transfer.Server.Sent, transfer.Client.Received);
        }

        // Everything ends by itself, TIME-WAIT at last.
        wire.Clock.RunUntil(() => wire.A.Tcp.ConnectionCount + wire.B.Tcp.ConnectionCount == 0, TimeSpan.FromHours(1));
        Assert.Equal(0, wire.A.Tcp.ConnectionCount + wire.B.Tcp.ConnectionCount);
        return transfer.Client.IsWhole && transfer.Server.IsWhole;
    }

    private static TcpOptions Settings(Random random) => new()
    {
        CongestionControl = (TcpCongestionControl)random.Next(2),
        SelectiveAcknowledgments = random.Next(3) > 0,
        Timestamps = random.Next(3) > 0,
        WindowScaling = random.Next(3) > 0,
        ReceiveBuffer = 1 << random.Next(11, 18),
        MaxReceiveBuffer = 1 << random.Next(18, 22),
        SendBuffer = 1 << random.Next(11, 18),
        MaxOutOfOrderRanges = 1 << random.Next(2, 10),
    };

    private static LinkOffloads Offloads(Random random) => random.Next(3) switch
    {
        0 => LinkOffloads.None,
        1 => LinkOffloads.NoChecksums,
        _ => LinkOffloads.NoChecksums | LinkOffloads.Segmentation,
    };
}
