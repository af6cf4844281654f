using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using static SocketPools.Stack.Wire.TcpFlags;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>RFC 9293, 3.10.7.4 in SYN-RECEIVED, after a simultaneous open (3.5, figure 7).</summary>
[Collection(Alone.Name)]
public sealed class SynReceivedTests
{
    [Fact]
    public void The_ACK_of_our_SYN_brings_the_connection_up()
    {
        using TcpBench t = TcpBench.InSynReceived();
        t.Sends(Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.Established, t.State);
        t.IsSilent();
    }

    [Fact]
    public void The_peers_SYN_with_ACK_brings_it_up_as_well()
    {
        using TcpBench t = TcpBench.InSynReceived();
        t.Sends(Syn | Ack, seq: 0, ack: 1);
        t.Answers(Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.Established, t.State);
    }

    [Fact]
    public void An_ACK_of_something_else_is_answered_by_a_reset()
    {
        using TcpBench t = TcpBench.InSynReceived();
        t.Sends(Ack, seq: 1, ack: 5);
        t.Answers(Rst, seq: 5);
        Assert.Equal(TcpState.SynReceived, t.State);
    }

    [Fact]
    public void A_reset_refuses_an_active_open()
    {
        using TcpBench t = TcpBench.InSynReceived();
        t.Sends(Rst, seq: 1);
        t.ReadFails(Errno.ECONNREFUSED);
    }

    [Fact]
    public void The_SYN_with_ACK_is_sent_again()
    {
        using TcpBench t = TcpBench.InSynReceived();
        t.Advance(1000);
        t.Answers(Syn | Ack, seq: 0, ack: 1);
    }

    [Fact]
    public void A_close_sends_FIN_when_it_is_up()
    {
        using TcpBench t = TcpBench.InSynReceived();
        t.Close();
        t.IsSilent();
        t.Sends(Ack, seq: 1, ack: 1);
        t.Answers(Fin | Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.FinWait1, t.State);
    }
}
