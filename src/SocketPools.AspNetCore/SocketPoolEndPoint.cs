using System.Net;
using System.Net.Sockets;

namespace SocketPools.AspNetCore;

/// <summary>
/// An address on the radio of a pool, for <c>kestrel.Listen(new SocketPoolEndPoint(pool, address))</c> beside ordinary ports.
/// It needs <c>builder.WebHost.AddSocketPoolTransport()</c>, or Kestrel says that nothing supports it.
/// </summary>
public sealed class SocketPoolEndPoint : EndPoint
{
    /// <summary>Names an address of a pool.</summary>
    /// <param name="pool">The pool that serves it.</param>
    /// <param name="address">An address of the pool's radio or "any"; port 0 takes a free one, which <c>IServerAddressesFeature</c> reports.</param>
    public SocketPoolEndPoint(SocketPool pool, IPEndPoint address)
    {
        ArgumentNullException.ThrowIfNull(pool);
        ArgumentNullException.ThrowIfNull(address);
        Pool = pool;
        Address = address;
    }

    /// <summary>The pool that serves it.</summary>
    public SocketPool Pool { get; }

    /// <summary>Gets the address and port to listen on.</summary>
    public IPEndPoint Address { get; }

    /// <summary>Gets the address family: InterNetwork or InterNetworkV6.</summary>
    public override AddressFamily AddressFamily => Address.AddressFamily;

    /// <summary>Returns the address and the radio: <c>127.0.0.1:5000 on radio host</c>.</summary>
    public override string ToString() => $"{Address} on radio {Pool.Radio.Name}";

    /// <summary>Equal are endpoints of the same pool with the same address.</summary>
    /// <param name="obj">Another object.</param>
    public override bool Equals(object? obj) =>
        obj is SocketPoolEndPoint other && ReferenceEquals(other.Pool, Pool) && other.Address.Equals(Address);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Pool, Address);
}
