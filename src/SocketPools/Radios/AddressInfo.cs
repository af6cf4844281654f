using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>
/// One row of <c>getaddrinfo</c> (RFC 3493, section 6.1), with the arguments of <see cref="SocketPool.CreateSocket"/> and <c>Connect</c>.
/// </summary>
/// <param name="Family">InterNetwork or InterNetworkV6.</param>
/// <param name="Type">The socket type.</param>
/// <param name="Protocol">The protocol.</param>
/// <param name="CanonicalName">The host's canonical name in the first row when it was asked for, else empty.</param>
/// <param name="Address">Address, port, flow information and scope.</param>
public sealed record AddressInfo(
    AddressFamily Family, SocketType Type, ProtocolType Protocol, string CanonicalName, IPSocketAddress Address);

/// <summary>Which rows <c>getaddrinfo</c> returns (RFC 3493, section 6.1): see <see cref="AddressQuery.Flags"/>. The numbers are Linux's.</summary>
[Flags]
public enum AddressInfoFlags
{
    /// <summary>No flag of <c>getaddrinfo</c> is set.</summary>
    None = 0,
    /// <summary>AI_PASSIVE: without a host the address is "any", for <c>Bind</c>, instead of loopback.</summary>
    Passive = 0x1,
    /// <summary>AI_CANONNAME: the first row carries the canonical name.</summary>
    CanonicalName = 0x2,
    /// <summary>AI_NUMERICHOST: the host is an address in digits; nothing is looked up.</summary>
    NumericHost = 0x4,
    /// <summary>AI_V4MAPPED: IPv4 addresses as mapped IPv6 ones where there are no others.</summary>
    V4Mapped = 0x8,
    /// <summary>AI_ALL: with <see cref="V4Mapped"/>, both kinds.</summary>
    All = 0x10,
    /// <summary>AI_ADDRCONFIG: only families of which this host has an address.</summary>
    AddressConfigured = 0x20,
    /// <summary>AI_NUMERICSERV: the service is a number; no name is looked up.</summary>
    NumericService = 0x400,
}

/// <summary>Why <c>getaddrinfo</c> failed (RFC 3493, section 6.1). The numbers are glibc's. See <see cref="AddressLookup.Error"/>.</summary>
public enum AddressInfoError
{
    /// <summary>The lookup succeeded without an error.</summary>
    None = 0,
    /// <summary>EAI_BADFLAGS: the flags contradict each other.</summary>
    BadFlags = -1,
    /// <summary>EAI_NONAME: the name is not known.</summary>
    NoName = -2,
    /// <summary>EAI_AGAIN: no answer for now, because no name server answered or none had an answer; later there may be one.</summary>
    Again = -3,
    /// <summary>EAI_FAIL: the name server failed for good.</summary>
    Fail = -4,
    /// <summary>EAI_NODATA: the name is known but has no address.</summary>
    NoData = -5,
    /// <summary>EAI_FAMILY: the family is not supported.</summary>
    Family = -6,
    /// <summary>EAI_SOCKTYPE: the type is not supported.</summary>
    SocketType = -7,
    /// <summary>EAI_SERVICE: the service is not known for this type.</summary>
    Service = -8,
    /// <summary>EAI_ADDRFAMILY: the host has no address in this family.</summary>
    AddressFamily = -9,
    /// <summary>EAI_MEMORY: the system is out of memory.</summary>
    Memory = -10,
    /// <summary>EAI_SYSTEM: a system call failed; <see cref="AddressLookup.Errno"/> says how.</summary>
    System = -11,
    /// <summary>EAI_OVERFLOW: a name is too long.</summary>
    Overflow = -12,
}

/// <summary>The arguments of a lookup, as <see cref="Radio.Resolve"/> gets them.</summary>
/// <param name="Host">A name, an address in digits (IPv6 with <c>%scope</c>), or null for this host.</param>
/// <param name="Service">A port number in digits, a service name, or null for port 0.</param>
/// <param name="Family">The only family wanted, or Unspecified.</param>
/// <param name="Type">The only type wanted, or 0 for one row a type.</param>
/// <param name="Protocol">The only protocol wanted, or Unspecified.</param>
/// <param name="Flags">How to look up.</param>
public sealed record AddressQuery(
    string? Host,
    string? Service = null,
    AddressFamily Family = AddressFamily.Unspecified,
    SocketType Type = 0,
    ProtocolType Protocol = ProtocolType.Unspecified,
    AddressInfoFlags Flags = AddressInfoFlags.None);

/// <summary>The result of a lookup: rows, or the reason why there are none. Returned by <see cref="Radio.Resolve"/>.</summary>
public readonly record struct AddressLookup
{
    private readonly IReadOnlyList<AddressInfo>? _rows;

    /// <summary>Creates a successful result with the given rows.</summary>
    /// <param name="rows">In the order in which they should be tried.</param>
    public AddressLookup(IReadOnlyList<AddressInfo> rows) => _rows = rows;

    /// <summary>Creates the result of a failed lookup.</summary>
    /// <param name="error">Why; not <see cref="AddressInfoError.None"/>.</param>
    /// <param name="errno">With <see cref="AddressInfoError.System"/>: the system's reason, ETIMEDOUT when the deadline passed.</param>
    public AddressLookup(AddressInfoError error, Errno errno = Errno.None)
    {
        Error = error;
        Errno = errno;
    }

    /// <summary>The rows; empty after a failure.</summary>
    public IReadOnlyList<AddressInfo> Rows => _rows ?? [];

    /// <summary>Why there are no rows.</summary>
    public AddressInfoError Error { get; }

    /// <summary>The system's reason behind <see cref="AddressInfoError.System"/>.</summary>
    public Errno Errno { get; }

    /// <summary>
    /// What stands behind the failure, as the end of a sentence: which name server said what, or which setting is missing. Null when
    /// the radio knows no more than <see cref="Error"/> and <see cref="Errno"/>.
    /// </summary>
    public string? Detail { get; init; }

    /// <summary>Whether there are no rows.</summary>
    public bool Failed => Error != AddressInfoError.None;
}
