using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

internal sealed partial class PortableSocket
{
    internal const Readiness Everything = Readiness.Readable | Readiness.Writable | Readiness.Error | Readiness.HangUp;

    // An error that a question took out of the system; the next call tells it.
    private int _pendingError;
    private bool _sendEnded;

    /// <inheritdoc/>
    public override Readiness Poll(Readiness interest)
    {
        if (!Enter())
        {
            return Everything;
        }

        try
        {
            return Ask(interest);
        }
        finally
        {
            Leave();
        }
    }

    /// <inheritdoc/>
    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        if (PortableSelector.TryRent(out PortableSelector selector) is not Errno.None and var none)
        {
            return none;
        }

        bool entered = false;
        try
        {
            entered = EnterWait(selector);
            return entered ? Wait(selector, interest, deadline) : Errno.EBADF;
        }
        finally
        {
            if (entered)
            {
                LeaveWait(selector);
            }

            selector.Return();
        }
    }

    /// <inheritdoc/>
    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken)
    {
        if (cancellationToken.IsCancellationRequested)
        {
            return ValueTask.FromCanceled<RadioResult>(cancellationToken);
        }

        Readiness ready = Poll(interest);
        if (IsClosed)
        {
            return new(Errno.EBADF);
        }

        return ready == Readiness.None ? new PortableWait(this, interest).Start(cancellationToken) : new(RadioResult.Ok);
    }

    private RadioResult Wait(PortableSelector selector, Readiness interest, in Deadline deadline)
    {
        Errno errno = Errno.None;
        while (errno == Errno.None)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            if (Ask(interest) != Readiness.None)
            {
                return RadioResult.Ok;
            }

            if (deadline.HasExpired)
            {
                return deadline.TimeoutErrno;
            }

            AddTo(selector, interest);
            errno = selector.Select(deadline.Remaining, _radio);
        }

        return errno;
    }

    internal void AddTo(PortableSelector selector, Readiness interest) => selector.Add(_socket, interest);

    /// <summary>Keeps the descriptor, and has a close wake the selector, until <see cref="LeaveWait"/>.</summary>
    internal bool EnterWait(PortableSelector selector)
    {
        lock (_waitersGate)
        {
            if (!Enter())
            {
                return false;
            }

            _waiters.Add(selector);
            return true;
        }
    }

    internal void LeaveWait(PortableSelector selector)
    {
        lock (_waitersGate)
        {
            _waiters.Remove(selector);
        }

        Leave();
    }

    /// <summary>What the socket is ready for. The caller keeps the descriptor.</summary>
    internal Readiness Ask(Readiness interest)
    {
        try
        {
            if (HasError())
            {
                // On a stream every call fails at once then; datagrams go on.
                return Readiness.Error | (Type == SocketType.Stream ? Readiness.HangUp | interest : AskSystem(interest));
            }

            return AskSystem(interest) | (IsHungUp() ? Readiness.HangUp : Readiness.None);
        }
        catch (Exception e) when (PortableErrors.TryMap(e, out _))
        {
            return Readiness.Error | interest;
        }
    }

    private Readiness AskSystem(Readiness interest)
    {
        Readiness ready = Readiness.None;
        if ((interest & Readiness.Readable) != 0 && _socket.Poll(0, SelectMode.SelectRead))
        {
            ready |= Readiness.Readable;
        }

        if ((interest & Readiness.Writable) != 0 && _socket.Poll(0, SelectMode.SelectWrite))
        {
            ready |= Readiness.Writable;
        }

        return ready;
    }

    /// <summary>The BCL's "error" is urgent data too, so the error itself is read and kept for the next call.</summary>
    private bool HasError()
    {
        if (Volatile.Read(ref _pendingError) == 0 && _socket.Poll(0, SelectMode.SelectError))
        {
            Keep(ReadError());
        }

        return Volatile.Read(ref _pendingError) != 0;
    }

    /// <summary>The BCL does not tell a hang-up; it is when this side has ended sending and the peer's end is next to be read.</summary>
    private bool IsHungUp()
    {
        if (!_sendEnded || !_socket.Poll(0, SelectMode.SelectRead))
        {
            return false;
        }

        Span<byte> one = stackalloc byte[1];
        int count = _socket.Receive(one, SocketFlags.Peek, out SocketError error);
        if (error is not (SocketError.Success or SocketError.WouldBlock))
        {
            Keep(ErrnoTable.ToErrno(error));
        }

        return count == 0 && error != SocketError.WouldBlock;
    }

    private Errno ReadError() =>
        ErrnoTable.ToErrno((SocketError)(int)_socket.GetSocketOption(SocketOptionLevel.Socket, SocketOptionName.Error)!);

    private void Keep(Errno errno) => Interlocked.CompareExchange(ref _pendingError, (int)errno, 0);

    private Errno TakeError() => Volatile.Read(ref _pendingError) == 0 ? Errno.None : (Errno)Interlocked.Exchange(ref _pendingError, 0);
}
