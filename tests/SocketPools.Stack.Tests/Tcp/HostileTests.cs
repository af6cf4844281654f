using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>Strangers who guess (RFC 5961), and peers who cheat.</summary>
[Collection(Alone.Name)]
public sealed class HostileTests
{
    [Fact]
    public void A_reset_in_the_window_but_not_at_its_edge_is_challenged()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Rst, seq: 500);
        t.Answers(Ack, seq: 1, ack: 1);
        t.Sends(Rst, seq: 20_000);
        t.Sends(Rst, seq: -1);
        t.IsSilent();
        Assert.Equal(TcpState.Established, t.State);
    }

    [Fact]
    public void A_SYN_is_challenged()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Syn, seq: 500);
        t.Answers(Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.Established, t.State);
    }

    [Theory]
    [InlineData(2)]
    [InlineData(1_000_000)]
    [InlineData(-100_000)]
    public void Text_with_an_acknowledgment_that_cannot_be_is_dropped_and_challenged(int ack)
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, ack: ack, text: "injected");
        t.Answers(Ack, seq: 1, ack: 1);
        t.Locked(() => Assert.Equal(0, t.Connection.Available));
    }

    [Fact]
    public void Challenges_are_rare()
    {
        using TcpBench t = TcpBench.InEstablished();
        for (int i = 0; i < 1000; i++)
        {
            t.Sends(Rst, seq: 500 + i);
            t.Sends(Syn, seq: 500 + i);
        }

        t.Answers(Ack);
        t.IsSilent();
        t.Advance(1000);
        t.Sends(Rst, seq: 500);
        t.Answers(Ack);
    }

    [Fact]
    public void A_segment_without_ACK_is_dropped()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Psh, seq: 1, text: "no ack");
        t.IsSilent();
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics[TcpDrop.NoAcknowledgment]));
    }

    [Fact]
    public void An_old_timestamp_is_dropped_and_acknowledged()
    {
        TcpHeaderOptions At(uint time) => new() { MaxSegmentSize = 1000, HasTimestamps = true, TimestampValue = time };
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { Timestamps = true }, peer: At(1000));
        t.Sends(Ack, seq: 1, text: "new", options: At(1001));
        t.Answers(Ack, ack: 4);
        Assert.Equal(1001u, t.Last.Options.TimestampEcho);
        t.Sends(Ack, seq: 4, text: "old", options: At(900));
        t.Answers(Ack, ack: 4);
        t.Reads("new");
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics[TcpDrop.OldTimestamp]));
    }

    [Fact]
    public void A_peer_that_asks_for_tiny_segments_gets_small_ones()
    {
        using TcpBench t = TcpBench.InEstablished(peer: new TcpHeaderOptions { MaxSegmentSize = 1 });
        t.Writes(new string('a', 96));
        t.Answers(Ack, length: 48);
        t.Answers(Ack, length: 48);
    }

    [Fact]
    public void Bytes_with_gaps_between_them_hold_a_limited_amount_of_memory()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { MaxOutOfOrderRanges = 50 });
        long before = Buffers.BlockPool.Small.InUse;
        for (int i = 0; i < 4000; i++)
        {
            t.Sends(Ack, seq: 2 + (2 * i), text: "x");
            t.SkipSent();
        }

        Assert.InRange(Buffers.BlockPool.Small.InUse - before, 1, 60);
        t.Locked(() => Assert.True(t.Tcp.Statistics[TcpDrop.TooManyGaps] > 3900));
    }

    [Fact]
    public void Bytes_one_by_one_share_their_blocks()
    {
        using TcpBench t = TcpBench.InEstablished();
        long before = Buffers.BlockPool.Small.InUse + Buffers.BlockPool.Large.InUse;
        for (int i = 0; i < 4000; i++)
        {
            t.Sends(Ack, seq: 1 + i, text: "x");
            t.SkipSent();
        }

        Assert.InRange(Buffers.BlockPool.Small.InUse + Buffers.BlockPool.Large.InUse - before, 1, 4);
        t.Reads(new string('x', 4000));
    }

    [Fact]
    public void Blocks_outside_of_what_was_sent_are_ignored()
    {
        TcpHeaderOptions peer = new() { MaxSegmentSize = 1000, IsSackPermitted = true };
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { SelectiveAcknowledgments = true }, peer: peer);
        t.Writes(new string('a', 3000));
        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((5000, 9000), (-2000, -1000), (2001, 1001)));
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((5000, 9000)));
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((5000, 9000)));
        t.IsSilent();
        t.Locked(() => Assert.Equal(0, t.Tcp.Statistics.FastRecoveries));
    }

    [Fact]
    public void A_wrong_checksum_and_a_broken_header_are_dropped()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Network.Receive(TcpBench.Peer, Buffers.Frame.Copy(new byte[10]));
        t.Network.Receive(TcpBench.Peer, Buffers.Frame.Copy([0, 1, 0, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0x50, 0, 0, 0, 1, 1, 0, 0]));
        t.IsSilent();
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics[TcpDrop.Malformed]));
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics[TcpDrop.Checksum]));
    }

    [Fact]
    public void A_stranger_gets_a_reset_and_a_strangers_reset_gets_nothing()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 3, ack: 55, port: 999);
        t.Answers(Rst, seq: 55);
        t.Sends(Syn, seq: 3, port: 999);
        t.Answers(Rst | Ack, ack: 4);
        t.Sends(Rst, seq: 3, port: 999);
        t.IsSilent();
    }
}
