namespace SocketPools.Stack.IP;

// Timers, and what was more than one call sends and receives, drive the stack on threads that no call runs on. A call that finds such a thread at it
// takes over: else that thread would go on for as long as calls come, and each call would wait for it.
internal sealed partial class StackDriver
{
    // A background thread looks up after each frame of a link that is not ours, and after each batch of a pair.
    private const int MostSpins = 100;
    private const int SpinLength = 8;

    private bool _isInBackground;
    private int _waitingCalls;

    /// <summary>Whether a call waits to take over.</summary>
    private bool IsWanted => Volatile.Read(ref _isInBackground) && Volatile.Read(ref _waitingCalls) > 0;

    /// <inheritdoc cref="Core.IStackDriver.DriveInBackground"/>
    internal void DriveInBackground()
    {
        if (!stack.IsAbandoned && (Interlocked.Increment(ref _requests) == 1 || TryTakeRest()))
        {
            DriveTakenInBackground();
        }
    }

    /// <summary>Lets leave what was put in line for this shard by a timer.</summary>
    internal void DriveInBackgroundIfNeeded()
    {
        if (shard.HasOutgoing)
        {
            DriveInBackground();
        }
    }

    /// <summary>A call has found another thread that drives: if no call runs on that one, takes over from it. Without a lock.</summary>
    internal void TakeOverFromBackground()
    {
        if (!Volatile.Read(ref _isInBackground))
        {
            return;
        }

        Interlocked.Increment(ref _waitingCalls);
        for (int i = 0; i < MostSpins && Volatile.Read(ref _isInBackground); i++)
        {
            Thread.SpinWait(SpinLength);
        }

        Interlocked.Decrement(ref _waitingCalls);
        if (TryTakeRest())
        {
            DriveTaken();
        }
    }

    // With a clock of the program's its threads are the calls.
    private void DriveTakenInBackground()
    {
        Volatile.Write(ref _isInBackground, stack.Clock == TimeProvider.System);
        DriveTaken();
    }

    /// <summary>Before another thread may drive.</summary>
    /// <returns>Whether this thread was one that no call runs on.</returns>
    private bool LeaveBackground()
    {
        bool was = _isInBackground;
        if (was)
        {
            Volatile.Write(ref _isInBackground, false);
        }

        return was;
    }
}
