using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Stack.Tcp;

/// <summary>
/// Loss recovery: what is lost (RACK, RFC 8985, with SACK; RFC 6582 without), how much is sent meanwhile (RFC 9937), and what follows the
/// retransmission timer (RFC 6298, RFC 5682). Limited transmit (RFC 3042) needs no code: a duplicate takes a segment out of the pipe, and
/// a new one may enter it.
/// </summary>
internal sealed partial class TcpConnection
{
    // Only while something is on its way.
    private SackScoreboard? _scoreboard;

    // Since the first recovery.
    private RecoveryEpisode? _episode;
    private RackState _rack;
    private Recovery _recovery;
    private bool _mustRetransmit;

    // RecoveryPoint of RFC 6675, recover of RFC 6582: what was sent when the loss was found; ISS before the first (RFC 6582, 3.2).
    private long RecoveryPoint => _episode?.RecoveryPoint ?? _iss;

    private enum Recovery : byte
    {
        /// <summary>Nothing is known to be lost.</summary>
        None,
        /// <summary>Routers have reported congestion (RFC 3168): the window comes down.</summary>
        Reduced,
        /// <summary>Something is lost, and is sent again while the window comes down.</summary>
        Fast,
        /// <summary>The timer has fired, or the path has become narrower: all that is not acknowledged is sent again as the window allows.</summary>
        Loss,
    }

    private SackScoreboard Scoreboard => _scoreboard ??= _shard.Scoreboards.Rent(_sndUna);

    private RecoveryEpisode Episode => _episode ??= new RecoveryEpisode { RecoveryPoint = _iss };

    /// <summary>Bytes that are thought to be in the network.</summary>
    private long Pipe => _scoreboard?.Pipe(_sndNxt) ?? Flight;

    /// <summary>cwnd: the congestion control's, or less while it comes down.</summary>
    private long Window => IsReducing ? Episode.Reduction.Window : CongestionWindow;

    [MemberNotNullWhen(true, nameof(_episode))]
    private bool IsReducing => _recovery is Recovery.Fast or Recovery.Reduced && _episode is not null;

    // Nothing is on its way: nothing is to be known about it.
    private void ReturnScoreboard()
    {
        if (_scoreboard is not null)
        {
            _shard.Scoreboards.Return(_scoreboard);
            _scoreboard = null;
        }
    }

    /// <summary>What an acknowledgment means for what is lost, and what follows.</summary>
    private void Repair(in TcpSegment segment, ref Delivery delivery, bool isDuplicate)
    {
        // Behind a gap the timestamp that comes back is older than what was delivered (RFC 7323, 4.3): it tells nothing.
        bool isAnswerToOriginal = delivery.IsNewestAgain && delivery.NewestEnd <= segment.Acknowledgment && EchoOf(segment) is { } echo
            && (int)(echo - _shard.TimestampAt(delivery.NewestSentAt, _timestampOffset)) < 0;
        Scoreboard.Newest.Update(delivery, Now, _rack.LeastRoundTrip, isAnswerToOriginal);
        NoteReordering(delivery);
        if (Scoreboard.Probe.HasRepaired(segment.Acknowledgment, delivery) && _recovery == Recovery.None)
        {
            // 7.4.2: the probe has repaired a loss, and no other algorithm responds to it.
            Congestion.OnLoss(Math.Min(Flight + delivery.Bytes, CongestionWindow));
            _ecn.NoteReduction();
        }

        switch (_recovery)
        {
            case Recovery.None:
                UndoIfAllCameTwice();
                break;
            case Recovery.Reduced:
                EndReduction();
                break;
            case Recovery.Fast:
                GoOnInFastRecovery(segment, delivery);
                break;
            case Recovery.Loss:
                GoOnInLossRecovery(segment, delivery, isDuplicate);
                break;
        }

        FindLosses(ref delivery);
        BeginFastRecoveryIfLost(delivery);
        ReduceIfMarked(segment);
        if (IsReducing)
        {
            _episode.Reduction.Acknowledge(delivery, Pipe, _segmentSize);
        }
    }

    // RFC 8985, 6.2, step 5, or RFC 6582, 3.2, step 2.
    private void FindLosses(ref Delivery delivery)
    {
        if (_scoreboard is null)
        {
            return;
        }

        _scoreboard.ReorderingDue = 0;
        if (!_usesSack)
        {
            // RFC 6582, 3.2, step 1: duplicates of what was sent again after a timeout are no loss.
            if (_recovery <= Recovery.Reduced && _duplicates >= SackScoreboard.DupThresh && _sndUna > RecoveryPoint)
            {
                _scoreboard.LoseFirst(_segmentSize, _sndNxt);
                delivery.Lost = _scoreboard.LostBytes;
            }

            return;
        }

        if (_scoreboard.Newest.IsKnown)
        {
            bool isLossKnown = _recovery >= Recovery.Fast
                || _duplicates >= SackScoreboard.DupThresh || _scoreboard.IsBeyondDupThresh(_segmentSize);
            LossCriterion criterion = _scoreboard.Newest.Criterion(_rack.Window(isLossKnown, _rto.Smoothed, Timers.Frequency / 1000), Now);
            long next = _scoreboard.FindLosses(criterion, ref delivery);
            if (next != long.MaxValue)
            {
                _scoreboard.ReorderingDue = Now + next - criterion.Deadline;
            }
        }
    }

    // RFC 8985, 6.2, step 3: something that was sent once comes behind something that was sent later.
    private void NoteReordering(in Delivery delivery)
    {
        if (_usesSack && delivery.LowestSentOnce < delivery.HighSackedBefore)
        {
            _rack.IsReorderingSeen = true;
        }
    }

    private void BeginFastRecoveryIfLost(in Delivery delivery)
    {
        if (_scoreboard is not { HasLost: true })
        {
            return;
        }

        if (_recovery <= Recovery.Reduced)
        {
            BeginFastRecovery();
        }
        else if (_recovery == Recovery.Loss && delivery.HasLostAgain)
        {
            // What the timer sent again is lost as well: that is another loss.
            BeginFastRecovery();
        }
    }

    // RFC 6675, section 5, step 4.
    private void BeginFastRecovery()
    {
        Statistics.FastRecoveries++;
        BeginReduction(Recovery.Fast);
        _mustRetransmit = true;
    }

    // The window comes down to ssthresh while what was on its way arrives (RFC 9937), once for both reasons.
    private void BeginReduction(Recovery reason)
    {
        bool isReduced = _recovery == Recovery.Reduced;
        _recovery = reason;
        Episode.RecoveryPoint = _sndNxt;
        Scoreboard.Probe.Forget();
        Scoreboard.LossProbeDue = 0;
        if (isReduced || reason == Recovery.Reduced)
        {
            // Congestion was reported: nothing is taken back.
            Episode.Undo.Forget();
        }
        else
        {
            Episode.Undo.Begin(_sndUna);
        }

        if (!isReduced)
        {
            _ecn.NoteReduction();

            // RFC 5681, 3.2, step 2: what limited transmit has added does not count.
            long flight = Math.Min(Flight, CongestionWindow);
            Congestion.OnLoss(flight);
            Episode.Reduction.Begin(flight, CongestionWindow);
        }
    }

    private void GoOnInFastRecovery(in TcpSegment segment, in Delivery delivery)
    {
        if (_sndUna >= RecoveryPoint)
        {
            EndRecovery(segment);
        }
        else if (delivery.HasAdvanced && Episode.Undo.IsAnswerToOriginal(EchoOf(segment)))
        {
            Undo(isAllOnItsWay: true);
        }
        else if (!UndoIfAllCameTwice() && !_usesSack && delivery.HasAdvanced)
        {
            // The next hole shows (RFC 6582, 3.2, step 3).
            Scoreboard.LoseFirst(_segmentSize, _sndNxt);
            _mustRetransmit = true;
        }
    }

    // RFC 3168, 6.1.2: once for each window. The acknowledgments for what was sent before may all bear ECE; those behind it do not, if no
    // router has marked anything again, since the first new segment has told of the reduction.
    private void ReduceIfMarked(in TcpSegment segment)
    {
        if (_recovery == Recovery.None && Flight > 0 && _ecn.IsEcho(segment.Flags))
        {
            Statistics.CongestionEchoReductions++;
            BeginReduction(Recovery.Reduced);
        }
    }

    private void EndReduction()
    {
        if (_sndUna > RecoveryPoint || Flight == 0)
        {
            _recovery = Recovery.None;
        }
    }
}
