namespace SocketPools.Simulation;

/// <summary>One event of a simulation, with its time and its nodes.</summary>
public sealed class SimulationEvent
{
    /// <summary>How many bytes of a frame are kept: the headers, and the first bytes of what they carry.</summary>
    internal const int MaxKept = 192;

    private readonly byte[]? _frame;
    private string? _text;

    internal SimulationEvent(TimeSpan elapsed, string kind, string? node, string text)
    {
        Elapsed = elapsed;
        Kind = kind;
        From = node;
        _text = text;
    }

    internal SimulationEvent(TimeSpan elapsed, in SimulatedPacket packet, TimeSpan? arrival, string? fault)
    {
        Elapsed = elapsed;
        Kind = arrival is null ? "lost" : "packet";
        From = packet.From;
        To = packet.To;
        Arrival = arrival;
        Fault = fault;
        Length = packet.Length;
        _frame = packet.CopyFirst(MaxKept);
    }

    /// <summary>When, in simulated time since the start.</summary>
    public TimeSpan Elapsed { get; }

    /// <summary>"packet", "lost", "rule", "node" or "note".</summary>
    public string Kind { get; }

    /// <summary>The node that it happened at, or that sent; null for none.</summary>
    public string? From { get; }

    /// <summary>The node that a packet goes to; null for others.</summary>
    public string? To { get; }

    /// <summary>When a packet arrives; null for one that is lost, and for others.</summary>
    public TimeSpan? Arrival { get; }

    /// <summary>What a fault did to the packet, as "loss", "cut", "duplicated"; null for nothing.</summary>
    public string? Fault { get; }

    /// <summary>The length of the packet's frame in bytes; 0 for others.</summary>
    public int Length { get; }

    /// <summary>The first bytes of the packet's frame, at most 192; empty for others.</summary>
    public ReadOnlyMemory<byte> Frame => _frame;

    /// <summary>What, in words. That of a packet is made when it is first read.</summary>
    public string Text => _text ??= Describe();

    private string Describe()
    {
        string text = new SimulatedPacket(From!, To!, _frame).ToString();
        return Fault is null ? text : $"{text} ({Fault})";
    }
}
