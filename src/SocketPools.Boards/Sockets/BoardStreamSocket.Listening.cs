using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>bind, listen and accept.</summary>
internal sealed partial class BoardStreamSocket
{
    private static readonly TimeSpan s_acceptDelay = TimeSpan.FromMilliseconds(3);

    // Connections that the board has taken and the program has not.
    private readonly Queue<(RadioSocket Socket, IPSocketAddress Remote)> _waiting = [];
    private BoardPort? _port;
    private bool _reuseAddress;
    private bool _isDeaf;
    private int _backlog;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        lock (Gate)
        {
            if (IsClosed || _state == StreamState.Failed)
            {
                return BoardContext.Explain(Errno.EBADF, $"{Profile.Title} does not check in bind() that the socket is closed, and uses memory that is not its own");
            }

            if (_port is not null || _state != StreamState.New)
            {
                return BoardContext.Explain(Errno.EINVAL, $"{Profile.Title} accepts a second bind, and can stop for ever later. A socket is bound once: make another with pool.socket()");
            }

            BoardPort? port = null;
            if (local.Port != 0 && !Board.Ports.TryHold(local, _reuseAddress, out port))
            {
                return Errno.EADDRINUSE;
            }

            // The ports above are the board's; what the system below has of old connections does not count.
            Inner.SetOption(SocketOptionLevel.Socket, SocketOptionName.ReuseAddress, BitConverter.GetBytes(1));
            Errno errno = Inner.Bind(local).Errno;
            _isDeaf = errno == Errno.EADDRNOTAVAIL || (errno == Errno.EADDRINUSE && port is not null && _reuseAddress && Board.Ports.HasListener(port));
            if (errno != Errno.None && !_isDeaf)
            {
                if (port is not null)
                {
                    Board.Ports.Release(port, isTimeWait: false);
                }

                return errno;
            }

            if (port is null && Board.Ports.TryHold(Bound(local), _reuseAddress, out BoardPort? chosen))
            {
                port = chosen;
            }

            _port = port;
            return RadioResult.Ok;
        }
    }

    public override RadioResult Listen(int backlog)
    {
        lock (Gate)
        {
            if (IsClosed || _state == StreamState.Failed)
            {
                return Profile.Listening.ListenAgain.Value == Errno.None ? RadioResult.Ok
                    : BoardContext.Explain(Errno.EBADF, $"{Profile.Title} does not check in listen() that the socket is closed, and uses memory that is not its own");
            }

            bool isShared = _port is not null && _reuseAddress && Board.Ports.HasListener(_port);
            if (_state != StreamState.New || isShared)
            {
                if (_state == StreamState.New && Profile.Listening.ListenAgain.Value == Errno.None)
                {
                    (_state, _isDeaf) = (StreamState.Listening, true);
                }

                return Profile.Listening.ListenAgain.Value;
            }

            _backlog = Math.Clamp(backlog, 1, Profile.Listening.MaxBacklog);
            // Linux lets one more wait than the number says.
            Errno errno = _isDeaf ? Errno.None : Inner.Listen(Profile.Listening.ResetsBeyondBacklog ? SystemBacklog : _backlog - 1).Errno;
            if (errno != Errno.None)
            {
                return errno;
            }

            _state = StreamState.Listening;
            if (_port is null && !_isDeaf && Board.Ports.TryHold(Bound(default), _reuseAddress, out BoardPort? port))
            {
                _port = port;
            }

            if (_port is not null)
            {
                _port.IsListening = true;
            }

            if (Profile.Listening.ResetsBeyondBacklog && !_isDeaf)
            {
                _ = TakeConnectionsAsync(_watching.Token);
            }

            return RadioResult.Ok;
        }
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        lock (Gate)
        {
            (accepted, remote) = (null, default);
            if (IsClosed || (_state == StreamState.Failed && Profile.Transfer.ResetEndsSocket))
            {
                return Profile.Transfer.ClosedSocketWaits ? Errno.EAGAIN : Errno.EBADF;
            }

            if (_state != StreamState.Listening)
            {
                Errno errno = Profile.Listening.AcceptWithoutListen;
                return errno == Errno.None ? Errno.EAGAIN : errno;
            }

            if (!TryTake(out RadioSocket? inner, out remote))
            {
                return Errno.EAGAIN;
            }

            if (Profile.Listening.AcceptedTimeout.Value == TimeSpan.Zero && !IsNonBlocking)
            {
                Board.Note($"on {Profile.Title} an accepted socket does not wait (time-out 0), whatever its listener's time-out is: call settimeout() on it");
            }

            accepted = new BoardStreamSocket(Board, inner!, _port is null ? null : Board.Ports.Inherit(_port));
            return RadioResult.Ok;
        }
    }

    public override RadioResult Accept(out RadioSocket? accepted, out IPSocketAddress remote, in Deadline deadline)
    {
        TimeSpan step = Profile.Listening.AcceptStep;
        long steps = step > TimeSpan.Zero && !deadline.IsInfinite ? (long)Math.Floor(deadline.Timeout / step) : -1;
        while (true)
        {
            Task change = Changed.Next;
            RadioResult result = TryAccept(out accepted, out remote);
            if (result.Errno != Errno.EAGAIN || deadline.IsImmediate)
            {
                return result;
            }

            if (WhyNobodyComes() is { } why)
            {
                return WaitForNothing(deadline, why);
            }

            if (steps >= 0 ? steps-- == 0 : deadline.HasExpired)
            {
                return steps >= -1 && step > TimeSpan.Zero ? BoardContext.Explain(Errno.ETIMEDOUT, $"on {Profile.Title} accept() waits whole steps of 0.1 s, rounded down") : Errno.ETIMEDOUT;
            }

            if (steps >= 0)
            {
                BoardWait.Pause(step, Board.Radio);
            }
            else
            {
                BoardWait.For(change, Shorter(deadline.Remaining), Board.Radio);
                if (Poll(Readiness.Readable) != Readiness.None)
                {
                    // The program runs slower than the network: a SYN that follows at once finds the backlog full.
                    BoardWait.Pause(s_acceptDelay, Board.Radio);
                }
            }
        }
    }

    /// <summary>The pool is full and a connection is there: some boards take it, and no call returns it.</summary>
    public override void NoteOutOfSockets()
    {
        if (Profile.Budget.AcceptWithoutRoom.Value == FullAccept.FailsAndLoses)
        {
            lock (Gate)
            {
                if (TryTake(out RadioSocket? inner, out _))
                {
                    Board.KeepLost(inner!);
                }
            }
        }
    }

    protected override RadioResult Apply(int level, int name, ReadOnlySpan<byte> value)
    {
        if ((level, name) != (BoardOptions.SolSocket, BoardOptions.ReuseAddress))
        {
            return base.Apply(level, name, value);
        }

        // lwIP's own rule for ports is above, so that the system below does not hear of it.
        _reuseAddress = value.Length == sizeof(int) && value.IndexOfAnyExcept((byte)0) >= 0;
        return RadioResult.Ok;
    }

    private const int SystemBacklog = 128;

    private IPSocketAddress Bound(in IPSocketAddress wanted) => Inner.GetLocalAddress(out IPSocketAddress local).Failed ? wanted : local;

    private string? WhyNobodyComes()
    {
        lock (Gate)
        {
            return IsClosed ? "the socket is closed, and accept() does not check it"
                : _state != StreamState.Listening ? "the socket does not listen, and accept() does not check it"
                : _isDeaf ? "no connection comes to this socket: its address is not the board's, or another socket listens there"
                : null;
        }
    }

    // With the gate held.
    private bool HasConnection()
    {
        if (Profile.Budget.AcceptWithoutRoom.Value == FullAccept.ClosesAndWaits && Board.IsFull)
        {
            // lwIP has no socket for the connection: it is closed, and accept() goes on waiting.
            while (!Inner.TryAccept(out RadioSocket? refused, out _).Failed)
            {
                refused!.Close();
            }

            return false;
        }

        return _waiting.Count > 0 || (!_isDeaf && !Profile.Listening.ResetsBeyondBacklog && (Inner.Poll(Readiness.Readable) & Readiness.Readable) != 0);
    }

    private bool TryTake(out RadioSocket? inner, out IPSocketAddress remote)
    {
        (inner, remote) = (null, default);
        if (_isDeaf || !HasConnection())
        {
            return false;
        }

        if (!Profile.Listening.ResetsBeyondBacklog)
        {
            return !Inner.TryAccept(out inner, out remote).Failed;
        }

        // What was reset meanwhile has left the queue.
        while (_waiting.TryDequeue(out (RadioSocket Socket, IPSocketAddress Remote) next))
        {
            if ((next.Socket.Poll(Readiness.None) & Readiness.Error) == 0)
            {
                (inner, remote) = next;
                return true;
            }

            next.Socket.Close();
        }

        return false;
    }

    /// <summary>Takes connections as they come: so many wait, and every other is reset after its handshake.</summary>
    private async Task TakeConnectionsAsync(CancellationToken end)
    {
        try
        {
            while (!(await Inner.WaitAsync(Readiness.Readable, end).ConfigureAwait(false)).Failed)
            {
                lock (Gate)
                {
                    while (!IsClosed && !Inner.TryAccept(out RadioSocket? inner, out IPSocketAddress remote).Failed)
                    {
                        if (_waiting.Count < _backlog)
                        {
                            _waiting.Enqueue((inner!, remote));
                        }
                        else
                        {
                            Reset(inner!);
                        }
                    }
                }

                Changed.Set();
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }
}
