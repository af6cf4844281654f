using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>SACK blocks by our relative numbers, and what else the wire steps need.</summary>
internal sealed partial class TcpBench
{
    /// <summary>Blocks of our text that the peer has.</summary>
    internal TcpHeaderOptions Sack(params ReadOnlySpan<(int Start, int End)> blocks) => new() { Sack = Blocks(_iss, blocks) };

    /// <summary>The last segment told so of the peer's text.</summary>
    internal void HasBlocks(params ReadOnlySpan<(int Start, int End)> blocks) => Assert.Equal(Blocks(PeerIss, blocks), Last.Options.Sack);

    /// <summary>The stack has sent a segment, whatever it is.</summary>
    internal SentSegment AnswersAny() => Last = _sent.Dequeue();

    /// <summary>Our initial sequence number.</summary>
    internal SequenceNumber First => new(_iss);

    /// <summary>setsockopt(2).</summary>
    internal void Set(TcpSocketOptions options) => Locked(() => Connection.Options = options);

    internal TcpInfo Info()
    {
        using (Network.Gate.EnterScope())
        {
            return Connection.Info();
        }
    }

    /// <summary>Goes on with another connection, whose SYN was sent last.</summary>
    internal void Restart(TcpConnection connection)
    {
        Connection = connection;
        _iss = _sent.Last().Sequence.Value;
        _port = _sent.Last().SourcePort;
        _sent.Clear();
    }

    private static TcpSackBlocks Blocks(uint first, ReadOnlySpan<(int Start, int End)> blocks)
    {
        TcpSackBlock[] made = new TcpSackBlock[blocks.Length];
        for (int i = 0; i < made.Length; i++)
        {
            made[i] = new TcpSackBlock(new SequenceNumber(first) + blocks[i].Start, new SequenceNumber(first) + blocks[i].End);
        }

        return new TcpSackBlocks(made);
    }
}
