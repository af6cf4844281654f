using SocketPools.Simulation;

namespace SocketPools.Python;

/// <summary>Rules of a simulated network by the words that <c>stacknetwork</c> uses for them.</summary>
internal static class SimulationRules
{
    /// <summary>Begins a rule.</summary>
    /// <param name="network">The network.</param>
    /// <param name="kind">What happens.</param>
    /// <param name="scope">Where: between, from, at, everywhere or partition.</param>
    /// <param name="one">A node, or several with commas; empty for everywhere.</param>
    /// <param name="other">As the first, where there is a second.</param>
    /// <param name="port">The only port, 0 for all.</param>
    /// <param name="numbers">What the kind takes; times are in seconds.</param>
    internal static FaultRule Begin(SimulatedNetwork network, string kind, string scope, string one, string other, int port, double[] numbers)
    {
        if (scope == "partition")
        {
            return network.Partition(Find(network, one), Find(network, other));
        }

        FaultScope found = scope switch
        {
            "between" => network.Between(network[one], network[other]),
            "from" => network.From(network[one], network[other]),
            "at" => network.At(network[one]),
            "everywhere" => network.Everywhere,
            _ => throw new ArgumentException($"there is no scope '{scope}'"),
        };
        found = port == 0 ? found : found.OnPort(port);
        return kind switch
        {
            "loss" => found.Loss(numbers[0]),
            "burst_loss" => found.BurstLoss(numbers[0], numbers[1], numbers[2], numbers[3]),
            "delay" => found.Delay(TimeSpan.FromSeconds(numbers[0]), TimeSpan.FromSeconds(numbers[1])),
            "reorder" => found.Reorder(numbers[0], TimeSpan.FromSeconds(numbers[1])),
            "duplicate" => found.Duplicate(numbers[0]),
            "corrupt" => found.Corrupt(numbers[0]),
            "bandwidth" => found.Bandwidth((long)numbers[0], (int)numbers[1]),
            "mtu" => found.Mtu((int)numbers[0]),
            "cut" => found.Cut(),
            _ => throw new ArgumentException($"there is no rule '{kind}'"),
        };
    }

    private static SimulatedNode[] Find(SimulatedNetwork network, string names) => [.. names.Split(',').Select(name => network[name])];
}
