using SocketPools.Radios;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>An ICMP error about a packet that was sent.</summary>
/// <param name="Local">The address it was sent from.</param>
/// <param name="Remote">The address it was sent to.</param>
/// <param name="Errno">The error as sockets(7) tell it: ECONNREFUSED, EHOSTUNREACH, ENETUNREACH, EMSGSIZE, EPROTO, EACCES.</param>
/// <param name="IsHard">Whether it ends an attempt to connect (RFC 1122, 4.2.3.9); a connection that is up only remembers it.</param>
/// <param name="Mtu">With EMSGSIZE: the next hop's MTU.</param>
internal readonly record struct NetworkError(IPAddressValue Local, IPAddressValue Remote, Errno Errno, bool IsHard, int Mtu)
{
    /// <summary>With EMSGSIZE: whether longer packets than a router has reported may be sent, for routers to cut.</summary>
    internal bool MayFragment { get; init; }
}
