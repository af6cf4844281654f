using System.Text.Json;

namespace SocketPools.Stack.Diagnostics;

/// <summary>
/// What <c>ss</c>, <c>netstat</c>, <c>ip addr</c>, <c>ip route</c> and <c>ip neigh</c> show of a stack, taken in one moment. It
/// does not change any more. Every list has an order that depends on what is in it alone.
/// </summary>
/// <remarks>The names of the JSON stay as they are; others may come. <c>docs/stack.md</c> lists them.</remarks>
public sealed class StackSnapshot
{
    /// <summary>The name of the stack's radio.</summary>
    public required string Radio { get; init; }

    /// <summary>When it was taken, by the stack's clock.</summary>
    public required DateTimeOffset Time { get; init; }

    /// <summary>TCP, UDP and RAW; by protocol, local and remote address.</summary>
    public required IReadOnlyList<StackSocketInfo> Sockets { get; init; }

    /// <summary>The interfaces by number, loopback first.</summary>
    public required IReadOnlyList<InterfaceInfo> Interfaces { get; init; }

    /// <summary>The routes in the order in which they are looked through.</summary>
    public required IReadOnlyList<RouteInfo> Routes { get; init; }

    /// <summary>The neighbours by interface and address.</summary>
    public required IReadOnlyList<NeighborInfo> Neighbors { get; init; }

    /// <summary>Ways that are narrower than their links, by destination.</summary>
    public required IReadOnlyList<PathMtuInfo> PathMtus { get; init; }

    /// <summary>Every limit of the stack.</summary>
    public required IReadOnlyList<LimitInfo> Limits { get; init; }

    /// <summary>What the stack has done, by name.</summary>
    public required IReadOnlyList<CounterInfo> Counters { get; init; }

    /// <summary>Packets that were dropped, by reason; reasons that never applied are left out. <c>tcp…</c> are TCP's own words for some of the others.</summary>
    public required IReadOnlyList<CounterInfo> DroppedByReason { get; init; }

    /// <summary>Returns the snapshot as indented JSON text.</summary>
    public string ToJson() => JsonSerializer.Serialize(this, StackJson.Default.StackSnapshot);

    /// <summary>Reads what <see cref="ToJson"/> has written.</summary>
    /// <param name="json">The JSON.</param>
    /// <exception cref="JsonException">It is no snapshot.</exception>
    public static StackSnapshot FromJson(string json) =>
        JsonSerializer.Deserialize(json, StackJson.Default.StackSnapshot) ?? throw new JsonException("There is no snapshot.");

    /// <summary>Returns the snapshot as text tables, with the terms of <c>ss</c> and <c>ip</c>.</summary>
    public override string ToString() => NetstatText.Of(this);
}
