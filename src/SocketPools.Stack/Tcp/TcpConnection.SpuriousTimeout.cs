namespace SocketPools.Stack.Tcp;

/// <summary>
/// After the retransmission timer: F-RTO (RFC 5682, section 3, with SACK; section 2 without), by which the acknowledgments tell whether
/// anything was lost at all, before more is sent again than one segment.
/// </summary>
internal sealed partial class TcpConnection
{
    // New text goes out instead of what was sent before: the answer to it tells (RFC 5682, 2.1, step 2b).
    private bool _isNewFirst;

    private void GoOnInLossRecovery(in TcpSegment segment, in Delivery delivery, bool isDuplicate)
    {
        _isNewFirst = false;
        if (delivery.HasAdvanced && Episode.Undo.IsPossible && IsTimeoutInVain(segment))
        {
            Undo(isAllOnItsWay: true);
        }
        else if (Episode.HasSpuriousTimeoutDetection && Episode.Undo.IsPossible && TakeAnswerToTimeout(delivery, isDuplicate))
        {
            Undo(isAllOnItsWay: true);
        }
        else if (_sndUna >= RecoveryPoint)
        {
            EndRecovery(segment);
        }
    }

    private bool IsTimeoutInVain(in TcpSegment segment) =>
        Episode.Undo.HasAllComeTwice || Episode.Undo.IsAnswerToOriginal(EchoOf(segment));

    // Returns whether the timeout was spurious.
    private bool TakeAnswerToTimeout(in Delivery delivery, bool isDuplicate)
    {
        // Step 3b: what was sent once, before the timeout, has arrived.
        if (delivery.LowestSentOnce < RecoveryPoint)
        {
            return true;
        }

        if (_sndNxt > RecoveryPoint)
        {
            if (delivery.HasSacked || isDuplicate)
            {
                // Step 3a: the loss was real.
                Episode.HasSpuriousTimeoutDetection = false;
            }
        }
        else if (delivery.HasAdvanced && _sndUna < RecoveryPoint)
        {
            // Step 2b: two new segments, if there are any.
            Episode.RecoveryPoint = _sndNxt;
            bool hasNew = UnsentText > 0 && _sndUna + _sndWnd > _sndNxt;
            _isNewFirst = Episode.HasSpuriousTimeoutDetection = hasNew;
        }

        return false;
    }
}
