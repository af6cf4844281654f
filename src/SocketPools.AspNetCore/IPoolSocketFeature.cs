namespace SocketPools.AspNetCore;

/// <summary>
/// The pool's socket under a connection, among the connection's features. Kestrel's own <c>IConnectionSocketFeature</c> is not
/// there: it wants a <see cref="System.Net.Sockets.Socket"/>, and a radio may have none.
/// </summary>
/// <remarks>In a request it is found by <c>context.Features.Get&lt;IPoolSocketFeature&gt;()</c>.</remarks>
public interface IPoolSocketFeature
{
    /// <summary>
    /// The socket, for its addresses, options and number. Whoever sends, receives or closes on it gets in the way of the connection.
    /// </summary>
    PoolSocket Socket { get; }
}
