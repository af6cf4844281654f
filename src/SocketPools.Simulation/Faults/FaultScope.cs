using SocketPools.Simulation.Faults;

namespace SocketPools.Simulation;

/// <summary>Where faults are made: between two nodes, in one direction, at a node, everywhere. Each method begins a rule.</summary>
public sealed class FaultScope
{
    private readonly FaultTable _table;
    private readonly string _name;
    private readonly PacketCondition _concerns;
    private readonly RuleReach _reach;

    internal FaultScope(FaultTable table, string name, RuleReach reach, PacketCondition concerns)
    {
        _table = table;
        _name = name;
        _reach = reach;
        _concerns = concerns;
    }

    /// <summary>The packets of this scope that satisfy a condition.</summary>
    /// <param name="condition">The condition.</param>
    public FaultScope Where(PacketCondition condition)
    {
        ArgumentNullException.ThrowIfNull(condition);
        PacketCondition outer = _concerns;
        return new FaultScope(_table, _name + " where", _reach, packet => outer(packet) && condition(packet));
    }

    /// <summary>The packets of this scope from or to a port of TCP or UDP.</summary>
    /// <param name="port">The port, 1..65535.</param>
    public FaultScope OnPort(int port) => Where(packet => packet.SourcePort == port || packet.DestinationPort == port);

    /// <summary>Loses frames independently of each other.</summary>
    /// <param name="probability">0..1.</param>
    public FaultRule Loss(double probability) => Add(new Loss(Probability(probability)));

    /// <summary>Loses frames in bursts: the model of Gilbert and Elliott, whose state changes with each frame.</summary>
    /// <param name="toBad">The probability to get from the good state into the bad one, 0..1.</param>
    /// <param name="toGood">The probability to get from the bad state into the good one, 0..1.</param>
    /// <param name="lossInBad">The probability of a loss in the bad state, 0..1.</param>
    /// <param name="lossInGood">The probability of a loss in the good state, 0..1.</param>
    public FaultRule BurstLoss(double toBad, double toGood, double lossInBad = 1, double lossInGood = 0) =>
        Add(new BurstLoss(Probability(toBad), Probability(toGood), Probability(lossInBad), Probability(lossInGood)));

    /// <summary>Delays frames. Their order stays, also with jitter.</summary>
    /// <param name="delay">How long, 0 or more; the resolution is 100 ns.</param>
    /// <param name="jitter">The most that a frame is delayed longer, evenly distributed; 0 or more.</param>
    public FaultRule Delay(TimeSpan delay, TimeSpan jitter = default)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        ArgumentOutOfRangeException.ThrowIfLessThan(jitter, TimeSpan.Zero);
        return Add(new Delay(delay, jitter));
    }

    /// <summary>Holds frames back, so that later ones overtake them.</summary>
    /// <param name="probability">0..1.</param>
    /// <param name="delay">How long they are held back, 0 or more.</param>
    public FaultRule Reorder(double probability, TimeSpan delay)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(delay, TimeSpan.Zero);
        return Add(new Reordering(Probability(probability), delay));
    }

    /// <summary>Delivers frames twice with a probability.</summary>
    /// <param name="probability">0..1.</param>
    public FaultRule Duplicate(double probability) => Add(new Duplication(Probability(probability)));

    /// <summary>Turns a bit behind the Ethernet header.</summary>
    /// <param name="probability">0..1.</param>
    public FaultRule Corrupt(double probability) => Add(new Corruption(Probability(probability)));

    /// <summary>A bottleneck in each direction between two nodes, with a queue that drops what does not fit.</summary>
    /// <param name="bitsPerSecond">1 or more.</param>
    /// <param name="queueBytes">Bytes that may wait, 0 or more.</param>
    public FaultRule Bandwidth(long bitsPerSecond, int queueBytes = 64 * 1024)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(queueBytes);
        return Add(new Bandwidth(bitsPerSecond, queueBytes));
    }

    /// <summary>
    /// A bottleneck in each direction between two nodes, whose queue is managed by CoDel (RFC 8289): it loses packets when all of them have waited
    /// for longer than a target during an interval.
    /// </summary>
    /// <param name="bitsPerSecond">1 or more.</param>
    /// <param name="queueBytes">Bytes that may wait, 0 or more.</param>
    /// <param name="target">How long a packet may wait; null for 5 ms.</param>
    /// <param name="interval">How long they may wait for longer; null for 100 ms.</param>
    /// <param name="marks">Whether packets of senders that understand it are marked instead (RFC 3168).</param>
    public FaultRule BandwidthCoDel(long bitsPerSecond, int queueBytes = 1024 * 1024, TimeSpan? target = null, TimeSpan? interval = null, bool marks = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bitsPerSecond, 1);
        ArgumentOutOfRangeException.ThrowIfNegative(queueBytes);
        ArgumentOutOfRangeException.ThrowIfLessThan(target ?? TimeSpan.Zero, TimeSpan.Zero, nameof(target));
        ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(interval ?? TimeSpan.MaxValue, TimeSpan.Zero, nameof(interval));
        return Add(new ControlledDelay(bitsPerSecond, queueBytes, target ?? TimeSpan.FromMilliseconds(5), interval ?? TimeSpan.FromMilliseconds(100), marks));
    }

    /// <summary>Marks packets of senders that understand it as having met congestion (RFC 3168); others pass unchanged.</summary>
    /// <param name="probability">0..1.</param>
    public FaultRule MarkCongestion(double probability) => Add(new Marking(Probability(probability)));

    /// <summary>Drops IP packets that are longer, and says nothing: a black hole of path MTU discovery.</summary>
    /// <param name="bytes">The longest IP packet, 68 or more.</param>
    public FaultRule Mtu(int bytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(bytes, 68);
        return Add(new MaxLength(bytes));
    }

    /// <summary>Drops every frame until the rule ends.</summary>
    public FaultRule Cut() => Add(new Cut());

    private static double Probability(double value)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(value);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1);
        return value;
    }

    internal FaultRule Add(FaultKind kind) => _table.Add(_name, _reach, _concerns, kind);
}
