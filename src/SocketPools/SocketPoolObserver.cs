using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>
/// Receives the events of a pool, call by call: derive, override what is of interest, and give it to
/// <see cref="SocketPool.AddObserver"/>. The logger of <c>SocketPools.Extensions</c> is one.
/// </summary>
/// <remarks>
/// <para>The methods run on the thread that does the work, several at a time, and hold it up; only <see cref="OnLeaked"/> and
/// the close that belongs to it come from the thread pool.</para>
/// <para>An observer cannot fail a call: what a method throws goes to <see cref="CallbackExceptions"/>.</para>
/// <para>Sends and receives are not reported: the meter counts their bytes.</para>
/// </remarks>
public abstract class SocketPoolObserver
{
    /// <summary>A socket was made, or accepted.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket.</param>
    public virtual void OnOpened(SocketPool pool, SocketInfo socket)
    {
    }

    /// <summary>A connection was accepted: follows <see cref="OnOpened"/>.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The new socket; <see cref="SocketInfo.Remote"/> is the peer.</param>
    public virtual void OnAccepted(SocketPool pool, SocketInfo socket)
    {
    }

    /// <summary>A socket was closed, and its place given back.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket as it was.</param>
    /// <param name="reason">Why.</param>
    public virtual void OnClosed(SocketPool pool, SocketInfo socket, SocketCloseReason reason)
    {
    }

    /// <summary>A connect begins; a name has been looked up by now.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="remote">Where to.</param>
    public virtual void OnConnecting(SocketPool pool, SocketInfo socket, IPSocketAddress remote)
    {
    }

    /// <summary>A connect has ended well.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="elapsed">How long it took on the radio's clock, without the lookup.</param>
    public virtual void OnConnected(SocketPool pool, SocketInfo socket, IPSocketAddress remote, TimeSpan elapsed)
    {
    }

    /// <summary>Is called when a connect has failed or was cancelled. With timeout 0, EINPROGRESS is not a failure and is not reported.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="remote">Where to.</param>
    /// <param name="exception">Why: what the caller gets.</param>
    /// <param name="elapsed">How long it took on the radio's clock, without the lookup.</param>
    public virtual void OnConnectFailed(SocketPool pool, SocketInfo socket, IPSocketAddress remote, Exception exception, TimeSpan elapsed)
    {
    }

    /// <summary>A name was looked up. Addresses in digits are none.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="elapsed">How long it took on the radio's clock.</param>
    public virtual void OnLookupCompleted(SocketPool pool, AddressQuery query, TimeSpan elapsed)
    {
    }

    /// <summary>A name could not be looked up, or the wait for it was cancelled.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="query">What was asked.</param>
    /// <param name="exception">Why: what the caller gets.</param>
    /// <param name="elapsed">How long it took on the radio's clock.</param>
    public virtual void OnLookupFailed(SocketPool pool, AddressQuery query, Exception exception, TimeSpan elapsed)
    {
    }

    /// <summary>Is called when a socket was refused because the budget is used up. <see cref="SocketPool.Dump"/> lists the open sockets.</summary>
    /// <param name="pool">The pool.</param>
    public virtual void OnExhausted(SocketPool pool)
    {
    }

    /// <summary>
    /// Is called when a call begins to wait for a slot because the pool is full. <see cref="OnCapacityWaitEnded"/> follows, with a slot or with an
    /// exception.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="wait">Who waits; <see cref="CapacityWait.ToException"/> says who holds the places.</param>
    public virtual void OnCapacityWaitStarted(SocketPool pool, CapacityWait wait)
    {
    }

    /// <summary>A call has waited for a place.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="wait">Who waited.</param>
    /// <param name="exception">
    /// Null: there is room. An <see cref="OutOfSocketsException"/>: the call's limit was reached or the call cancelled. An
    /// <see cref="ObjectDisposedException"/>: the pool was disposed.
    /// </param>
    /// <param name="elapsed">How long it waited on the radio's clock.</param>
    public virtual void OnCapacityWaitEnded(SocketPool pool, CapacityWait wait, Exception? exception, TimeSpan elapsed)
    {
    }

    /// <summary>
    /// Is called when the radio has refused an option that the caller can do without (<see cref="PoolSocket.TrySetSocketOption"/>): Nagle's algorithm
    /// stays on, for example. An option that a caller needs is an exception instead.
    /// </summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket.</param>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="errno">ENOPROTOOPT: the radio does not have the option; another reason from setsockopt(2).</param>
    public virtual void OnOptionIgnored(SocketPool pool, SocketInfo socket, SocketOptionLevel level, SocketOptionName name, Errno errno)
    {
    }

    /// <summary>A socket was collected without having been closed: follows <see cref="OnClosed"/>.</summary>
    /// <param name="pool">The pool.</param>
    /// <param name="socket">The socket as it was, with the line that made it if the pool tracked callers.</param>
    public virtual void OnLeaked(SocketPool pool, SocketSnapshot socket)
    {
    }
}
