using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Sockets;

// A thread that blocks until there is room to send: it sends by itself what an acknowledgment lets go out meanwhile.
internal sealed partial class StackStreamSocket
{
    /// <inheritdoc/>
    public override RadioResult Wait(Readiness interest, in Deadline deadline)
    {
        if ((interest & Readiness.Writable) == 0 || deadline.IsImmediate || !TryBeginWaitForRoom(out TcpConnection? connection))
        {
            return base.Wait(interest, deadline);
        }

        try
        {
            return base.Wait(interest, deadline);
        }
        finally
        {
            EndWaitForRoom(connection!);
        }
    }

    // With a clock of the program's another thread would run in another order than without one that waits.
    private bool TryBeginWaitForRoom(out TcpConnection? connection)
    {
        connection = null;
        if (Network.Clock != TimeProvider.System)
        {
            return false;
        }

        using (EnterTransfer(out _))
        {
            connection = IsClosed ? null : _connection;
            connection?.BeginWaitForRoom();
        }

        return connection is not null;
    }

    private void EndWaitForRoom(TcpConnection connection)
    {
        bool drives;
        bool isWhole;
        StackShard shard;
        using (ShardScope scope = EnterTransfer(out shard))
        {
            isWhole = scope.HasOthers;
            shard.Timers.Freeze();
            if (connection == _connection)
            {
                connection.EndWaitForRoom();
            }

            drives = Network.EndCallUnsynchronized(shard);
        }

        FinishTransfer(shard, drives, isWhole);
    }
}
