using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>connect.</summary>
internal sealed partial class BoardStreamSocket
{
    // A connection is not up before its answer can have come over a radio: the call after connect sees it connecting.
    private static readonly TimeSpan s_leastRoundTrip = TimeSpan.FromMilliseconds(2);
    private static readonly TimeSpan s_leastAnswer = TimeSpan.FromMilliseconds(20);

    // There will be no answer, whatever the inner socket does: the board goes on sending its SYN.
    private bool _isSilent;
    private bool _isOwn;
    private bool _isRefused;
    private long _connectingSince;
    private long _askedAt;

    // A connect that does not wait is not over yet: whatever the answer is, it comes afterwards.
    private volatile bool _isUnseen;
    private TimeSpan _leastAnswer = s_leastRoundTrip;

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        lock (Gate)
        {
            Errno refusal = RefusalOfConnect();
            if (refusal != Errno.None)
            {
                return refusal;
            }

            return Begin(remote);
        }
    }

    public override RadioResult FinishConnect()
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Errno.EBADF;
            }

            Refresh();
            return _state switch
            {
                StreamState.Connecting => Errno.EINPROGRESS,
                StreamState.Connected => Connected(),
                StreamState.Failed => _failure,
                _ => Errno.ENOTCONN,
            };
        }
    }

    /// <summary>The board's connect: a loop that looks, in steps, whether the connection is up.</summary>
    public override RadioResult Connect(in IPSocketAddress remote, in Deadline deadline)
    {
        BoardConnecting rules = Profile.Connecting;
        bool isEndless = deadline.IsInfinite || rules.IgnoresTimeout;
        TimeSpan step = rules.Step.Value == TimeSpan.Zero ? deadline.Timeout : rules.Step;
        long steps = isEndless ? long.MaxValue : Steps(deadline.Timeout);
        _isUnseen = steps == 0;
        RadioResult result = TryConnect(remote);
        if (result.Errno != Errno.EINPROGRESS)
        {
            _isUnseen = false;
            return result;
        }

        bool isWhole = rules.TakesWholeSteps && !isEndless;
        for (long i = 0; i < steps && (IsConnecting() || (isWhole && i == 0)); i++)
        {
            if (isWhole)
            {
                BoardWait.Pause(step, Board.Radio);
            }
            else
            {
                WaitWhileConnecting(isEndless ? Timeout.InfiniteTimeSpan : step);
            }
        }

        lock (Gate)
        {
            if (steps > 0)
            {
                Refresh();
            }
            else
            {
                (_askedAt, _leastAnswer, _isUnseen) = (Board.TimeProvider.GetTimestamp(), s_leastAnswer, false);
            }

            if (IsClosed)
            {
                return Errno.EBADF;
            }

            return _state switch
            {
                StreamState.Connecting => steps == 0 ? ExplainNonBlocking() : ExplainTimeout(),
                StreamState.Failed => ExplainFailure(_failure),
                _ when steps == 0 && !rules.CountsWhenLate => ExplainNonBlocking(),
                _ when rules.FailsOnEarlyEnd && _hasEnded && !deadline.IsInfinite && steps > 0 => ExplainEarlyEnd(),
                _ => Connected(),
            };
        }
    }

    private long Steps(TimeSpan timeout)
    {
        BoardConnecting rules = Profile.Connecting;
        if (rules.Step.Value == TimeSpan.Zero)
        {
            return timeout == TimeSpan.Zero ? 0 : 1;
        }

        double steps = timeout / rules.Step.Value;
        return (long)(rules.Rounding.Value == StepRounding.Up ? Math.Ceiling(steps) : Math.Floor(steps));
    }

    private RadioResult Connected()
    {
        _countsAsConnected = true;
        return RadioResult.Ok;
    }

    private bool IsConnecting()
    {
        lock (Gate)
        {
            Refresh();
            return _state == StreamState.Connecting && !IsClosed;
        }
    }

    private void WaitWhileConnecting(TimeSpan time)
    {
        Deadline deadline = new(Board.TimeProvider, time);
        while (!deadline.HasExpired)
        {
            Task change = Changed.Next;
            if (!IsConnecting())
            {
                return;
            }

            // Its own end comes without anybody telling.
            TimeSpan left = Profile.Connecting.ConnectTimeout - Board.TimeProvider.GetElapsedTime(_connectingSince);
            left = left < TimeSpan.FromMilliseconds(1) ? TimeSpan.FromMilliseconds(1) : left;
            BoardWait.For(change, deadline.IsInfinite || left < deadline.Remaining ? left : deadline.Remaining, Board.Radio);
        }
    }

    private Errno RefusalOfConnect()
    {
        BoardConnecting rules = Profile.Connecting;
        if (IsClosed)
        {
            return Errno.EBADF;
        }

        Refresh();
        switch (_state)
        {
            case StreamState.Connecting:
                return rules.AgainWhileConnecting;
            case StreamState.Connected:
                return _hasEnded ? rules.AgainAfterEnd : rules.AgainWhenConnected;
            case StreamState.Listening:
                return rules.OnListener;
            case StreamState.Failed when rules.AgainAfterFailure.Value != Errno.None:
                return BoardContext.Explain(rules.AgainAfterFailure, $"{Profile.Title} cannot connect a socket again after a failure: close it and make another with pool.socket()").Errno;
            default:
                return Errno.None;
        }
    }

    // 3.10.1 of the board: its SYN goes out, or would.
    private RadioResult Begin(in IPSocketAddress remote)
    {
        bool isLoopback = !Board.ReachesThisMachine && BoardAddresses.IsLoopback(remote);
        if (!Board.IsAssociated || (isLoopback && Profile.Connecting.Loopback.Value == SelfConnect.Unreachable))
        {
            return BoardContext.Explain(Errno.EHOSTUNREACH, isLoopback
                ? $"{Profile.Title} does not reach itself: 127.0.0.1 is the board, not this PC. Use the PC's address or name in the network, or --host NAME=127.0.0.1:PORT"
                : $"{Profile.Title} is in no network yet");
        }

        _isOwn = !Board.ReachesThisMachine && Profile.Connecting.OwnAddress.Value == SelfConnect.Silent && IsOwn(remote);
        _isSilent = BoardAddresses.IsNobody(remote) || (_isOwn && Board.Ports.Listens(remote.Port));
        _connectingSince = _askedAt = Board.TimeProvider.GetTimestamp();
        if (!_isSilent)
        {
            Errno errno = Inner.TryConnect(remote).Errno;
            if ((errno is Errno.ECONNREFUSED || remote.Port == 0) && !_isOwn)
            {
                _isRefused = true;
            }
            else if (errno is not Errno.None and not Errno.EINPROGRESS)
            {
                // The system below knows already that there is no host; a board's SYN goes out.
                _isSilent = true;
            }
        }

        _state = StreamState.Connecting;
        StartWatching();
        return Errno.EINPROGRESS;
    }

    private bool IsOwn(in IPSocketAddress remote)
    {
        System.Net.IPAddress address = remote.ToIPEndPoint().Address;
        return Board.OwnAddresses().Contains(address);
    }

    private void RefreshConnecting()
    {
        TimeSpan elapsed = Board.TimeProvider.GetElapsedTime(_connectingSince);
        if (_isUnseen || Board.TimeProvider.GetElapsedTime(_askedAt) < _leastAnswer)
        {
            return;
        }

        if (_isRefused)
        {
            Fail(Profile.Connecting.Refused);
            return;
        }

        if (!_isSilent && (Inner.Poll(Readiness.Writable) & (Readiness.Writable | Readiness.Error)) != 0)
        {
            Errno errno = Inner.FinishConnect().Errno;
            if (errno == Errno.None)
            {
                BecomeConnected();
                return;
            }

            if (errno == Errno.ECONNREFUSED && !_isOwn)
            {
                Fail(Profile.Connecting.Refused);
                return;
            }

            // What a host learns of ARP and ICMP errors a board does not: it goes on.
            _isSilent = errno != Errno.EINPROGRESS;
        }

        if (elapsed >= Profile.Connecting.ConnectTimeout)
        {
            Fail(Profile.Connecting.Unanswered);
        }
    }

    private void BecomeConnected()
    {
        _state = StreamState.Connected;
        _countsAsConnected |= Profile.Connecting.CountsWhenLate;
        _sendMeter.Start();
        if (!_isWatched)
        {
            StartWatching();
        }
    }

    private RadioResult ExplainTimeout() => Profile.Connecting.TimedOut.Value == Errno.ETIMEDOUT
        ? Errno.ETIMEDOUT
        : BoardContext.Explain(Profile.Connecting.TimedOut, $"on {Profile.Title} a connect that times out is {Name(Profile.Connecting.TimedOut)}, never ETIMEDOUT, and its time-out is whole steps of 0.1 s");

    private RadioResult ExplainNonBlocking() => Profile.Connecting.CountsWhenLate
        ? Profile.Connecting.NonBlocking.Value
        : BoardContext.Explain(Profile.Connecting.NonBlocking, $"on {Profile.Title} a connect that does not wait fails with {Name(Profile.Connecting.NonBlocking)}, and every later send is a BrokenPipeError: use settimeout(seconds) before connect()");

    private RadioResult ExplainFailure(Errno errno)
    {
        BoardConnecting rules = Profile.Connecting;
        return errno == rules.Refused && Board.TimeProvider.GetElapsedTime(_connectingSince) < rules.ConnectTimeout
            ? BoardContext.Explain(errno, $"on {Profile.Title} a refused connection is {Name(errno)}, never ECONNREFUSED")
            : BoardContext.Explain(errno, $"on {Profile.Title} a connect without an answer ends after {rules.ConnectTimeout.Value.TotalSeconds:0} s with {Name(errno)}");
    }

    private static string Name(Errno errno) => $"{errno} ({NewlibErrno.ToNumber(errno)})";

    private RadioResult ExplainEarlyEnd() => BoardContext.Explain(
        Errno.EPROTO,
        $"{Profile.Title} raises an OSError here with a number that means nothing: the server has sent and closed before connect() looked. The connection is up, and recv_into() reads what came");
}
