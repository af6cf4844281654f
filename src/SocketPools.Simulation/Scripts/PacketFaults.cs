namespace SocketPools.Simulation.Scripts;

/// <summary>Lines that make rules about packets: <c>loss 10% between web desk port 80</c>.</summary>
internal static class PacketFaults
{
    private static readonly TimeSpan s_reordering = TimeSpan.FromMilliseconds(5);

    private static readonly Dictionary<string, Func<ScriptWords, Func<FaultScope, FaultRule>>> s_readers = new(StringComparer.Ordinal)
    {
        ["cut"] = static _ => static scope => scope.Cut(),
        ["loss"] = static words => OfProbability(words, static (scope, p) => scope.Loss(p)),
        ["burst-loss"] = ReadBurstLoss,
        ["delay"] = ReadDelay,
        ["reorder"] = ReadReordering,
        ["duplicate"] = static words => OfProbability(words, static (scope, p) => scope.Duplicate(p)),
        ["corrupt"] = static words => OfProbability(words, static (scope, p) => scope.Corrupt(p)),
        ["mark"] = static words => OfProbability(words, static (scope, p) => scope.MarkCongestion(p)),
        ["mtu"] = ReadMtu,
        ["bandwidth"] = ReadBandwidth,
    };

    internal static IEnumerable<string> Names => s_readers.Keys;

    /// <summary>The reader of the fault that a word names; null when it names none.</summary>
    internal static Func<ScriptWords, Func<FaultScope, FaultRule>>? Find(string word) => s_readers.GetValueOrDefault(word);

    /// <summary>Reads where a fault is, after what it is.</summary>
    internal static Func<TimeSpan?, ScriptAction> ReadWhere(ScriptWords words, Func<FaultScope, FaultRule> fault)
    {
        Func<SimulatedNetwork, FaultScope> scope = ReadScope(words);
        return _ => network =>
        {
            FaultScope found = scope(network);
            return () => fault(found);
        };
    }

    // between A B, from A to B, at A, on SWITCH, everywhere or nothing, and then port N.
    private static Func<SimulatedNetwork, FaultScope> ReadScope(ScriptWords words)
    {
        Func<SimulatedNetwork, FaultScope> scope;
        if (words.TryTake("between"))
        {
            (string a, string b) = (words.Take("a device"), words.Take("another device"));
            scope = network => network.Between(network.FindDevice(a), network.FindDevice(b));
        }
        else if (words.TryTake("from"))
        {
            string from = words.Take("a device");
            _ = words.Take("\"to\"") == "to" ? true : throw words.Wrong("\"to\" is expected: from A to B");
            string to = words.Take("a device");
            scope = network => network.From(network.FindDevice(from), network.FindDevice(to));
        }
        else if (words.TryTake("at"))
        {
            string at = words.Take("a device or an access point");
            scope = network => network.TryFindAccessPoint(at) is { } ap ? network.At(ap) : network.At(network.FindDevice(at));
        }
        else if (words.TryTake("on"))
        {
            string on = words.Take("a switch");
            scope = network => network.On(network.FindSwitch(on));
        }
        else
        {
            words.TryTake("everywhere");
            scope = static network => network.Everywhere;
        }

        if (!words.TryTake("port"))
        {
            return words.Peek() is null or "for" or "until"
                ? scope
                : throw words.Unexpected("between A B, from A to B, at A, on SWITCH, everywhere, port N, for TIME, until TIME");
        }

        int port = words.TakeInteger("a port", 1, 65535);
        return network => scope(network).OnPort(port);
    }

    private static Func<FaultScope, FaultRule> OfProbability(ScriptWords words, Func<FaultScope, double, FaultRule> begin)
    {
        double probability = words.TakeProbability("a probability");
        return scope => begin(scope, probability);
    }

    private static Func<FaultScope, FaultRule> ReadBurstLoss(ScriptWords words)
    {
        (double toBad, double toGood) = (words.TakeProbability("the probability of a burst"), words.TakeProbability("the probability of its end"));
        double inBad = words.TryTake("loss-in-bad") ? words.TakeProbability("a probability") : 1;
        double inGood = words.TryTake("loss-in-good") ? words.TakeProbability("a probability") : 0;
        return scope => scope.BurstLoss(toBad, toGood, inBad, inGood);
    }

    private static Func<FaultScope, FaultRule> ReadDelay(ScriptWords words)
    {
        TimeSpan delay = words.TakeTime("a time");
        TimeSpan jitter = words.TryTake("jitter") ? words.TakeTime("the jitter") : TimeSpan.Zero;
        return scope => scope.Delay(delay, jitter);
    }

    private static Func<FaultScope, FaultRule> ReadReordering(ScriptWords words)
    {
        double probability = words.TakeProbability("a probability");
        TimeSpan delay = words.Peek() is [>= '0' and <= '9', ..] ? words.TakeTime("a time") : s_reordering;
        return scope => scope.Reorder(probability, delay);
    }

    private static Func<FaultScope, FaultRule> ReadMtu(ScriptWords words)
    {
        int mtu = words.TakeInteger("the MTU", 68, 65535);
        return scope => scope.Mtu(mtu);
    }

    private static Func<FaultScope, FaultRule> ReadBandwidth(ScriptWords words)
    {
        long rate = words.TakeRate("bits per second");
        int? queue = words.TryTake("queue") ? (int)Math.Min(int.MaxValue, words.TakeSize("the bytes of the queue")) : null;
        if (!words.TryTake("codel"))
        {
            return scope => scope.Bandwidth(rate, queue ?? 64 * 1024);
        }

        TimeSpan? target = words.TryTake("target") ? words.TakeTime("the target") : null;
        TimeSpan? interval = words.TryTake("interval") ? words.TakeTime("the interval") : null;
        _ = interval != TimeSpan.Zero ? true : throw words.Wrong("the interval of CoDel is longer than 0");
        bool marks = words.TryTake("marks");
        return scope => scope.BandwidthCoDel(rate, queue ?? 1024 * 1024, target, interval, marks);
    }
}
