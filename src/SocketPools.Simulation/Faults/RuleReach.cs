namespace SocketPools.Simulation.Faults;

/// <summary>On which paths there may be frames that a rule concerns, so that other frames need not ask it. The rule's condition decides about each frame.</summary>
/// <param name="devices">Devices of which one is at an end of each such path; null where that is not known before.</param>
/// <param name="includes">Whether a path between two devices of a link is one of them.</param>
internal sealed class RuleReach(IReadOnlyCollection<string>? devices, Func<PathEnd, PathEnd, string, bool> includes)
{
    internal static RuleReach Everywhere { get; } = new(null, static (_, _, _) => true);

    internal IReadOnlyCollection<string>? Devices => devices;

    /// <summary>Packets that one device has sent and another receives. What a router sends may come from any device.</summary>
    internal static RuleReach Between(string from, string to, bool isBoth) => new(
        isBoth ? [from, to] : [to],
        (sender, receiver, _) => Leads(sender, receiver, from, to) || (isBoth && Leads(sender, receiver, to, from)));

    /// <summary>The same in both directions between two sets of devices.</summary>
    internal static RuleReach Between(HashSet<string> one, HashSet<string> other) => new(
        [.. one.Union(other)],
        (sender, receiver, _) => (other.Contains(receiver.Device) && (sender.IsForwarding || one.Contains(sender.Device)))
            || (one.Contains(receiver.Device) && (sender.IsForwarding || other.Contains(sender.Device))));

    internal static RuleReach At(string device) => new([device], (sender, receiver, _) => sender.Device == device || receiver.Device == device);

    internal static RuleReach On(string link) => new(null, (_, _, name) => name == link);

    internal bool Includes(PathEnd from, PathEnd to, string link) => includes(from, to, link);

    private static bool Leads(PathEnd sender, PathEnd receiver, string from, string to) =>
        receiver.Device == to && (sender.IsForwarding || sender.Device == from);
}

/// <summary>The device at one end of a path.</summary>
/// <param name="Device">Its name.</param>
/// <param name="IsForwarding">Whether it sends packets of others, too.</param>
internal readonly record struct PathEnd(string Device, bool IsForwarding);
