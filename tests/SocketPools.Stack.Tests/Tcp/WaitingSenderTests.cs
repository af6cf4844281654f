using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>A thread that blocks until there is room sends what an acknowledgment lets go out; all else goes out at once.</summary>
[Collection(Alone.Name)]
public sealed class WaitingSenderTests
{
    private const int Segment = 1000;
    private static readonly string s_text = new('x', 6 * Segment);

    [Fact]
    public void Without_a_thread_that_waits_an_acknowledgment_sends_what_it_lets_go_out()
    {
        using TcpBench t = WithFullWindow();
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: 2 * Segment);
        AnswersTwo(t, seq: 1 + (2 * Segment));
    }

    [Fact]
    public void With_one_it_is_left_to_that_thread_which_finds_the_socket_writable()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        int changes = t.Changes;
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: 2 * Segment);
        t.IsSilent();
        Assert.True(t.Changes > changes, "Nobody was told.");
        Assert.Equal(Readiness.Writable, t.Poll());
        t.Locked(t.Connection.EndWaitForRoom);
        AnswersTwo(t, seq: 1 + (2 * Segment));
    }

    [Fact]
    public void Another_call_sends_it_earlier()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: 2 * Segment);
        t.Writes("y");
        AnswersTwo(t, seq: 1 + (2 * Segment));
        t.Locked(t.Connection.EndWaitForRoom);
        t.IsSilent();
    }

    [Fact]
    public void The_next_acknowledgment_leaves_more_to_it()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        t.Sends(Ack, seq: 1, ack: 1 + Segment, window: 2 * Segment);
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: 2 * Segment);
        t.IsSilent();
        t.Locked(t.Connection.EndWaitForRoom);
        AnswersTwo(t, seq: 1 + (2 * Segment));
    }

    [Fact]
    public void A_window_of_less_than_a_segment_wakes_nobody()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        int changes = t.Changes;
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: Segment - 1);
        t.IsSilent();
        Assert.Equal(changes, t.Changes);
        t.Locked(t.Connection.EndWaitForRoom);
    }

    [Fact]
    public void What_is_lost_goes_out_again_at_once()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        t.Sends(Ack, seq: 1, ack: 1, window: 2 * Segment);
        t.Sends(Ack, seq: 1, ack: 1, window: 2 * Segment);
        t.Sends(Ack, seq: 1, ack: 1, window: 2 * Segment);
        t.Answers(Ack, seq: 1, length: Segment);
        t.Locked(t.Connection.EndWaitForRoom);
        t.SkipSent();
    }

    [Fact]
    public void The_end_of_the_stream_goes_out_without_it()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        t.Shutdown();
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: 5 * Segment);
        t.Answers(Ack, seq: 1 + (2 * Segment), length: Segment);
        t.SkipSent();
        t.Locked(t.Connection.EndWaitForRoom);
        t.IsSilent();
    }

    [Fact]
    public void A_connection_that_was_reset_meanwhile_sends_nothing()
    {
        using TcpBench t = WithFullWindow();
        t.Locked(t.Connection.BeginWaitForRoom);
        t.Sends(Ack, seq: 1, ack: 1 + (2 * Segment), window: 2 * Segment);
        t.Sends(Rst, seq: 1);
        Assert.Equal(TcpState.Closed, t.State);
        t.Locked(t.Connection.EndWaitForRoom);
        t.IsSilent();
    }

    // The peer has two segments and takes no more; four wait.
    private static TcpBench WithFullWindow()
    {
        TcpBench t = TcpBench.InEstablished(window: 2 * Segment);
        t.Writes(s_text);
        AnswersTwo(t, seq: 1);
        t.IsSilent();
        return t;
    }

    private static void AnswersTwo(TcpBench t, int seq)
    {
        t.Answers(Ack, seq, length: Segment);
        t.Answers(Ack, seq + Segment, length: Segment);
    }
}
