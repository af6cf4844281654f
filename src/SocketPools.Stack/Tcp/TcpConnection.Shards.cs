using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.Tcp;

/// <summary>The shard that a connection is in. It changes with the gate held, and so with the locks of both.</summary>
internal sealed partial class TcpConnection
{
    /// <summary>Whether a listener has accepted it.</summary>
    internal bool IsPassive { get; private set; }

    /// <summary>Whether its link carries the frames of every shard, and whoever uses it needs no other lock.</summary>
    internal bool MayBeInAnyShard => Path.Interface.CanSendBeside && Observer is null or { IsOfShard: true };

    /// <summary>The shard whose lock guards it.</summary>
    public StackShard Shard => _shard.Core;

    internal TcpShard TcpShard => _shard;

    /// <summary>
    /// Whether sending and receiving change nothing but what is its shard's: neither its state, nor what the stack knows of the way. With the lock
    /// of the shard held.
    /// </summary>
    internal bool IsTransferring => State == TcpState.Established && Path.IsReady;

    /// <inheritdoc/>
    public NetworkInterface Interface => Path.Interface;

    /// <inheritdoc/>
    public int CheckedAt { get; set; } = -1;

    /// <inheritdoc/>
    /// <remarks>Who has connected chooses the shard, so that both ends do not go after each other.</remarks>
    public void Follow(StackShard shard)
    {
        if (IsPassive && MayBeInAnyShard)
        {
            MoveTo(_shard.Layer.ShardOf(shard));
        }
    }

    /// <summary>Goes to another shard. With the gate held.</summary>
    internal void MoveTo(TcpShard shard)
    {
        if (shard == _shard || _isPutOff)
        {
            return;
        }

        Move(SendTimer, shard);
        Move(AcknowledgmentTimer, shard);
        Move(_lifeTimer, shard);
        _shard.Layer.Network.Forget(Tuple, this);
        _shard.ConnectionCount--;
        _shard = shard;
        _shard.ConnectionCount++;
        Path = shard.Share(Path);
        ReturnIdleParts();
    }

    private void Move(StackTimer? timer, TcpShard shard)
    {
        if (timer is null)
        {
            return;
        }

        (bool isSet, long due) = (timer.IsSet, timer.Due);
        Timers.Remove(timer);
        if (isSet)
        {
            shard.Timers.Set(timer, due);
        }
    }
}
