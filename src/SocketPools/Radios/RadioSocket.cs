using System.Buffers;
using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>
/// One socket of a radio. An author writes the attempts, which never wait, and the waits; blocking, deadlines and
/// asynchronous calls follow from these (<c>RadioSocket.Blocking.cs</c>).
/// </summary>
/// <remarks>
/// Any member may be called from any thread, also two sends and a receive at once. After <see cref="Close"/> every
/// member answers EBADF. Errors are those of the Linux man pages of the calls named below. An address that is given is
/// of the socket's family: the pool has checked it.
/// </remarks>
public abstract partial class RadioSocket
{
    /// <summary>The radio it belongs to.</summary>
    public abstract Radio Radio { get; }

    /// <summary>The number of the pool's socket that uses it, counted from 1; 0 while no pool has it. The pool writes it.</summary>
    public long PoolNumber { get; internal set; }

    /// <summary>Gets the address family: InterNetwork or InterNetworkV6.</summary>
    public abstract AddressFamily Family { get; }

    /// <summary>Stream, Dgram or Raw: what it is, which may differ from what was asked for (see <see cref="Radios.Radio.OpenSocket"/>).</summary>
    public abstract SocketType Type { get; }

    /// <summary>Gets the protocol of the socket, also when it was created with 0.</summary>
    public abstract ProtocolType Protocol { get; }

    /// <summary>Binds the socket to a local address and port: bind(2).</summary>
    /// <param name="local">An address of this radio or "any"; port 0 takes a free one.</param>
    public abstract RadioResult Bind(in IPSocketAddress local);

    /// <summary>Makes the socket accept connections, with a backlog: listen(2).</summary>
    /// <param name="backlog">How many connections may wait; 0 or less means the least there is.</param>
    public abstract RadioResult Listen(int backlog);

    /// <summary>Ends sending, receiving or both: shutdown(2).</summary>
    /// <param name="how">Which direction.</param>
    public abstract RadioResult Shutdown(SocketShutdown how);

    /// <summary>getsockname(2). An unbound socket has the address "any" and port 0.</summary>
    /// <param name="local">The address.</param>
    public abstract RadioResult GetLocalAddress(out IPSocketAddress local);

    /// <summary>getpeername(2); ENOTCONN without a peer.</summary>
    /// <param name="remote">The address.</param>
    public abstract RadioResult GetRemoteAddress(out IPSocketAddress remote);

    /// <summary>setsockopt(2), by the BCL's names. ENOPROTOOPT for what the radio does not have.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">An int in the machine's byte order, or the option's structure.</param>
    public abstract RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value);

    /// <summary>getsockopt(2), by the BCL's names.</summary>
    /// <param name="level">The level.</param>
    /// <param name="name">The option.</param>
    /// <param name="value">Takes the value.</param>
    /// <returns>The value's length.</returns>
    public abstract RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value);

    /// <summary>setsockopt(2), by the operating system's own numbers, where there is one behind the radio.</summary>
    /// <param name="level">The system's number of the level.</param>
    /// <param name="name">The system's number of the option.</param>
    /// <param name="value">The bytes.</param>
    public virtual RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;

    /// <summary>getsockopt(2), by the operating system's own numbers, where there is one behind the radio.</summary>
    /// <param name="level">The system's number of the level.</param>
    /// <param name="name">The system's number of the option.</param>
    /// <param name="value">Takes the value.</param>
    /// <returns>The value's length.</returns>
    public virtual RadioResult GetRawOption(int level, int name, Span<byte> value) => Errno.ENOPROTOOPT;

    /// <summary>
    /// Starts connecting: connect(2). A stream returns EINPROGRESS, and <see cref="FinishConnect"/> returns the result. A datagram socket
    /// sets its peer.
    /// </summary>
    /// <param name="remote">The peer.</param>
    public abstract RadioResult TryConnect(in IPSocketAddress remote);

    /// <summary>Returns how the connect ended: Ok, EINPROGRESS while it is pending, or its error, which is returned once.</summary>
    public abstract RadioResult FinishConnect();

    /// <summary>Accepts a connection without waiting: accept(2). EAGAIN if no connection is pending, EINVAL if the socket does not listen.</summary>
    /// <param name="accepted">The connection, or null after a failure.</param>
    /// <param name="remote">Its peer.</param>
    public abstract RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote);

    /// <summary>send(2) without waiting: takes what fits. EAGAIN when nothing does, EPIPE on a dead stream, no signal.</summary>
    /// <param name="data">The bytes.</param>
    public abstract RadioResult TrySend(ReadOnlySpan<byte> data);

    /// <summary>
    /// sendmsg(2) of several pieces without waiting, on a stream only: takes what fits. The inherited one sends piece by piece;
    /// a radio overrides it only to be faster.
    /// </summary>
    /// <param name="data">The pieces, in order.</param>
    public virtual RadioResult TrySend(in ReadOnlySequence<byte> data)
    {
        int sent = 0;
        foreach (ReadOnlyMemory<byte> piece in data)
        {
            // A count is an int: what is beyond it is for the next call.
            ReadOnlySpan<byte> bytes = piece.Span[..Math.Min(piece.Length, int.MaxValue - sent)];
            RadioResult result = TrySend(bytes);
            if (result.Failed)
            {
                return sent > 0 ? RadioResult.FromCount(sent) : result;
            }

            sent += result.Count;
            if (result.Count < piece.Length)
            {
                break;
            }
        }

        return RadioResult.FromCount(sent);
    }

    /// <summary>Sends a datagram to an address without waiting: sendto(2).</summary>
    /// <param name="data">One datagram; may be empty.</param>
    /// <param name="remote">Where to.</param>
    public abstract RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote);

    /// <summary>recv(2) without waiting: 0 at the end of a stream. A datagram too long for the buffer is cut silently.</summary>
    /// <param name="buffer">Filled from its start; bytes past the count stay as they are.</param>
    public abstract RadioResult TryReceive(Span<byte> buffer);

    /// <summary>recvfrom(2) without waiting. On a connected stream the address is the peer's.</summary>
    /// <param name="buffer">Filled from its start; bytes past the count stay as they are.</param>
    /// <param name="remote">Who sent it.</param>
    public abstract RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote);

    /// <summary>Returns which events are ready, without waiting: poll(2).</summary>
    /// <param name="interest">What is asked for; errors and hang-ups are reported always, a closed socket is all of it.</param>
    public abstract Readiness Poll(Readiness interest);

    /// <summary>poll(2): waits until the socket is ready for what is asked.</summary>
    /// <param name="interest">Readable, Writable or both.</param>
    /// <param name="deadline">When to give up, with <see cref="Deadline.TimeoutErrno"/>.</param>
    /// <returns>Ok when ready; EBADF when the socket was closed.</returns>
    public abstract RadioResult Wait(Readiness interest, in Deadline deadline);

    /// <summary>
    /// Waits for an event without holding a thread. The wait may end although nothing is ready any more, because another call may have been
    /// faster: the caller attempts its operation and waits again. The continuation runs on a thread of the radio or of the thread pool,
    /// never under a lock of the radio.
    /// </summary>
    /// <param name="interest">Readable, Writable or both.</param>
    /// <param name="cancellationToken">Ends the wait; the task is then cancelled.</param>
    /// <returns>Ok when ready; EBADF when the socket was closed.</returns>
    public abstract ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken);

    /// <summary>
    /// close(2): wakes every call that waits on this socket, which answers EBADF, and gives the resources back. Does not
    /// throw, and does nothing the second time.
    /// </summary>
    public abstract void Close();

    /// <summary>
    /// Returns the operating system's descriptor, which stays open and belongs to the caller. The socket itself is closed as if by
    /// <see cref="Close"/>. EOPNOTSUPP for radios without an operating system's socket.
    /// </summary>
    /// <param name="descriptor">The descriptor, or -1 after a failure.</param>
    public virtual RadioResult Detach(out nint descriptor)
    {
        descriptor = -1;
        return Errno.EOPNOTSUPP;
    }

    /// <summary>The operating system's descriptor, or -1 where there is none or the socket is closed.</summary>
    public virtual nint Descriptor => -1;

    /// <summary>
    /// Reports that calls do not wait (timeout 0), or wait again. It is called when the timeout changes, so that a radio with a visible
    /// descriptor can set the same mode there. Does nothing by default.
    /// </summary>
    /// <param name="nonBlocking">Whether the timeout is 0.</param>
    public virtual RadioResult SetNonBlocking(bool nonBlocking) => RadioResult.Ok;

    /// <summary>What the timeout of an accepted socket is at first; null, the default, for its listener's.</summary>
    public virtual TimeSpan? InitialTimeout => null;

    /// <summary>
    /// Whether an attempt (<see cref="TrySend(ReadOnlySpan{byte})"/>, <see cref="TryReceive(Span{byte})"/>) costs no more than reading a clock. A pool then
    /// attempts first, and starts the deadline of a blocking call only when the attempt would block.
    /// </summary>
    public virtual bool AttemptsFirst => false;

    /// <summary>
    /// Is called when accept is about to fail because the pool has no slot for a waiting connection. By default the connection stays in the
    /// backlog for a later accept.
    /// </summary>
    public virtual void NoteOutOfSockets()
    {
    }

    /// <summary>Whether <see cref="Abandon"/> and the questions for addresses never wait for a lock, a peer or a link.</summary>
    internal virtual bool CanBeAbandoned => false;

    /// <summary>
    /// Closes a socket that was collected without having been closed, on the finalizer's thread, where nothing may wait: what the peer has
    /// not acknowledged is sent in the background. Called where <see cref="CanBeAbandoned"/>; others are closed by the thread pool.
    /// </summary>
    internal virtual void Abandon() => Close();

    /// <summary>The process was forked: the calls of its other threads are under way in the parent only.</summary>
    internal virtual void ForgetCalls()
    {
    }
}
