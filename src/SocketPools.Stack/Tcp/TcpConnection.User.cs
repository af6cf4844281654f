using SocketPools.Radios;

namespace SocketPools.Stack.Tcp;

/// <summary>The user's calls (RFC 9293, 3.10), as sockets have them on Linux: each is an attempt, which never waits.</summary>
internal sealed partial class TcpConnection
{
    private bool _isReceiveShut;

    // What waits goes out although it is held back.
    private bool _isPushing;

    // Closed by its user: it lives on until the peer has all, without an observer.
    private bool _isOrphan;

    // There was no room for what the user had, or none to wait for: an acknowledgment that makes some is told.
    private bool _isRoomAwaited;

    /// <summary>The options. Setting them takes effect at once.</summary>
    internal TcpSocketOptions Options
    {
        get => _options;
        set
        {
            // Linux: TCP_NODELAY is stronger than TCP_CORK for what waits already; and TCP_MAXSEG is for the handshake.
            _isPushing = value.NoDelay && !_options.NoDelay;
            _options = value with { MaxSegmentSize = _options.MaxSegmentSize };
            if (value.ReceiveBuffer is { } limit)
            {
                SetReceiveLimit(limit);
            }

            StartKeepAlive();
            Output();
            _isPushing = false;
        }
    }

    /// <summary>Bytes that a receive would give now.</summary>
    internal int Available => _parts?.Receiving.Available ?? 0;

    private bool IsAtEnd => _isReceiveShut || (State.IsSynchronized() && !State.MayReceive()) || State == TcpState.Closed;

    // The most that the send buffer was, when it grows by itself.
    private int _grownSendBuffer;

    private long SendLimit => _options.SendBuffer ?? Math.Max(_grownSendBuffer, _shard.Settings.SendBuffer);

    // Twice the window; while losses are made good, a window more is on its way, which is more then. As on Linux it does not shrink with
    // the window: text for two round trips is needed to make good a loss.
    private void GrowSendBuffer()
    {
        long wanted = CongestionWindow + Math.Max(CongestionWindow, Flight);
        _grownSendBuffer = (int)Math.Max(_grownSendBuffer, Math.Min(wanted, MaxSendBuffer));
    }

    private int MaxSendBuffer => Math.Max(_shard.Settings.SendBuffer, _shard.Settings.MaxSendBuffer);

    // As Linux: a third of the buffer is free.
    private bool IsWritable => State.MaySend() && !_isFinQueued && SendLimit - SendLength >= SendLength / 2
        && !IsAtLowWater(UnsentText);

    // TCP_NOTSENT_LOWAT.
    private bool IsAtLowWater(long unsent) => _options.NotSentLowWater > 0 && unsent >= _options.NotSentLowWater;

    /// <summary>SEND: takes as many bytes as fit.</summary>
    /// <returns>EAGAIN: nothing fits, or the handshake goes on. EPIPE: this half is shut. Else the pending error, once.</returns>
    internal RadioResult Send(ReadOnlySpan<byte> data)
    {
        if (TakeError() is var error && error != Errno.None)
        {
            return error;
        }

        if (State is TcpState.SynSent or TcpState.SynReceived && !_isFinQueued)
        {
            return Errno.EAGAIN;
        }

        if (!State.MaySend() || _isFinQueued)
        {
            return Errno.EPIPE;
        }

        int count = (int)Math.Min(data.Length, Room);
        _isRoomAwaited |= count < data.Length;
        if (count == 0 && data.Length > 0)
        {
            return Errno.EAGAIN;
        }

        Parts.Sending.Append(data[..count]);
        Output();
        return RadioResult.FromCount(count);
    }

    /// <summary>RECEIVE: what has come, in order. 0 at the end of the stream.</summary>
    /// <param name="buffer">Filled from its start.</param>
    /// <param name="peek">Whether the bytes stay (MSG_PEEK).</param>
    /// <returns>EAGAIN: nothing is there. Else the pending error, once, after all that came before it.</returns>
    internal RadioResult Receive(Span<byte> buffer, bool peek = false)
    {
        if (Available > 0)
        {
            int count = Parts.Receiving.Read(buffer, peek);
            if (!peek && State.MayReceive())
            {
                GrowReceiveBuffer(count);
                OfferWindow();
                AcknowledgeRead();
            }

            return RadioResult.FromCount(count);
        }

        if (_hasPeerEnded)
        {
            // All has come, whatever happened behind it (SOCK_DONE of Linux): the error is for who sends.
            return RadioResult.FromCount(0);
        }

        if (TakeError() is var error && error != Errno.None)
        {
            return error;
        }

        return IsAtEnd || buffer.IsEmpty ? RadioResult.FromCount(0) : Errno.EAGAIN;
    }

    // As Linux, which fills a buffer that it has begun, and takes another one below TCP_NOTSENT_LOWAT: so the limit stops nothing for good.
    private long Room
    {
        get
        {
            long room = Math.Max(0, SendLimit - SendLength);
            if (_options.NotSentLowWater == 0)
            {
                return room;
            }

            long unsent = UnsentText;
            long begun = unsent % _segmentSize;
            return Math.Min(room, IsAtLowWater(unsent) ? (begun == 0 ? 0 : _segmentSize - begun) : Math.Max(_options.NotSentLowWater - unsent, _segmentSize));
        }
    }

    // As Linux, which tells of room when twice what was not sent is less than TCP_NOTSENT_LOWAT.
    private void NotifyWritable()
    {
        if (_isRoomAwaited && IsWritable && !IsAtLowWater(2 * UnsentText))
        {
            _isRoomAwaited = false;
            Observer?.Changed();
        }
    }

    /// <summary>The pending error (SO_ERROR): it is reported once.</summary>
    internal Errno TakeError()
    {
        Errno error = _error;
        _error = Errno.None;
        return error;
    }

    /// <summary>poll(2) without waiting, as <c>tcp_poll</c> of Linux answers.</summary>
    internal Readiness Poll()
    {
        Readiness ready = _error != Errno.None ? Readiness.Error : Readiness.None;
        bool isSendShut = _isFinQueued || State == TcpState.Closed;
        if (State == TcpState.Closed || (isSendShut && IsAtEnd))
        {
            ready |= Readiness.HangUp;
        }

        if (Available > 0 || IsAtEnd)
        {
            ready |= Readiness.Readable;
        }

        if (isSendShut || IsWritable || _isSendingLeft)
        {
            ready |= Readiness.Writable;
        }
        else
        {
            _isRoomAwaited = true;
        }

        return ready;
    }

    /// <summary>shutdown(2).</summary>
    /// <returns>ENOTCONN: it is not up.</returns>
    internal Errno Shutdown(bool receive, bool send)
    {
        if (State is TcpState.Closed or TcpState.SynSent)
        {
            return Errno.ENOTCONN;
        }

        _isReceiveShut |= receive;
        if (send)
        {
            CloseSending();
        }

        Observer?.Changed();
        return Errno.None;
    }

    /// <summary>
    /// CLOSE: the user has no more to do with it, and is told nothing more. What was sent still goes out, then FIN. Unread text makes it a
    /// reset, so that the peer does not take it as read (RFC 2525, 2.17; RFC 1122, 4.2.2.13).
    /// </summary>
    internal void Close()
    {
        if (_isOrphan)
        {
            return;
        }

        bool isUnread = Available > 0;
        Observer = null;
        _isOrphan = _isReceiveShut = true;
        _parts?.Receiving.Clear();
        switch (State)
        {
            case TcpState.Closed:
                break;
            case TcpState.SynSent:
                SetState(TcpState.Closed);
                break;
            case not TcpState.TimeWait when isUnread:
                Reset(Errno.None);
                break;
            default:
                _gaps = null;
                _parts?.Receiving.ClearBehindGap();
                CloseSending();
                StartFinWait2();
                break;
        }
    }

    /// <summary>ABORT: a reset, at once; also a close that lingers for no time.</summary>
    internal void Abort()
    {
        Observer = null;
        _isOrphan = _isReceiveShut = true;
        _parts?.Receiving.Clear();
        switch (State)
        {
            case TcpState.Closed:
                break;
            case TcpState.SynSent or TcpState.TimeWait:
                SetState(TcpState.Closed);
                break;
            default:
                Reset(Errno.None);
                break;
        }
    }

    // 3.10.4: FIN goes behind what was sent; the state moves at once. In SYN-RECEIVED it waits for ESTABLISHED.
    private void CloseSending()
    {
        if (_isFinQueued)
        {
            return;
        }

        switch (State)
        {
            case TcpState.SynReceived:
                _isFinQueued = true;
                break;
            case TcpState.Established:
                _isFinQueued = true;
                SetState(TcpState.FinWait1);
                break;
            case TcpState.CloseWait:
                _isFinQueued = true;
                SetState(TcpState.LastAck);
                break;
        }

        Output();
    }
}
