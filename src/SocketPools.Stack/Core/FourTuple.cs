using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Core;

/// <summary>What a connection is known by: both addresses and both ports.</summary>
/// <param name="Local">Our address.</param>
/// <param name="LocalPort">Our port.</param>
/// <param name="Remote">The peer's address.</param>
/// <param name="RemotePort">The peer's port.</param>
internal readonly record struct FourTuple(IPAddressValue Local, ushort LocalPort, IPAddressValue Remote, ushort RemotePort)
{
    // Peers choose it: HashCode is keyed at random in each process, and decides about nothing but speed.
    public override int GetHashCode() => HashCode.Combine(Local, Remote, ((uint)LocalPort << 16) | RemotePort);
}
