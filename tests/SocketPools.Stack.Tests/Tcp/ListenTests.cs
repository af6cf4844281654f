using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>RFC 9293, 3.10.7.2, and the queues of a listener.</summary>
[Collection(Alone.Name)]
public sealed class ListenTests
{
    [Fact]
    public void A_SYN_is_answered_and_its_ACK_makes_a_connection_to_accept()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Syn, seq: 0);
        t.AnswersSyn();
        t.Locked(() => Assert.Equal(0, t.Listener.AcceptableCount));
        t.Sends(Ack, seq: 1, ack: 1, text: "hello");
        Assert.Equal(1, t.Changes);
        t.Answers(Ack, seq: 1, ack: 6);
        t.Accept();
        Assert.Equal(TcpState.Established, t.State);
        t.Reads("hello");
    }

    [Fact]
    public void A_reset_is_dropped_and_an_ACK_is_answered_by_one()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Rst, seq: 0);
        t.IsSilent();
        t.Sends(Ack, seq: 0, ack: 77);
        t.Answers(Rst, seq: 77);
        t.Sends(Syn | Ack, seq: 0, ack: 78);
        t.Answers(Rst, seq: 78);
        t.Sends(Fin, seq: 0);
        t.IsSilent();
    }

    [Fact]
    public void A_SYN_that_comes_again_is_answered_again()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Syn, seq: 0);
        t.AnswersSyn();
        t.Sends(Syn, seq: 0);
        t.Answers(Syn | Ack, seq: 0, ack: 1);
        t.Locked(() => Assert.Equal(1, t.Listener.HalfOpenCount));
    }

    [Fact]
    public void An_answer_is_sent_again_until_it_is_given_up()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Syn, seq: 0);
        t.AnswersSyn();
        for (int i = 0; i < t.Settings.MaxSynAckRetransmissions; i++)
        {
            t.Advance(1000 << i);
            t.Answers(Syn | Ack, seq: 0, ack: 1);
        }

        t.Advance(100_000);
        t.IsSilent();
        t.Locked(() => Assert.Equal(0, t.Listener.HalfOpenCount));
    }

    [Fact]
    public void A_reset_at_its_place_ends_a_half_open_connection_and_others_do_not()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Syn, seq: 0);
        t.AnswersSyn();
        t.Sends(Rst, seq: 5);
        t.Answers(Ack, seq: 1, ack: 1);
        t.Sends(Rst, seq: 20_000);
        t.IsSilent();
        t.Locked(() => Assert.Equal(1, t.Listener.HalfOpenCount));
        t.Sends(Rst, seq: 1);
        t.Locked(() => Assert.Equal(0, t.Listener.HalfOpenCount));
        t.IsSilent();
    }

    [Fact]
    public void An_ACK_of_something_else_is_answered_by_a_reset_and_the_connection_stays_half_open()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Syn, seq: 0);
        t.AnswersSyn();
        t.Sends(Ack, seq: 1, ack: 9);
        t.Answers(Rst, seq: 9);
        t.Sends(Ack, seq: 1, ack: 1);
        t.Accept();
    }

    [Fact]
    public void A_full_queue_leaves_the_peer_trying()
    {
        using TcpBench t = TcpBench.InListen(backlog: 0);
        t.Sends(Syn, seq: 0, port: 1);
        t.AnswersSyn();
        t.Sends(Ack, seq: 1, ack: 1, port: 1);
        t.Sends(Syn, seq: 0, port: 2);
        t.IsSilent();
        t.Locked(() => Assert.Equal(1, t.Tcp.Statistics[TcpDrop.AcceptQueueFull]));
        t.Accept();
        t.Sends(Syn, seq: 0, port: 2);
        t.AnswersSyn();
    }

    [Fact]
    public void A_flood_of_SYNs_drops_the_oldest_and_a_peer_that_answers_gets_in()
    {
        using TcpBench t = TcpBench.InListen(TcpBench.Plain with { MaxHalfOpen = 100 });
        for (int i = 0; i < 10_000; i++)
        {
            t.Sends(Syn, seq: 0, port: (ushort)(i + 1));
        }

        t.SkipSent();
        t.Sends(Syn, seq: 0, port: 20_000);
        t.AnswersSyn();
        for (int i = 0; i < 99; i++)
        {
            t.Sends(Syn, seq: 0, port: (ushort)(i + 30_000));
        }

        t.SkipSent();
        t.Sends(Ack, seq: 1, ack: 1, port: 20_000);
        t.Accept();
        t.Locked(() =>
        {
            Assert.Equal(99, t.Listener.HalfOpenCount);
            Assert.Equal(10_000, t.Tcp.Statistics[TcpDrop.SynQueueFull]);
        });
    }

    [Fact]
    public void Closing_resets_whoever_was_not_accepted()
    {
        using TcpBench t = TcpBench.InListen();
        t.Sends(Syn, seq: 0);
        t.AnswersSyn();
        t.Sends(Ack, seq: 1, ack: 1);
        t.Locked(() => t.Listener.Close());
        t.Answers(Rst | Ack, seq: 1, ack: 1);
        t.Sends(Syn, seq: 0, port: 9);
        t.Answers(Rst | Ack, seq: null, ack: 1);
    }

    [Fact]
    public void A_second_listener_on_the_port_is_refused_and_a_free_one_is_found()
    {
        using TcpBench t = TcpBench.InListen();
        t.Locked(() =>
        {
            IPAddressValue any = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork);
            Assert.Equal(Errno.EADDRINUSE, t.Tcp.Bind(any, TcpBench.ListenPort, true, false, out _));
            Assert.Equal(Errno.EADDRNOTAVAIL, t.Tcp.Bind(TcpBench.Peer, 0, false, false, out _));
            Assert.Equal(Errno.None, t.Tcp.Bind(any, 0, false, false, out TcpPort? port));
            Assert.InRange(port!.Number, t.Settings.FirstEphemeralPort, t.Settings.LastEphemeralPort);
            Assert.Equal(Errno.EADDRINUSE, t.Tcp.Bind(any, port.Number, false, false, out _));
            t.Tcp.Unbind(port);
            Assert.Equal(Errno.None, t.Tcp.Bind(any, port.Number, false, false, out _));
        });
    }

    [Fact]
    public void Only_options_that_the_peer_has_are_answered()
    {
        using TcpBench t = TcpBench.InListen(new TcpOptions());
        t.Sends(Syn, seq: 0, port: 1);
        SentSegment plain = t.Answers(Syn | Ack);
        Assert.True(plain.Options.WindowScale is null && !plain.Options.IsSackPermitted && !plain.Options.HasTimestamps);
        Assert.Equal(1460, plain.Options.MaxSegmentSize);
        TcpHeaderOptions all = new() { MaxSegmentSize = 1460, WindowScale = 3, IsSackPermitted = true, HasTimestamps = true, TimestampValue = 5 };
        t.Sends(Syn, seq: 0, port: 2, options: all);
        SentSegment full = t.Answers(Syn | Ack);
        Assert.True(full.Options.WindowScale is not null && full.Options.IsSackPermitted && full.Options.HasTimestamps);
        Assert.Equal(5u, full.Options.TimestampEcho);
    }
}
