namespace SocketPools.Stack.Tcp;

/// <summary>
/// Threads that block until there is room to send. When an acknowledgment lets text go out, one of them sends it. Else the peer's thread that reads, and
/// so acknowledges, would do the work of both ends while the sender sleeps.
/// </summary>
internal sealed partial class TcpConnection
{
    private short _waitingSenders;

    // Each of them looks at this when it wakes; meanwhile the socket is as if it were writable.
    private bool _isSendingLeft;

    /// <summary>A thread is about to block until there is room.</summary>
    internal void BeginWaitForRoom() => _waitingSenders++;

    /// <summary>It blocks no longer, for whatever reason: sends what was left to it.</summary>
    internal void EndWaitForRoom()
    {
        _waitingSenders--;
        if (_isSendingLeft)
        {
            Output();
        }
    }

    // With FIN in line it goes out at once, since nobody waits to add to it.
    private bool TryLeaveSending()
    {
        if (!_isSendingLeft && _waitingSenders > 0 && !_isFinQueued && IsSegmentSendable)
        {
            _isSendingLeft = true;
            Observer?.Changed();
        }

        return _isSendingLeft;
    }

    // A full segment is there, and the windows allow it.
    private bool IsSegmentSendable => Math.Min(UnsentText, Math.Min(Window - Pipe, _sndUna + _sndWnd - _sndNxt)) >= _segmentSize;
}
