namespace SocketPools.Stack.Tcp;

// The end of a recovery, and what is taken back when the recovery was for nothing.
internal sealed partial class TcpConnection
{
    // All that was sent when the loss was found is acknowledged.
    private void EndRecovery(in TcpSegment segment)
    {
        _rack.NoteRecoveryEnd();
        if (Episode.Undo.IsAnswerToOriginal(EchoOf(segment)))
        {
            Undo(isAllOnItsWay: false);
        }
        else
        {
            UndoIfAllCameTwice();
        }

        _recovery = Recovery.None;
    }

    private bool UndoIfAllCameTwice()
    {
        bool isInVain = _episode is not null && _episode.Undo.HasAllComeTwice;
        if (isInVain)
        {
            Undo(isAllOnItsWay: false);
        }

        return isInVain;
    }

    // The recovery was for nothing: RFC 4015; RFC 9438, 4.9.
    private void Undo(bool isAllOnItsWay)
    {
        Statistics.RecoveriesUndone++;

        // What was taken for lost came late, behind what was sent after it (as on Linux): RFC 8985, 6.2, step 3 sees it only in what was
        // not sent again.
        _rack.IsReorderingSeen |= _usesSack && _recovery == Recovery.Fast;
        Congestion.Undo();
        _ecn.WithdrawReport();
        _recovery = Recovery.None;
        _duplicates = 0;
        Episode.Undo.Forget();
        if (isAllOnItsWay)
        {
            _scoreboard?.UndoLosses(Now);
        }
    }
}
