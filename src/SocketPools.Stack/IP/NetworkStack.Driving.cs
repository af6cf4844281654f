using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;

namespace SocketPools.Stack.IP;

// Who lets frames leave and come in, and when there is more than one shard.
internal sealed partial class NetworkStack
{
    /// <summary>The driver of a lane of a pair's; a stack with fewer shards than its peer takes several.</summary>
    internal StackDriver DriverOf(int lane)
    {
        if (lane == 0)
        {
            return _driver;
        }

        StackDriver[] drivers = Volatile.Read(ref _drivers);
        return lane < drivers.Length ? drivers[lane] : drivers[lane % drivers.Length];
    }

    /// <summary>
    /// A link has frames that are not in the lanes of other shards, or another carrier. Those shards are not looked at: what waits there for a moment is
    /// about to be sent by a thread of theirs.
    /// </summary>
    internal void OnFrameAvailable() => _driver.Drive();

    /// <summary>Lets frames leave and come in. Without the lock.</summary>
    public void Drive()
    {
        _driver.Drive();
        if (!Shards.IsSingle)
        {
            DriveOthersIfNeeded();
        }
    }

    /// <inheritdoc/>
    public void DriveInBackground()
    {
        _driver.DriveInBackground();
        if (!Shards.IsSingle)
        {
            foreach (StackDriver driver in Volatile.Read(ref _drivers).AsSpan(1))
            {
                driver.DriveInBackgroundIfNeeded();
            }
        }
    }

    /// <summary>After a call of a socket's: lets what it has put in line leave. Without the lock.</summary>
    internal void DriveIfNeeded()
    {
        if (Shards.Main.HasOutgoing)
        {
            _driver.Drive();
        }

        if (!Shards.IsSingle)
        {
            DriveOthersIfNeeded();
        }
    }

    private void DriveOthersIfNeeded()
    {
        foreach (StackDriver driver in Volatile.Read(ref _drivers).AsSpan(1))
        {
            driver.DriveIfNeeded();
        }
    }

    /// <summary>
    /// The end of a socket's call that has frozen the time: what it has put in line is about to leave. With the shard's lock held, which is let
    /// go of next, and without it <see cref="FinishCall"/> follows.
    /// </summary>
    /// <returns>Whether this thread drives the shard.</returns>
    internal bool EndCallUnsynchronized(StackShard shard)
    {
        if (!shard.HasOutgoing || !DriverOf(shard.Index).TryTakeUnsynchronized())
        {
            shard.Timers.Thaw();
            return false;
        }

        shard.Timers.ThawInCall();
        return true;
    }

    /// <summary>Lets leave what a call has put in line. Without the lock.</summary>
    /// <param name="shard">The shard.</param>
    /// <param name="drives">What <see cref="EndCallUnsynchronized"/> has answered.</param>
    internal void FinishCall(StackShard shard, bool drives)
    {
        if (drives)
        {
            try
            {
                DriverOf(shard.Index).DriveTaken();
            }
            finally
            {
                CallTime.End();
            }
        }
        else if (shard.HasOutgoing)
        {
            DriverOf(shard.Index).TakeOverFromBackground();
        }
    }

    /// <inheritdoc/>
    public bool TryAddShards()
    {
        // A seeded stack, and one with a clock of the program's, does the same in every run.
        int count = Math.Min(StackCore.MostShards, Core.MaxShards ?? (Core.IsReproducible ? 1 : Environment.ProcessorCount));
        if (count == 1 || !Array.Exists(_interfaces, static one => one.CanSendBeside))
        {
            return false;
        }

        foreach (StackShard shard in Core.AddShards(count))
        {
            foreach (NetworkInterface one in _interfaces)
            {
                one.AddLine(shard);
            }

            Volatile.Write(ref _drivers, [.. _drivers, new StackDriver(Core, this, shard)]);
        }

        _known = null;

        return true;
    }

    /// <inheritdoc/>
    public void DriveShards()
    {
        foreach (StackDriver driver in Volatile.Read(ref _drivers))
        {
            driver.Drive();
        }
    }

    private void FinishRest(int limit)
    {
        foreach (StackDriver driver in Volatile.Read(ref _drivers))
        {
            driver.FinishRest(limit);
        }
    }
}
