using System.Runtime.InteropServices;
using System.Runtime.Versioning;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// The system's time with timers that fire within a tenth of a millisecond, on a thread of their own. The system's fire at whole
/// milliseconds, on the thread pool, which is as long as a round trip of this measurement.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed partial class FineClock : TimeProvider, IDisposable
{
    // How long the thread sleeps before it looks again: a timer may have been set meanwhile.
    private const long SliceNanoseconds = 50_000;

    private readonly Lock _gate = new();
    private readonly List<FineTimer> _timers = [];
    private readonly Thread _thread;
    private volatile bool _isOver;

    internal FineClock()
    {
        _thread = new Thread(Run) { IsBackground = true, Name = "fine clock" };
        _thread.Start();
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        FineTimer timer = new(this, callback, state);
        lock (_gate)
        {
            _timers.Add(timer);
        }

        timer.Change(dueTime, period);
        return timer;
    }

    public void Dispose()
    {
        _isOver = true;
        _thread.Join();
    }

    private void Run()
    {
        while (!_isOver)
        {
            if (TakeDue() is { } timer)
            {
                timer.Fire();
            }
            else
            {
                _ = NanoSleep(new TimeSpecification(0, (nint)SliceNanoseconds), 0);
            }
        }
    }

    private FineTimer? TakeDue()
    {
        long now = GetTimestamp();
        lock (_gate)
        {
            foreach (FineTimer timer in _timers)
            {
                if (timer.TryTake(now))
                {
                    return timer;
                }
            }
        }

        return null;
    }

    private void Remove(FineTimer timer)
    {
        lock (_gate)
        {
            _timers.Remove(timer);
        }
    }

    [LibraryImport("libc", EntryPoint = "nanosleep")]
    private static partial int NanoSleep(in TimeSpecification time, nint rest);

    // struct timespec
    [StructLayout(LayoutKind.Sequential)]
    private readonly record struct TimeSpecification(nint Seconds, nint Nanoseconds);

    private sealed class FineTimer(FineClock clock, TimerCallback callback, object? state) : ITimer
    {
        private long _due = long.MaxValue;

        // Periods are not used here.
        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            bool isSet = dueTime != Timeout.InfiniteTimeSpan;
            Volatile.Write(ref _due, isSet ? clock.GetTimestamp() + (long)(dueTime.TotalSeconds * clock.TimestampFrequency) : long.MaxValue);
            return true;
        }

        internal bool TryTake(long now)
        {
            long due = Volatile.Read(ref _due);
            return due <= now && Interlocked.CompareExchange(ref _due, long.MaxValue, due) == due;
        }

        internal void Fire() => callback(state);

        public void Dispose()
        {
            _due = long.MaxValue;
            clock.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
