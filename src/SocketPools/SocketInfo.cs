using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools;

/// <summary>
/// Describes a socket to an observer, with what the pool knows without a system call. It does not keep the socket alive. Passed to the
/// methods of <see cref="SocketPoolObserver"/>.
/// </summary>
public readonly struct SocketInfo
{
    private readonly SocketSlot? _slot;
    private readonly TimeProvider? _clock;

    internal SocketInfo(SocketSlot slot, TimeProvider clock) => (_slot, _clock) = (slot, clock);

    /// <summary>Its number in the pool, counted from 1 and never used again.</summary>
    public long Id => _slot?.Number ?? 0;

    /// <summary>Gets the address family: InterNetwork or InterNetworkV6.</summary>
    public AddressFamily Family => _slot?.Socket?.Family ?? AddressFamily.Unspecified;

    /// <summary>Gets the socket type: Stream, Dgram or Raw.</summary>
    public SocketType Type => _slot?.Socket?.Type ?? SocketType.Unknown;

    /// <summary>Gets the protocol of the socket, also when it was created with 0.</summary>
    public ProtocolType Protocol => _slot?.Socket?.Protocol ?? ProtocolType.Unspecified;

    /// <summary>The peer that the last connect or accept named; without a value if there was none.</summary>
    public IPSocketAddress Remote => _slot?.Remote ?? default;

    /// <summary>How long ago it was made, on the radio's clock.</summary>
    public TimeSpan Age => _slot is null ? TimeSpan.Zero : _clock!.GetElapsedTime(_slot.CreatedAt);

    /// <summary><c>tcp</c>, <c>udp</c>, <c>icmp</c> (a ping socket) or <c>raw</c>: OpenTelemetry's <c>network.transport</c>.</summary>
    public string Transport => _slot?.Socket is { } socket ? SocketTags.TransportOf(socket) : "";

    /// <summary>Returns the socket's number, its transport and its peer, for logs.</summary>
    public override string ToString() => Remote.HasValue ? $"{Id} {Transport} -> {Remote}" : $"{Id} {Transport}";
}
