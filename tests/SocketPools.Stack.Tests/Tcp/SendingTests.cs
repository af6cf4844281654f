using SocketPools.Radios;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>ESTABLISHED, the sender's half: Nagle, retransmission, recovery, windows, probes.</summary>
[Collection(Alone.Name)]
public sealed class SendingTests
{
    [Fact]
    public void What_is_written_is_sent_in_segments_that_the_peer_takes()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes(new string('a', 1000) + new string('b', 1000) + "c");
        t.Answers(Ack, seq: 1, ack: 1, length: 1000);
        t.Answers(Ack, seq: 1001, length: 1000);
        t.Answers(Ack, seq: 2001, text: "c");
        t.IsSilent();
    }

    [Fact]
    public void Nagle_holds_a_second_small_segment_until_the_first_is_acknowledged()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes("a");
        t.Answers(Ack, seq: 1, text: "a");
        t.Writes("b");
        t.Writes("c");
        t.IsSilent();
        t.Sends(Ack, seq: 1, ack: 2);
        t.Answers(Ack, seq: 2, text: "bc");
    }

    [Fact]
    public void Without_Nagle_each_write_is_sent_at_once()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { NoDelay = true });
        t.Writes("a");
        t.Writes("b");
        t.Answers(Ack, seq: 1, text: "a");
        t.Answers(Ack, seq: 2, text: "b");
    }

    [Fact]
    public void The_first_segment_is_sent_again_when_nothing_comes_and_ever_later()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes("lost");
        t.Answers(Ack, seq: 1, text: "lost");
        foreach (int wait in (int[])[200, 400, 800])
        {
            t.Advance(wait - 1);
            t.IsSilent();
            t.Advance(1);
            t.Answers(Ack, seq: 1, text: "lost");
        }

        t.Sends(Ack, seq: 1, ack: 5);
        t.Advance(100_000);
        t.IsSilent();
    }

    [Fact]
    public void A_peer_that_never_answers_again_times_out()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes("anybody?");
        t.Advance(3_600_000);
        Assert.Equal(TcpState.Closed, t.State);
        Assert.Equal(1 + t.Settings.MaxRetransmissions, t.SentCount); // and no reset, as on Linux
        t.SkipSent();
        t.ReadFails(Errno.ETIMEDOUT);
        Assert.Equal(Errno.EPIPE, t.Send("x").Errno);
    }

    [Fact]
    public void A_user_timeout_ends_it_earlier()
    {
        using TcpBench t = TcpBench.InEstablished(options: new TcpSocketOptions { UserTimeout = TimeSpan.FromSeconds(5) });
        t.Writes("anybody?");
        t.Advance(4999);
        Assert.Equal(TcpState.Established, t.State);
        t.Advance(1);
        Assert.Equal(TcpState.Closed, t.State);
        t.SkipSent();
        t.ReadFails(Errno.ETIMEDOUT);
    }

    [Fact]
    public void Three_duplicates_bring_the_segment_back_at_once_and_limited_transmit_sends_new_ones_before()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes(new string('a', 20_000));
        for (int i = 0; i < 10; i++)
        {
            t.Answers(Ack, seq: 1 + (i * 1000), length: 1000);
        }

        t.IsSilent();
        t.Sends(Ack, seq: 1, ack: 1);
        t.Answers(Ack, seq: 10_001, length: 1000);
        t.Sends(Ack, seq: 1, ack: 1);
        t.Answers(Ack, seq: 11_001, length: 1000);
        t.Sends(Ack, seq: 1, ack: 1);
        t.Answers(Ack, seq: 1, length: 1000);
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics.FastRecoveries));
    }

    [Fact]
    public void A_partial_acknowledgment_brings_the_next_hole_back_at_once()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes(new string('a', 10_000));
        for (int i = 0; i < 3; i++)
        {
            t.Sends(Ack, seq: 1, ack: 1);
        }

        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 3001);
        t.Answers(Ack, seq: 3001, length: 1000);
    }

    [Fact]
    public void With_SACK_only_the_holes_are_sent_again()
    {
        TcpHeaderOptions peer = new() { MaxSegmentSize = 1000, IsSackPermitted = true };
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { SelectiveAcknowledgments = true }, peer: peer);
        t.Writes(new string('a', 10_000));
        t.SkipSent();

        // Segments 1 and 4 are lost.
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((1001, 2001)));
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((1001, 3001)));
        t.IsSilent();
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((4001, 5001), (1001, 3001)));
        t.Answers(Ack, seq: 1, length: 1000);
        t.IsSilent();
        t.Sends(Ack, seq: 1, ack: 1, options: t.Sack((4001, 8001), (1001, 3001)));
        t.Answers(Ack, seq: 3001, length: 1000);
        t.IsSilent();
    }

    [Fact]
    public void A_closed_window_is_asked_for_as_long_as_the_peer_answers()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, ack: 1, window: 0);
        t.Writes("later");
        t.IsSilent();
        for (int i = 0; i < 40; i++)
        {
            t.Advance(120_000);
            while (t.SentCount > 0)
            {
                t.Answers(Ack, seq: 0, length: 0);
            }

            t.Sends(Ack, seq: 1, ack: 1, window: 0);
        }

        t.Sends(Ack, seq: 1, ack: 1, window: 100);
        t.Answers(Ack, seq: 1, text: "later");
    }

    [Fact]
    public void A_window_of_a_few_bytes_is_not_used_at_once()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Sends(Ack, seq: 1, ack: 1, window: 10);
        t.Writes(new string('a', 2000));
        t.IsSilent();
        t.Advance(250);
        t.Answers(Ack, seq: 1, length: 10);
    }

    [Fact]
    public void A_window_of_a_few_bytes_is_used_within_a_second_however_long_the_round_trip_is()
    {
        using TcpBench t = TcpBench.InEstablished(TcpBench.Plain with { MinRetransmissionTimeout = TimeSpan.FromSeconds(5) });
        t.Sends(Ack, seq: 1, ack: 1, window: 10);
        t.Writes(new string('a', 2000));
        t.Advance(999);
        t.IsSilent();
        t.Advance(1);
        t.Answers(Ack, seq: 1, length: 10);
        t.Sends(Ack, seq: 1, ack: 11, window: 0);
        t.Advance(1_000);
        t.IsSilent(); // a closed window is another matter
    }

    [Fact]
    public void Keepalives_find_a_peer_that_is_gone()
    {
        TcpSocketOptions options = new()
        {
            KeepAlive = true,
            KeepAliveTime = TimeSpan.FromSeconds(10),
            KeepAliveInterval = TimeSpan.FromSeconds(2),
            KeepAliveCount = 3,
        };
        using TcpBench t = TcpBench.InEstablished(options: options);
        t.Advance(10_000);
        t.Answers(Ack, seq: 0, ack: 1);
        t.Sends(Ack, seq: 1, ack: 1);
        t.Advance(10_000);
        t.Answers(Ack, seq: 0, ack: 1);
        t.Advance(2_000);
        t.Answers(Ack, seq: 0, ack: 1);
        t.Advance(2_000);
        t.Answers(Ack, seq: 0, ack: 1);
        t.Advance(2_000);
        t.Answers(Rst | Ack);
        t.ReadFails(Errno.ETIMEDOUT);
    }

    [Fact]
    public void A_narrower_path_makes_segments_smaller_and_sends_them_again()
    {
        using TcpBench t = TcpBench.InEstablished();
        t.Writes(new string('a', 2000));
        t.SkipSent();
        t.Reports(Errno.EMSGSIZE, isHard: false, seq: 1, mtu: 640);
        t.Answers(Ack, seq: 1, length: 600);
        t.Answers(Ack, seq: 601, length: 600);
        t.Answers(Ack, seq: 1201, length: 600);
        t.Answers(Ack, seq: 1801, length: 200);
    }

    [Fact]
    public void A_link_that_cuts_segments_gets_them_in_one()
    {
        using TcpBench t = TcpBench.InSynSent();
        t.Sends(Syn | Ack, seq: 0, ack: 1, options: new TcpHeaderOptions { MaxSegmentSize = 1000 });
        t.SkipSent();
        t.Network.Offloads = LinkOffloads.Segmentation | LinkOffloads.PartialChecksums;
        t.Locked(() => t.Connection.Abort());
        t.SkipSent();
        t.Locked(() =>
        {
            t.Tcp.Connect(null, IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork), TcpBench.Peer, 9, false, default, null, out TcpConnection? other);
            t.Restart(other!);
        });
        t.Sends(Syn | Ack, seq: 0, ack: 1, options: new TcpHeaderOptions { MaxSegmentSize = 1000 }, port: 9);
        t.SkipSent();
        t.Writes(new string('a', 5500));
        SentSegment large = t.Answers(Ack, seq: 1, length: 5000);
        Assert.Equal(1000, large.SegmentSize);
        Assert.Equal(Buffers.ChecksumState.Partial, large.Checksums);
        SentSegment rest = t.Answers(Ack, seq: 5001, length: 500);
        Assert.Equal(0, rest.SegmentSize);
    }
}
