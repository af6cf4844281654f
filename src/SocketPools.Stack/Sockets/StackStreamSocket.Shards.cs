using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Sockets;

// Which locks a call takes: that of the connection's shard alone while text is carried and nothing else happens, else the gate.
internal sealed partial class StackStreamSocket
{
    /// <inheritdoc/>
    bool ITcpObserver.IsOfShard => true;

    /// <inheritdoc/>
    protected override StackShard OwnShard => _connection?.Shard ?? base.OwnShard;

    /// <inheritdoc/>
    public override ShardScope EnterOwnScope()
    {
        TcpConnection? connection = Volatile.Read(ref _connection);
        StackShard shard = connection?.Shard ?? Network.Shards.Main;
        ShardScope scope = shard.EnterScope();
        if (Network.Shards.IsSingle || IsIn(shard, connection))
        {
            return scope;
        }

        scope.Dispose();
        return Network.Gate.EnterScope();
    }

    /// <summary>Takes the locks for sending or receiving.</summary>
    /// <param name="shard">The shard of the connection; the first one where there is none.</param>
    private ShardScope EnterTransfer(out StackShard shard)
    {
        TcpConnection? connection = Volatile.Read(ref _connection);
        shard = connection?.Shard ?? Network.Shards.Main;
        ShardScope scope = shard.EnterScope();

        // The only shard is the gate.
        if (Network.Shards.IsSingle || (IsIn(shard, connection) && connection!.IsTransferring))
        {
            return scope;
        }

        scope.Dispose();
        scope = Network.Gate.EnterScope();
        shard = _connection?.Shard ?? Network.Shards.Main;
        return scope;
    }

    private bool IsIn(StackShard shard, TcpConnection? connection) => connection is not null && connection == _connection && connection.Shard == shard;

    private void FinishTransfer(StackShard shard, bool drives, bool isWhole)
    {
        Network.FinishCall(shard, drives);
        if (isWhole)
        {
            // What was done may have called for something in any shard.
            Network.DriveIfNeeded();
        }

        Stack.Tcp.SpreadIfContended(shard);
    }
}
