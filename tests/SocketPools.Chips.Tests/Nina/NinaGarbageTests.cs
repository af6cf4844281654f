using SocketPools.Chips.Nina;
using SocketPools.Chips.Tests.Support;

namespace SocketPools.Chips.Tests.Nina;

/// <summary>Anything may come over the bus.</summary>
[Collection(nameof(AloneCollection))]
public sealed class NinaGarbageTests
{
    public static TheoryData<int> Seeds => [.. Enumerable.Range(0, 10).Select(i => HashCode.Combine(i, Environment.ProcessId))];

    [Theory(Timeout = 240_000), MemberData(nameof(Seeds))]
    public void Garbage_neither_throws_nor_takes_memory_and_every_frame_is_answered(int seed)
    {
        using Cable cable = new();
        using NinaBus bus = new(cable.Near, new NinaChipOptions { StartsConnected = true, ConnectTimeout = TimeSpan.FromMilliseconds(1), SendTimeout = TimeSpan.FromMilliseconds(1) });
        Random random = new(seed);
        long before = 0;
        for (int i = 0; i < 3000; i++)
        {
            try
            {
                bus.Frame(Next(random));
                ChipBus.Until(() => !bus.Chip.IsBusy, "an end of the work");
                if (random.Next(3) > 0)
                {
                    bus.Frame(new byte[random.Next(0, 5000)]);
                }
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

        long grown = GC.GetTotalMemory(forceFullCollection: true) - before;
        Assert.True(grown < 8 << 20, $"{grown} bytes more after seed {seed}");
    }

    private static byte[] Next(Random random)
    {
        byte[] frame = new byte[random.Next(8) == 0 ? random.Next(0, 6000) : random.Next(3, 60)];
        random.NextBytes(frame);
        if (frame.Length < 8 || random.Next(4) == 0)
        {
            return frame;
        }

        // Nearly right: a command with parameters of one byte, of which the first is often a socket. No pings, which take their 5 s.
        frame[0] = 0xE0;
        frame[1] = (byte)(random.Next(2) == 0 ? random.Next(0x28, 0x30) : random.Next(0x10, 0x60));
        frame[1] = frame[1] is 0x3E or 0x34 ? (byte)0x3F : frame[1];
        frame[2] = (byte)random.Next(6);
        for (int at = 3; at + 1 < frame.Length && random.Next(10) > 0; at += 2)
        {
            (frame[at], frame[at + 1]) = (1, (byte)random.Next(8));
        }

        return frame;
    }
}
