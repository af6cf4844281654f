namespace SocketPools.Simulation.Scripts;

/// <summary>Lines that make rules about packets: <c>loss 10% between web desk port 80</c>.</summary>
internal static class PacketFaults
{
    /// <summary>Reads the fault that a word names; null when it names none.</summary>
    internal static Func<FaultScope, FaultRule>? Read(string word, ScriptWords words)
    {
        switch (word)
        {
            case "cut":
                return static scope => scope.Cut();
            case "loss":
                double loss = words.TakeProbability("a probability");
                return scope => scope.Loss(loss);
            case "burst-loss":
                (double toBad, double toGood) = (words.TakeProbability("the probability of a burst"), words.TakeProbability("the probability of its end"));
                return scope => scope.BurstLoss(toBad, toGood);
            case "delay":
                TimeSpan delay = words.TakeTime("a time");
                TimeSpan jitter = words.TryTake("jitter") ? words.TakeTime("the jitter") : TimeSpan.Zero;
                return scope => scope.Delay(delay, jitter);
            case "reorder":
                (double reorder, TimeSpan late) = (words.TakeProbability("a probability"), words.TakeTime("a time"));
                return scope => scope.Reorder(reorder, late);
            case "duplicate":
                double duplicate = words.TakeProbability("a probability");
                return scope => scope.Duplicate(duplicate);
            case "corrupt":
                double corrupt = words.TakeProbability("a probability");
                return scope => scope.Corrupt(corrupt);
            case "mark":
                double mark = words.TakeProbability("a probability");
                return scope => scope.MarkCongestion(mark);
            case "mtu":
                int mtu = words.TakeInteger("the MTU", 68, 65535);
                return scope => scope.Mtu(mtu);
            case "bandwidth":
                return ReadBandwidth(words);
            default:
                return null;
        }
    }

    /// <summary>Reads where: <c>between A B</c>, <c>from A to B</c>, <c>at A</c>, <c>on SWITCH</c>, <c>everywhere</c> or nothing, and then <c>port N</c>.</summary>
    internal static Func<SimulatedNetwork, FaultScope> ReadScope(ScriptWords words)
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
            _ = words.TryTake("to") ? true : throw new FormatException("\"to\" is expected.");
            string to = words.Take("a device");
            scope = network => network.From(network.FindDevice(from), network.FindDevice(to));
        }
        else if (words.TryTake("at"))
        {
            string at = words.Take("a device");
            scope = network => network.At(network.FindDevice(at));
        }
        else if (words.TryTake("on"))
        {
            string on = words.Take("a switch");
            scope = network => network.On(network.FindSwitch(on));
        }
        else
        {
            words.TryTake("everywhere");
            scope = network => network.Everywhere;
        }

        if (!words.TryTake("port"))
        {
            return scope;
        }

        int port = words.TakeInteger("a port", 1, 65535);
        return network => scope(network).OnPort(port);
    }

    private static Func<FaultScope, FaultRule> ReadBandwidth(ScriptWords words)
    {
        long rate = words.TakeAmount("bits per second");
        _ = rate > 0 ? true : throw new FormatException("A bandwidth of 0 passes nothing: write cut.");
        int queue = words.TryTake("queue") ? (int)Math.Min(int.MaxValue, words.TakeAmount("the bytes of the queue")) : 64 * 1024;
        return words.TryTake("codel") ? scope => scope.BandwidthCoDel(rate, queue) : scope => scope.Bandwidth(rate, queue);
    }
}
