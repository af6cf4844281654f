using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards.Sockets;

/// <summary>
/// A TCP socket of a board: its own state above the inner socket's, as CircuitPython keeps one above lwIP's. Every profile's values are
/// read here and in the other parts; no part asks which board it is.
/// </summary>
[SuppressMessage("Design", "CA1001:Types that own disposable fields should be disposable", Justification = "Close ends the watch, and a source without a timer holds nothing.")]
internal sealed partial class BoardStreamSocket : BoardSocket
{
    private readonly SegmentQueue _arrived;
    private readonly byte[] _piece;
    private readonly CancellationTokenSource _watching = new();
    private StreamState _state;

    // CircuitPython's own flag on some boards: only a connect that succeeded sets it, and a send looks at nothing else.
    private bool _countsAsConnected;
    private bool _hasEnded;

    // Why it failed; on boards that do not see resets, until a call was told.
    private Errno _failure;
    private bool _isResetPending;
    private bool _isEndTold;

    internal BoardStreamSocket(BoardContext board, RadioSocket inner)
        : base(board, inner)
    {
        _arrived = new SegmentQueue(Profile.Wire.MaxSegmentSize);
        _piece = new byte[Profile.Transfer.ReceiveBuffer];
        _sendMeter = new SendMeter(inner, Profile.Transfer.SendBuffer);
    }

    private BoardStreamSocket(BoardContext board, RadioSocket inner, BoardPort? port)
        : this(board, inner)
    {
        (_state, _countsAsConnected, _port) = (StreamState.Connected, true, port);
        _sendMeter.Start();
        StartWatching();
    }

    public override TimeSpan? InitialTimeout => _port is not null || _state == StreamState.Connected ? Profile.Listening.AcceptedTimeout : null;

    protected override bool IsWatched => _isWatched && _state is StreamState.Connecting or StreamState.Connected;

    public override Readiness Poll(Readiness interest)
    {
        lock (Gate)
        {
            if (IsClosed)
            {
                return Readiness.Readable | Readiness.Writable | Readiness.HangUp;
            }

            Refresh();
            Readiness ready = _state switch
            {
                StreamState.New => Readiness.Writable,
                StreamState.Connecting => Readiness.None,
                StreamState.Listening => HasConnection() ? Readiness.Readable : Readiness.None,
                StreamState.Failed => Readiness.Readable | Readiness.Writable,
                _ => (!_arrived.IsEmpty || _hasEnded ? Readiness.Readable : Readiness.None) | (HasRoom ? Readiness.Writable : Readiness.None),
            };
            return ready & interest;
        }
    }

    public override RadioResult Shutdown(SocketShutdown how) => Inner.Shutdown(how);

    /// <summary>Takes over what has happened to the inner socket. With the gate held.</summary>
    private void Refresh()
    {
        if (_state == StreamState.Connecting)
        {
            RefreshConnecting();
        }

        if (_state == StreamState.Connected)
        {
            Fill();
        }
    }

    /// <summary>Takes what has arrived, as much as the board's window has room for.</summary>
    private void Fill()
    {
        while (!_hasEnded && _arrived.Length < Profile.Transfer.ReceiveBuffer)
        {
            RadioResult result = Inner.TryReceive(_piece.AsSpan(0, Profile.Transfer.ReceiveBuffer - _arrived.Length));
            if (result.Errno == Errno.EAGAIN)
            {
                return;
            }

            if (result.Failed)
            {
                NoteReset();
                return;
            }

            _hasEnded = result.Count == 0;
            _arrived.Add(_piece.AsSpan(0, result.Count));
        }

        // Behind the end, or a full window, only the socket's own state tells of a reset.
        if ((Inner.Poll(Readiness.None) & Readiness.Error) != 0)
        {
            NoteReset();
        }
    }

    private void NoteReset()
    {
        if (Profile.Transfer.ResetEndsSocket)
        {
            _arrived.Clear();
            Fail(Errno.ECONNRESET);
            return;
        }

        _isResetPending = _failure == Errno.None;
        _failure = Errno.ECONNRESET;
        _state = StreamState.Failed;
    }

    private void Fail(Errno errno)
    {
        (_state, _failure) = (StreamState.Failed, errno);
        _isResetPending = false;
    }

    /// <summary>Watches the inner socket from now on, so that what arrives is taken piece by piece.</summary>
    private void StartWatching()
    {
        _isWatched = true;
        _ = WatchAsync(_watching.Token);
    }

    private bool _isWatched;

    private async Task WatchAsync(CancellationToken end)
    {
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        try
        {
            while (!end.IsCancellationRequested)
            {
                Task change = Changed.Next;
                Readiness interest;
                lock (Gate)
                {
                    (StreamState state, int length, bool ended) before = (_state, _arrived.Length, _hasEnded);
                    Refresh();
                    if (before != (_state, _arrived.Length, _hasEnded))
                    {
                        Changed.Set();
                    }

                    interest = IsClosed ? Readiness.None : NextInterest();
                    if (interest == Readiness.None && (_state == StreamState.Failed || _hasEnded || IsClosed))
                    {
                        return;
                    }
                }

                if (interest == Readiness.None)
                {
                    await Task.WhenAny(change, Task.Delay(Timeout.InfiniteTimeSpan, end)).ConfigureAwait(false);
                }
                else if (interest == Readiness.Writable && Inner.Poll(interest) != Readiness.None)
                {
                    await Task.Delay(s_leastRoundTrip, Board.TimeProvider, end).ConfigureAwait(false);
                }
                else if ((await Inner.WaitAsync(interest, end).ConfigureAwait(false)).Failed)
                {
                    return;
                }
            }
        }
        catch (OperationCanceledException)
        {
            // Closed.
        }
    }

    private Readiness NextInterest() => _state switch
    {
        StreamState.Connecting when !_isSilent => Readiness.Writable,
        StreamState.Connected when !_hasEnded && _arrived.Length < Profile.Transfer.ReceiveBuffer => Readiness.Readable,
        _ => Readiness.None,
    };
}
