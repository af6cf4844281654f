using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Radios;

namespace SocketPools.Testing;

/// <summary>
/// What the contract is checked on: two radios that reach each other, and how the kit lets their time pass. One pair has
/// one address family; a radio with both is checked with two pairs.
/// </summary>
/// <remarks>
/// Both may be the same radio (a host's loopback). While a case runs only the kit may use the radios, and they have no
/// <see cref="SocketPool"/>: the cases about pools make one.
/// </remarks>
public sealed class RadioPair
{
    /// <summary>The radio that mostly connects and sends.</summary>
    public required Radio Near { get; init; }

    /// <summary>The radio that mostly listens and receives.</summary>
    public required Radio Far { get; init; }

    /// <summary>The address of the near radio.</summary>
    public required IPAddress NearAddress { get; init; }

    /// <summary>The far radio's address, of the same family.</summary>
    public required IPAddress FarAddress { get; init; }

    /// <summary>
    /// An address of the pair's family that neither radio has. The default is 192.0.2.1 (TEST-NET-1, RFC 5737) or 2001:db8::1 (RFC 3849).
    /// </summary>
    public IPAddress UnassignedAddress
    {
        get => field ?? IPAddress.Parse(Family == AddressFamily.InterNetwork ? "192.0.2.1" : "2001:db8::1");
        init;
    }

    /// <summary>A name that resolves to an address of the pair's family, if there is one.</summary>
    public string? KnownName { get; init; }

    /// <summary>A name that does not exist. The default is below <c>.invalid</c> (RFC 6761).</summary>
    public string UnknownName { get; init; } = "socketpool-contract.invalid";

    /// <summary>Whether RAW sockets carry ICMP echoes between the radios. If not, opening one has to fail.</summary>
    public bool SupportsRaw { get; init; }

    /// <summary>Whether to check that attempts allocate nothing.</summary>
    public bool ChecksAllocations { get; init; }

    /// <summary>
    /// Moves a simulated clock by a small step, a few milliseconds; the kit calls it again and again while it waits, on its
    /// own thread and never twice at once. Null when time passes by itself.
    /// </summary>
    public Action? AdvanceClock { get; init; }

    /// <summary>How long, in real time, the kit waits for a call that has to end before it says that it hangs.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>How late, on the radio's clock, a deadline may be noticed.</summary>
    public TimeSpan Tolerance { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>Where random sizes and bytes come from; a failure prints it.</summary>
    public int Seed { get; init; } = RandomNumberGenerator.GetInt32(int.MaxValue);

    internal AddressFamily Family => FarAddress.AddressFamily;
}
