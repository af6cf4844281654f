using System.Diagnostics;
using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Core;

/// <summary>
/// All timers of a stack on one of the clock's: a binary heap, each timer knowing its place in it. A timer that is put off stays
/// where it is and looks at its due time when it comes up, so that the usual case, a timer moved on by every packet, costs a
/// comparison.
/// </summary>
/// <remarks>Used with the stack's gate held; <see cref="Run"/> calls the owners with it held, too.</remarks>
internal sealed class TimerQueue : IDisposable
{
    /// <summary>Timers that are fired at once.</summary>
    internal const int MaxAtOnce = 256;

    private readonly TimeProvider _clock;
    private readonly ITimer _timer;
    private StackTimer[] _heap = new StackTimer[16];
    private int _count;
    private long _setFor = long.MaxValue;
    private bool _isFrozen;
    private long _frozenAt;
    internal CacheLinePadding Padding;

    /// <summary>Makes an empty queue.</summary>
    /// <param name="clock">The clock.</param>
    /// <param name="wake">Called on the clock's thread when a timer is due: takes the gate and calls <see cref="Run"/>.</param>
    internal TimerQueue(TimeProvider clock, Action wake)
    {
        _clock = clock;
        Frequency = clock.TimestampFrequency;
        _timer = clock.CreateTimer(_ => wake(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    /// <summary>Whether the clock is the system's, which never stands still.</summary>
    internal bool IsOnSystemClock => _clock == TimeProvider.System;

    /// <summary>Ticks of <see cref="Now"/> in a second.</summary>
    internal long Frequency { get; }

    /// <summary>The time on the clock's own count.</summary>
    internal long Now => _frozenAt != 0 ? _frozenAt : Read();

    /// <summary>How many timers are set.</summary>
    internal int Count => _count;

    /// <summary>So many ticks for a time.</summary>
    internal long Ticks(TimeSpan time) => (long)(time.TotalSeconds * Frequency);

    /// <summary>So much time for ticks.</summary>
    internal TimeSpan Time(long ticks) => TimeSpan.FromSeconds((double)ticks / Frequency);

    /// <summary>
    /// Reads the clock at most once for all that is done until <see cref="Thaw"/>, with the gate held all the while: reading it costs
    /// more than most of what is done for a packet.
    /// </summary>
    internal void Freeze() => _isFrozen = true;

    /// <summary>The same, with the time of the call that has led to it, if there is one (<see cref="CallTime"/>).</summary>
    internal void FreezeAtCall()
    {
        _frozenAt = CallTime.Of(_clock);
        _isFrozen = true;
    }

    /// <summary>The time goes on.</summary>
    internal void Thaw()
    {
        _isFrozen = false;
        _frozenAt = 0;
    }

    /// <summary>The time goes on here. What follows from this call on other stacks has its time, until <see cref="CallTime.End"/>.</summary>
    internal void ThawInCall()
    {
        CallTime.Begin(_clock, _frozenAt);
        Thaw();
    }

    /// <summary>Sets a timer, or moves it.</summary>
    internal void Set(StackTimer timer, long due)
    {
        bool later = timer.Place >= 0 && due >= timer.Key;
        timer.Due = due;
        timer.IsSet = true;
        if (later)
        {
            return;
        }

        timer.Key = due;
        if (timer.Place < 0)
        {
            if (_count == _heap.Length)
            {
                Array.Resize(ref _heap, _count * 2);
            }

            timer.Place = _count;
            _heap[_count++] = timer;
        }

        Rise(timer.Place);
        Arm();
    }

    /// <summary>Clears a timer. It leaves the heap when it comes up.</summary>
    internal static void Clear(StackTimer timer) => timer.IsSet = false;

    /// <summary>Takes a timer out at once: its owner goes.</summary>
    internal void Remove(StackTimer timer)
    {
        timer.IsSet = false;
        if (timer.Place >= 0)
        {
            RemoveAt(timer.Place);
        }
    }

    /// <summary>
    /// Fires what is due, so many at once that a thread that waits for the gate waits for a bounded time; the rest is due at once. After a pause
    /// of the machine's the timers of all connections are due together.
    /// </summary>
    internal void Run()
    {
        _setFor = long.MaxValue;
        long now = Now;
        int fired = 0;
        while (_count > 0 && _heap[0].Key <= now && fired < MaxAtOnce)
        {
            StackTimer timer = _heap[0];
            if (timer.IsSet && timer.Due > now)
            {
                timer.Key = timer.Due;
                Sink(0);
                continue;
            }

            RemoveAt(0);
            if (timer.IsSet)
            {
                timer.IsSet = false;
                timer.Fire();
                fired++;
            }
            else
            {
                timer.Owner?.Rest(timer);
            }
        }

        Arm();
    }

    public void Dispose() => _timer.Dispose();

    private long Read()
    {
        long now = _clock.GetTimestamp();
        _frozenAt = _isFrozen ? now : 0;
        return now;
    }

    private void Arm()
    {
        if (_count == 0 || _heap[0].Key >= _setFor)
        {
            return;
        }

        _setFor = _heap[0].Key;
        _timer.Change(WaitFor(Math.Max(0, _setFor - Now)), Timeout.InfiniteTimeSpan);
    }

    // Rounded up: a timer that comes too early only comes again. The system's timers count in milliseconds, other clocks in 100 ns.
    private TimeSpan WaitFor(long ticks)
    {
        long grain = _clock == TimeProvider.System ? TimeSpan.TicksPerMillisecond : 1;
        double grains = Math.Ceiling(ticks * ((double)TimeSpan.TicksPerSecond / grain) / Frequency);
        return TimeSpan.FromTicks((long)Math.Min(grains, (double)(int.MaxValue * TimeSpan.TicksPerMillisecond / grain)) * grain);
    }

    private void RemoveAt(int place)
    {
        Debug.Assert(_heap[place].Place == place);
        _heap[place].Place = -1;
        StackTimer last = _heap[--_count];
        _heap[_count] = null!;
        if (place < _count)
        {
            _heap[place] = last;
            last.Place = place;
            Rise(place);
            Sink(last.Place);
        }
    }

    private void Rise(int place)
    {
        StackTimer timer = _heap[place];
        while (place > 0)
        {
            int above = (place - 1) / 2;
            if (_heap[above].Key <= timer.Key)
            {
                break;
            }

            Put(_heap[above], place);
            place = above;
        }

        Put(timer, place);
    }

    private void Sink(int place)
    {
        StackTimer timer = _heap[place];
        while (true)
        {
            int below = (place * 2) + 1;
            if (below >= _count)
            {
                break;
            }

            if (below + 1 < _count && _heap[below + 1].Key < _heap[below].Key)
            {
                below++;
            }

            if (_heap[below].Key >= timer.Key)
            {
                break;
            }

            Put(_heap[below], place);
            place = below;
        }

        Put(timer, place);
    }

    private void Put(StackTimer timer, int place)
    {
        _heap[place] = timer;
        timer.Place = place;
    }
}
