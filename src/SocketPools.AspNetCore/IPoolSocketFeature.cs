namespace SocketPools.AspNetCore;

/// <summary>
/// The pool's socket under a connection, among the connection's features. Kestrel's own <c>IConnectionSocketFeature</c> is not
/// there: it wants a <see cref="System.Net.Sockets.Socket"/>, and a radio may have none.
/// </summary>
/// <remarks>In a request it is found by <c>context.Features.Get&lt;IPoolSocketFeature&gt;()</c>.</remarks>
public interface IPoolSocketFeature
{
    /// <summary>
    /// The socket, for its addresses, options and number. Sending, receiving or closing on it disturbs the connection.
    /// </summary>
    PoolSocket Socket { get; }
}
