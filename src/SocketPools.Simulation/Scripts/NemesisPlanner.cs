using System.Globalization;

namespace SocketPools.Simulation.Scripts;

/// <summary>Makes the plan of a nemesis. Each fault is one rule, so that a plan can be reduced by the numbers of rules.</summary>
internal sealed class NemesisPlanner
{
    private readonly SimulatedNetwork _network;
    private readonly NemesisOptions _options;
    private readonly Random _random;
    private readonly SimulatedDevice[] _devices;
    private readonly Func<(string, Func<FaultRule>)>[] _kinds;

    internal NemesisPlanner(SimulatedNetwork network, NemesisOptions options, Random random)
    {
        _network = network;
        _options = options;
        _random = random;
        _devices = [.. options.Devices ?? [.. network.Nodes.Where(n => !network.Dns.IsServer(n.Name)).Cast<SimulatedDevice>().Concat(network.Routers)]];
        if (_devices.Length == 0)
        {
            throw new InvalidOperationException("There is no node or router for faults to happen to.");
        }

        _kinds =
        [
            Loss, BurstLoss, Delay, Duplicate, Reorder, Bandwidth, Dns, Freeze, Isolate,
            .. _devices.Length > 1 ? (Func<(string, Func<FaultRule>)>[])[Partition, Partition, OneWay] : [],
            .. options.Crashes ? (Func<(string, Func<FaultRule>)>[])[PowerOff] : [],
            .. _devices.OfType<SimulatedNode>().Any() ? (Func<(string, Func<FaultRule>)>[])[Sleep, Skew] : [],
            .. _devices.OfType<SimulatedRouter>().Any(r => r.DhcpServers.Count > 0) ? (Func<(string, Func<FaultRule>)>[])[Dhcp] : [],
            .. _devices.OfType<SimulatedRouter>().Any(r => r.Nat is not null) ? (Func<(string, Func<FaultRule>)>[])[Nat] : [],
        ];
    }

    internal IReadOnlyList<PlannedFault> Make()
    {
        List<PlannedFault> plan = [];
        for (int i = 0; i < _options.Faults; i++)
        {
            // Later faults stay within the whole time.
            TimeSpan start = _options.Duration * (_random.NextDouble() * 0.95);
            TimeSpan longest = _options.Duration - start < _options.MaxFaultDuration ? _options.Duration - start : _options.MaxFaultDuration;
            TimeSpan duration = Whole(longest * (0.1 + (_random.NextDouble() * 0.9)));
            (string description, Func<FaultRule> begin) = _kinds[_random.Next(_kinds.Length)]();
            plan.Add(new PlannedFault(Whole(start), duration, description, begin));
        }

        return [.. plan.OrderBy(f => f.Start)];
    }

    private static TimeSpan Whole(TimeSpan time) => TimeSpan.FromMilliseconds(Math.Max(1, (long)time.TotalMilliseconds));

    private static string Text(double number) => number.ToString("0.###", CultureInfo.InvariantCulture);

    private SimulatedDevice Device() => _devices[_random.Next(_devices.Length)];

    private T Device<T>(Func<T, bool> wanted)
    {
        T[] all = [.. _devices.OfType<T>().Where(wanted)];
        return all[_random.Next(all.Length)];
    }

    private double Probability(double most) => Math.Round((0.05 + (_random.NextDouble() * 0.95)) * most, 3);

    private (string, Func<FaultRule>) Loss()
    {
        (SimulatedDevice at, double loss) = (Device(), Probability(0.5));
        return ($"loss {Text(loss)} at {at.Name}", () => _network.At(at).Loss(loss));
    }

    private (string, Func<FaultRule>) BurstLoss()
    {
        (SimulatedDevice at, double bad) = (Device(), Probability(0.1));
        return ($"burst loss {Text(bad)} at {at.Name}", () => _network.At(at).BurstLoss(bad, 0.2));
    }

    private (string, Func<FaultRule>) Delay()
    {
        (SimulatedDevice at, int delay, int jitter) = (Device(), _random.Next(1, 500), _random.Next(0, 200));
        return ($"delay {delay} ms jitter {jitter} ms at {at.Name}", () => _network.At(at).Delay(TimeSpan.FromMilliseconds(delay), TimeSpan.FromMilliseconds(jitter)));
    }

    private (string, Func<FaultRule>) Duplicate()
    {
        (SimulatedDevice at, double probability) = (Device(), Probability(0.5));
        return ($"duplicate {Text(probability)} at {at.Name}", () => _network.At(at).Duplicate(probability));
    }

    private (string, Func<FaultRule>) Reorder()
    {
        (SimulatedDevice at, double probability, int delay) = (Device(), Probability(0.5), _random.Next(1, 50));
        return ($"reorder {Text(probability)} by {delay} ms at {at.Name}", () => _network.At(at).Reorder(probability, TimeSpan.FromMilliseconds(delay)));
    }

    private (string, Func<FaultRule>) Bandwidth()
    {
        (SimulatedDevice at, int kilobits) = (Device(), _random.Next(32, 2000));
        return ($"bandwidth {kilobits} kbit/s at {at.Name}", () => _network.At(at).Bandwidth(kilobits * 1000L));
    }

    private (string, Func<FaultRule>) Isolate()
    {
        SimulatedDevice at = Device();
        return ($"cut {at.Name}", () => _network.At(at).Cut());
    }

    private (string, Func<FaultRule>) OneWay()
    {
        SimulatedDevice from = Device(), to = Device<SimulatedDevice>(d => d != from);
        return ($"one-way cut {from.Name} -> {to.Name}", () => _network.From(from, to).Cut());
    }

    private (string, Func<FaultRule>) Partition()
    {
        SimulatedDevice[] shuffled = [.. _devices];
        _random.Shuffle(shuffled);
        int count = _random.Next(1, shuffled.Length);
        (SimulatedDevice[] one, SimulatedDevice[] other) = (shuffled[..count], shuffled[count..]);
        return ($"partition {Names(one)} | {Names(other)}", () => _network.Partition(one, other));
    }

    private (string, Func<FaultRule>) Freeze()
    {
        SimulatedDevice at = Device();
        return ($"freeze {at.Name}", at.Freeze);
    }

    private (string, Func<FaultRule>) PowerOff()
    {
        SimulatedDevice at = Device();
        return ($"power off {at.Name}", at.PowerOff);
    }

    private (string, Func<FaultRule>) Sleep()
    {
        SimulatedNode node = Device<SimulatedNode>(_ => true);
        return ($"sleep {node.Name}", node.Sleep);
    }

    private (string, Func<FaultRule>) Skew()
    {
        (SimulatedNode node, int partsPerMillion) = (Device<SimulatedNode>(_ => true), _random.Next(-50_000, 50_000));
        return (FormattableString.Invariant($"skew {node.Name} {partsPerMillion} ppm"), () => node.SkewClock(partsPerMillion));
    }

    private (string, Func<FaultRule>) Dns() => ("DNS outage", _network.Dns.Outage);

    private (string, Func<FaultRule>) Dhcp()
    {
        SimulatedRouter router = Device<SimulatedRouter>(r => r.DhcpServers.Count > 0);
        return ($"DHCP outage at {router.Name}", router.DhcpServers[0].Outage);
    }

    private (string, Func<FaultRule>) Nat()
    {
        SimulatedRouter router = Device<SimulatedRouter>(r => r.Nat is not null);
        return ($"NAT table flushed at {router.Name}", () => _network.Faults.AddState($"{router.Name}: NAT table flushed", router.Nat!.Flush, static () => { }));
    }

    private static string Names(IEnumerable<SimulatedDevice> devices) => string.Join(' ', devices.Select(d => d.Name).Order(StringComparer.Ordinal));
}
