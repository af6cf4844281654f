using SocketPools.Chips.Tests.Support;

namespace SocketPools.Chips.Tests.Wiznet;

/// <summary>Anything may come over the bus.</summary>
[Collection(nameof(AloneCollection))]
public sealed class GarbageTests
{
    private static readonly int[] s_telling = [0, 1, 1, 1, 0x24, 0x28, 0x1E];

    public static TheoryData<string, int> Runs => new(
        from kind in (string[])["W5500", "W5100S"]
        from i in Enumerable.Range(0, 10)
        select (kind, HashCode.Combine(kind.Length, i, Environment.ProcessId)));

    [Theory(Timeout = 240_000), MemberData(nameof(Runs))]
    public void Garbage_neither_throws_nor_takes_memory(string kind, int seed)
    {
        using Cable cable = new();
        using ChipBus bus = new(kind, cable.Near);
        Random random = new(seed);
        long before = 0;
        for (int i = 0; i < 4000; i++)
        {
            try
            {
                bus.Frame(Next(random, kind));
            }
            catch (Exception e) when (e is not OutOfMemoryException)
            {
                throw new InvalidOperationException($"Frame {i} of seed {seed} threw.", e);
            }

            if (i == 1000)
            {
                before = GC.GetTotalMemory(forceFullCollection: true);
            }
        }

        bus.Chip.Reset();
        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 8 << 20, $"{grown} bytes more after seed {seed}");
        bus.OpenUdp(1, 5558); // and the chip still works
    }

    /// <summary>Noise, and frames that are nearly right: commands and registers of any socket with any values.</summary>
    private static byte[] Next(Random random, string kind)
    {
        byte[] frame = new byte[random.Next(8) == 0 ? random.Next(0, 5000) : random.Next(3, 40)];
        random.NextBytes(frame);
        if (frame.Length < 4 || random.Next(4) == 0)
        {
            return frame;
        }

        int register = random.Next(3) == 0 ? random.Next(0x30) : s_telling[random.Next(7)];
        frame[3] = register == 1 ? (byte)(1 << random.Next(8)) : register == 0 ? (byte)random.Next(1, 3) : frame[3];
        if (kind == "W5500")
        {
            (frame[0], frame[1], frame[2]) = (0, (byte)register, (byte)((((random.Next(8) * 4) + random.Next(4)) << 3) | random.Next(8)));
        }
        else
        {
            (frame[0], frame[1], frame[2]) = (random.Next(3) == 0 ? (byte)0x0F : (byte)0xF0, (byte)(4 + random.Next(4)), (byte)register);
        }

        return frame;
    }
}
