using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// The identification of IPv4 packets that may be cut into fragments (RFC 791, 3.2; RFC 6864), as Linux has it: counters chosen by a
/// secret from the addresses, each of which goes on by a random step that grows with the time since its last use. So what one peer
/// gets tells it nothing of what others got (RFC 7739, section 5), and a number comes again late.
/// </summary>
internal sealed class FragmentIdentification(Random random, TimerQueue timers)
{
    private const int CounterCount = 1024;

    private readonly KeyedHash _hash = new(random);
    private readonly long _millisecond = Math.Max(1, timers.Frequency / 1000);
    private Counter[]? _counters;

    /// <summary>The counter for an address and a protocol: a path keeps its number.</summary>
    internal int Choose(in IPAddressValue local, in IPAddressValue remote, byte protocol)
    {
        Span<byte> bytes = stackalloc byte[33];
        int length = local.Write(bytes);
        length += remote.Write(bytes[length..]);
        bytes[length++] = protocol;
        return (int)(_hash.Of(bytes[..length]) % CounterCount);
    }

    /// <summary>The next number, and as many behind it for the packets that a link makes of one.</summary>
    internal ushort Next(int chosen, int count = 1)
    {
        long now = timers.Now;
        _counters ??= new Counter[CounterCount];
        ref Counter counter = ref _counters[chosen];
        long idle = counter.IsUsed ? (now - counter.UsedAt) / _millisecond : ushort.MaxValue;
        counter.IsUsed = true;
        counter.UsedAt = now;
        int step = idle > 1 ? random.Next((int)Math.Min(idle, ushort.MaxValue)) : 0;
        ushort first = (ushort)(counter.Number + step + 1);
        counter.Number = (ushort)(first + count - 1);
        return first;
    }

    private struct Counter
    {
        internal bool IsUsed;
        internal ushort Number;
        internal long UsedAt;
    }
}
