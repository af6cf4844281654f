using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Sockets;

// Which locks a call takes: that of the connection's shard alone while text is carried and nothing else happens, else the gate.
internal sealed partial class StackStreamSocket
{
    /// <inheritdoc/>
    protected override StackShard OwnShard => _connection?.Shard ?? base.OwnShard;

    /// <inheritdoc/>
    protected override StackShard? EnterOwn() => TryEnterShard(isForTransfer: false);

    /// <summary>Takes the locks for sending or receiving.</summary>
    /// <param name="isWhole">Whether they are the gate, beside other shards.</param>
    /// <returns>The shard of the connection; the first one where there is none.</returns>
    private StackShard EnterTransfer(out bool isWhole)
    {
        StackShard? shard = TryEnterShard(isForTransfer: true);
        isWhole = shard is null;
        if (shard is null)
        {
            Network.Gate.Enter();
            shard = _connection?.Shard ?? Network.Shards.Main;
        }

        return shard;
    }

    private void ExitTransfer(StackShard shard, bool isWhole)
    {
        if (isWhole)
        {
            Network.Gate.Exit();
        }
        else
        {
            shard.Exit();
        }
    }

    private void FinishTransfer(StackShard shard, bool drives, bool isWhole)
    {
        Network.FinishCall(shard, drives);
        if (isWhole)
        {
            // What was done may have called for something in any shard.
            Network.DriveIfNeeded();
        }
    }

    // The only shard is the gate.
    private StackShard? TryEnterShard(bool isForTransfer)
    {
        StackShards shards = Network.Shards;
        TcpConnection? connection = Volatile.Read(ref _connection);
        StackShard shard = connection?.Shard ?? shards.Main;
        shard.Enter();
        if (shards.IsSingle || (connection is not null && connection == _connection && connection.Shard == shard && (!isForTransfer || connection.IsTransferring)))
        {
            return shard;
        }

        shard.Exit();
        return null;
    }
}
