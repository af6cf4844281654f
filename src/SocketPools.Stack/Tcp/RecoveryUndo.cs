namespace SocketPools.Stack.Tcp;

/// <summary>
/// Whether a recovery was for nothing: by the timestamp of what is acknowledged (the Eifel detection, RFC 3522), or because each byte that
/// was sent again is reported to have come twice (RFC 3708). Then the window is as it was before (RFC 4015).
/// </summary>
internal struct RecoveryUndo
{
    // SND.UNA when the recovery began; -1 when there is nothing to undo.
    private long _marker;
    private long _sentAgain;
    private uint _firstTimestamp;
    private bool _hasSentAgain;
    private bool _hasTimestamp;

    /// <summary>Whether the window may still be put back.</summary>
    internal readonly bool IsPossible => _marker > 0;

    /// <summary>A recovery begins, with the window made smaller.</summary>
    internal void Begin(long sndUna)
    {
        this = default;
        _marker = sndUna;
    }

    /// <summary>There is nothing to undo any more.</summary>
    internal void Forget() => this = default;

    /// <summary>Bytes were sent again.</summary>
    /// <param name="bytes">How many.</param>
    /// <param name="timestamp">The timestamp that they bear; null for none.</param>
    internal void NoteSentAgain(long bytes, uint? timestamp)
    {
        _sentAgain += bytes;
        _hasSentAgain = true;
        if (!_hasTimestamp && timestamp is { } value)
        {
            (_firstTimestamp, _hasTimestamp) = (value, true);
        }
    }

    /// <summary>A block that came twice is reported (RFC 2883).</summary>
    internal void NoteDuplicate(SequenceRange block)
    {
        if (_marker > 0 && block.End > _marker)
        {
            _sentAgain = Math.Max(0, _sentAgain - block.Length);
        }
    }

    /// <summary>RFC 3708: all that was sent again has come twice.</summary>
    internal readonly bool HasAllComeTwice => _marker > 0 && _hasSentAgain && _sentAgain == 0;

    /// <summary>RFC 3522, 3.2, step 5: an acknowledgment echoes a timestamp from before the first retransmission.</summary>
    internal readonly bool IsAnswerToOriginal(uint? echo) =>
        _marker > 0 && _hasTimestamp && echo is { } value && (int)(value - _firstTimestamp) < 0;
}
