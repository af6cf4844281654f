using SocketPools.Stack.Core;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tests.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Hostile;

/// <summary>What strangers must not foretell is from the system's cryptographic generator, and what one peer sees tells it of no other.</summary>
public sealed class SecretTests
{
    private static readonly IPAddressValue s_local = IPAddressValue.FromIPv4(10, 0, 0, 1);

    [Fact]
    public void Without_a_seed_every_random_number_is_the_systems()
    {
        using StackRadio radio = new();
        Assert.Null(radio.Seed);
        Assert.IsType<SystemRandom>(radio.Network.Random);
        using StackRadio seeded = new(new StackOptions { Seed = 1 });
        Assert.Equal(1, seeded.Seed);
        Assert.IsNotType<SystemRandom>(seeded.Network.Random);
    }

    [Fact]
    public void No_other_generator_is_made_in_the_stack()
    {
        string[] others = [.. Directory.GetFiles(Path.Combine(Repository.Root, "src", "SocketPools.Stack"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}", StringComparison.Ordinal))
            .Where(file => File.ReadAllText(file).Contains("new Random(", StringComparison.Ordinal)).Select(file => Path.GetFileName(file))];
        Assert.Equal(["StackCore.cs"], others);
    }

    [Fact]
    public void The_systems_numbers_are_in_range_and_spread_evenly()
    {
        SystemRandom random = new();
        int[] counts = new int[16];
        for (int i = 0; i < 16_000; i++)
        {
            counts[random.Next(16)]++;
            Assert.InRange(random.Next(-3, 4), -3, 3);
            Assert.InRange(random.NextInt64(1L << 32), 0, (1L << 32) - 1);
            Assert.InRange(random.NextDouble(), 0, 0.9999999999999999);
            Assert.InRange(random.NextSingle(), 0, 0.99999994f);
        }

        // Twelve standard deviations: chance does not do that.
        Assert.All(counts, count => Assert.InRange(count, 1000 - 370, 1000 + 370));
        byte[] one = new byte[32];
        byte[] other = new byte[32];
        random.NextBytes(one);
        random.NextBytes(other.AsSpan());
        Assert.NotEqual(one, other);
        Assert.Throws<ArgumentOutOfRangeException>(() => random.Next(-1));
        Assert.Equal(0, random.Next(1));
    }

    [Fact]
    public void The_identification_of_packets_to_one_peer_tells_nothing_of_those_to_others()
    {
        VirtualClock clock = new();
        using TimerQueue timers = new(clock, () => { });
        FragmentIdentification identification = new(new Random(9), timers);
        int mine = identification.Choose(s_local, IPAddressValue.FromIPv4(10, 0, 0, 2), IPProtocol.Udp);
        int others = identification.Choose(s_local, IPAddressValue.FromIPv4(10, 0, 0, 3), IPProtocol.Udp);
        Assert.NotEqual(mine, others);
        ushort first = identification.Next(mine);
        for (int i = 0; i < 1000; i++)
        {
            identification.Next(others);
        }

        Assert.Equal((ushort)(first + 1), identification.Next(mine));

        // After some time the step is anything up to its milliseconds: an idle host cannot be read like a counter.
        HashSet<int> steps = [];
        for (int i = 0; i < 20; i++)
        {
            ushort before = identification.Next(mine);
            clock.Advance(TimeSpan.FromSeconds(1));
            steps.Add((ushort)(identification.Next(mine) - before));
        }

        Assert.All(steps, step => Assert.InRange(step, 1, 1001));
        Assert.True(steps.Count > 10, $"{steps.Count} different steps");
    }
}
