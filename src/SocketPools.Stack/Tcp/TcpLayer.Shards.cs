using SocketPools.Stack.Core;
using SocketPools.Stack.IP;

namespace SocketPools.Stack.Tcp;

// Which shard a connection is in.
internal sealed partial class TcpLayer
{
    // Threads that find each other in the first shard so often, before there are more: now and then one does without that it matters.
    private const int EnoughContentions = 64;

    // That many packets are enough for them to meet. A thread of a timer's meets a call now and then: in days, that adds up.
    private const int MostPackets = 1 << 16;

    // Connections of one shard do not profit from others.
    private const int LeastConnections = 2;

    private int _contentionsSeen;
    private long _packetsSeen;

    /// <summary>Counters of all shards together. With the gate held.</summary>
    internal TcpStatistics TotalStatistics()
    {
        TcpStatistics total = new();
        Array.ForEach(_shards, shard => total.Add(shard.Statistics));
        return total;
    }

    /// <summary>After a call, without a lock: makes more shards if threads have met in the only one often enough.</summary>
    internal void SpreadIfContended(StackShard shard)
    {
        if (shard.Contentions - _contentionsSeen >= EnoughContentions && Network.Shards.IsSingle)
        {
            bool isOften = shard.PacketsDelivered - _packetsSeen <= MostPackets;
            (_contentionsSeen, _packetsSeen) = (shard.Contentions, shard.PacketsDelivered);
            if (isOften)
            {
                TrySpread();
            }
        }
    }

    /// <summary>Spreads the connections over shards, one to each in turn: those whose link carries the frames of several threads at once.</summary>
    /// <returns>Whether there was one shard, and are more.</returns>
    internal bool TrySpread()
    {
        if (!TrySpreadConnections())
        {
            return false;
        }

        Network.DriveShards();
        return true;
    }

    private bool TrySpreadConnections()
    {
        using (Network.Gate.EnterScope())
        {
            if (!Network.Shards.IsSingle || _connections.Count(CanMove) < LeastConnections || !Network.TryAddShards())
            {
                return false;
            }

            TcpShard[] shards = Array.ConvertAll(Network.Shards.All, core => core == Main.Core ? Main : new TcpShard(this, core));
            Array.ForEach(shards, other => other.Statistics.Dropped = Statistics.Dropped);
            Volatile.Write(ref _shards, shards);
            int next = 0;
            foreach (TcpConnection connection in _connections.Where(CanMove))
            {
                connection.MoveTo(shards[next++ % shards.Length]);
            }

            return true;
        }
    }

    internal TcpShard ShardOf(StackShard core) => _shards[core.Index];

    // The one with the fewest, of several the first.
    private TcpShard ShardForNew(NetworkPath path, ITcpObserver? observer)
    {
        TcpShard best = Main;
        if (_shards.Length > 1 && path.Interface.Lines.Length > 1 && observer is null or { IsOfShard: true })
        {
            foreach (TcpShard shard in _shards)
            {
                best = shard.ConnectionCount < best.ConnectionCount ? shard : best;
            }
        }

        return best;
    }

    // The accepting end of a connection over the loopback follows the other one, which is here too.
    private static bool CanMove(TcpConnection connection) => connection.State == TcpState.Established && connection.MayBeInAnyShard
        && !(connection.IsPassive && connection.Path.Interface.IsLoopback);
}
