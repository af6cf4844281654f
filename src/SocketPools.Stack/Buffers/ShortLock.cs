using System.Runtime.CompilerServices;

namespace SocketPools.Stack.Buffers;

/// <summary>
/// A lock for a few instructions that call nothing and cannot throw: one atomic operation instead of the two of
/// <see cref="Lock"/>. Who finds it taken spins, and lets other threads run after a short while. Not reentrant.
/// </summary>
internal struct ShortLock
{
    private int _isTaken;

    /// <summary>Takes it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Enter()
    {
        if (Interlocked.Exchange(ref _isTaken, 1) != 0)
        {
            Wait();
        }
    }

    /// <summary>Lets go of it.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    internal void Exit() => Volatile.Write(ref _isTaken, 0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Wait()
    {
        SpinWait spinner = default;
        do
        {
            spinner.SpinOnce();
        }
        while (Volatile.Read(ref _isTaken) != 0 || Interlocked.Exchange(ref _isTaken, 1) != 0);
    }
}
