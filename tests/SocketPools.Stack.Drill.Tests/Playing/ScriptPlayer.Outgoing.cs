using System.Globalization;
using SocketPools.Stack.Drill.Tests.Parsing;
using SocketPools.Stack.Drill.Tests.Wire;

namespace SocketPools.Stack.Drill.Tests.Playing;

/// <summary>Packets that the stack is to send.</summary>
internal sealed partial class ScriptPlayer
{
    // How long a segment may be late before it counts as missing, in seconds: the script goes on behind it, with a difference.
    private const double MaxLateness = 3;

    // The same for an acknowledgment without anything else: a delayed one may be what comes instead.
    private const double MaxAcknowledgmentLateness = 0.046;

    private readonly Queue<DrillSegment> _sent = new();

    // Takes what the stack has sent from the link; what is not TCP is of no matter here.
    private void Skim()
    {
        while (_link.Sent.TryDequeue(out byte[]? packet))
        {
            if (DrillSegment.TryRead(Now, packet) is not { } segment)
            {
                continue;
            }

            _sent.Enqueue(segment);
            if (ConnectionOf(segment) is null && segment.Has('S') && !segment.Has('.'))
            {
                _connection = new ScriptConnection(segment.SourcePort, segment.DestinationPort, isActive: true);
                _connections.Add(_connection);
            }
        }
    }

    private ScriptConnection? ConnectionOf(DrillSegment segment) =>
        _connections.Find(one => one.LocalPort == segment.SourcePort && one.RemotePort == segment.DestinationPort);

    /// <summary>The next segment, for which time passes; it stays in line.</summary>
    private DrillSegment? PeekSent(double until)
    {
        Skim();
        while (_sent.Count == 0 && Now < until - 1e-6)
        {
            AdvanceToNext(until);
            Skim();
        }

        return _sent.TryPeek(out DrillSegment? segment) ? segment : null;
    }

    private void Expect(PacketEvent expected, double at)
    {
        ScriptPacket packet = expected.Packet;
        if (packet.IsIcmp)
        {
            throw new UnsupportedException("ICMP from the stack");
        }

        double end = expected.RangeEnd is { } range ? AbsoluteTime(range) : at;
        bool mayBeMissing = packet.IsPureAcknowledgment && expected.Time.Base != TimeBase.Any;
        double limit = Math.Max(at, end) + (mayBeMissing ? Math.Max(_tolerance, MaxAcknowledgmentLateness) : Math.Max(MaxLateness, 2 * (at - Now)));
        DrillSegment? sent = PeekSent(limit);
        if (mayBeMissing && (sent is null || sent.At > limit))
        {
            SkipAcknowledgment(expected, at, "nothing came");
            return;
        }

        if (sent is null)
        {
            throw new DrillException($"missing: {expected.Text}");
        }

        if (Accept(expected, sent, at) is { } accepted)
        {
            CheckTime(expected, accepted, at, end);
            DrillSegment last = TakeRest(expected, accepted);
            _previous = Math.Max(expected.Time.Base == TimeBase.Any ? 0 : Math.Max(at, _start), last.At);
            AdvanceTo(Math.Max(_previous, Now));
        }
    }

    // The segment is taken when it is the script's. One acknowledgment more, or less, is a difference.
    private DrillSegment? Accept(PacketEvent expected, DrillSegment sent, double at)
    {
        SegmentMatcher matcher = MatcherFor(sent);
        string? wrong = matcher.Compare(expected.Packet, sent);
        if (wrong is not null && sent.IsPureAcknowledgment && _sent.Count > 1)
        {
            DrillSegment after = _sent.ElementAt(1);
            SegmentMatcher another = MatcherFor(after);
            if (another.Compare(expected.Packet, after) is null)
            {
                Differs("extra-ack", $"{Show(sent)} before \"{expected.Text}\"");
                _sent.Dequeue();
                (sent, matcher, wrong) = (after, another, null);
            }
        }

        if (wrong is not null && expected.Packet.IsPureAcknowledgment && !sent.IsPureAcknowledgment)
        {
            SkipAcknowledgment(expected, at, $"{Show(sent)} came");
            return null;
        }

        if (wrong is not null)
        {
            throw new DrillException($"{wrong}: expected \"{expected.Text}\" at {Seconds(at)}, got {Show(sent)} at {Seconds(sent.At)}");
        }

        Note($"> {Show(sent)}");
        matcher.Differences.ForEach(one => Differs(one.Kind, one.What));
        _sent.Dequeue();
        return sent;
    }

    private void SkipAcknowledgment(PacketEvent expected, double at, string instead)
    {
        Differs("missing-ack", $"\"{expected.Text}\": {instead}");
        _previous = Math.Max(at, _start);
    }

    private void CheckTime(PacketEvent expected, DrillSegment sent, double at, double end)
    {
        if (expected.Time.Base != TimeBase.Any && (sent.At < at - _tolerance || sent.At > end + _tolerance))
        {
            Differs("timing", $"{Show(sent)} at {Seconds(sent.At)}, expected {Seconds(at)} to {Seconds(end)}");
        }
    }

    // Scripts have one long segment where segmentation is left to the network card.
    private DrillSegment TakeRest(PacketEvent expected, DrillSegment last)
    {
        int length = last.Length;
        while (length < expected.Packet.Length)
        {
            DrillSegment next = PeekSent(Now + 0.0001)
                ?? throw new DrillException(string.Create(CultureInfo.InvariantCulture, $"length: expected \"{expected.Text}\", got {length} bytes"));
            if (next.Sequence != last.Sequence + last.Length || next.Length == 0 || length + next.Length > expected.Packet.Length)
            {
                throw new DrillException(string.Create(CultureInfo.InvariantCulture, $"sequence: expected \"{expected.Text}\", got {length} bytes and then {Show(next)}"));
            }

            if (MatcherFor(next).ComparePayload(next) is { } wrong)
            {
                throw new DrillException($"{wrong} in {Show(next)}");
            }

            Note($"> {Show(next)}");
            length += next.Length;
            last = _sent.Dequeue();
        }

        return expected.Packet.Has('F') && !last.Has('F') ? throw new DrillException($"flags: no FIN at the end of \"{expected.Text}\"") : last;
    }

    private SegmentMatcher MatcherFor(DrillSegment segment) => new(ConnectionOf(segment) ?? _connection, _tolerance);

    private string Show(DrillSegment segment) => SegmentMatcher.Show(segment, ConnectionOf(segment) ?? _connection);
}
