using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using SocketPools.Simulation.Clock;

namespace SocketPools.Simulation.Conducting;

/// <summary>
/// Timers of the runtime, taken into simulated time: Task.Delay, CancellationTokenSource, PeriodicTimer, Timer. The runtime's queues stand
/// still meanwhile. Those that were set before the simulation are kept apart, and go on when it is over.
/// </summary>
/// <remarks>
/// All new timers get into one queue, so that their order is the order in which they were set. Each is taken out of the list when nothing runs;
/// one that its owner sets again comes back there, because it is marked as one of the other list.
/// </remarks>
[RequiresUnreferencedCode(RuntimeAccess.Needed)]
internal sealed class RealTimers
{
    // No time is before it: every timer that is set goes into the list of long ones.
    private const long NoThreshold = long.MinValue / 2;
    private const long Taken = long.MaxValue / 4;
    private const uint Infinite = uint.MaxValue;

    // 11 days: the native timer counts in 32 bits.
    private const long NativeWait = 1_000_000_000;

    private readonly TimerQueueAccess _access;
    private readonly SimulatedClock _clock;
    private readonly object[] _queues;
    private readonly HashSet<object> _earlier = new(ReferenceEqualityComparer.Instance);
    private readonly Dictionary<object, SimulatedTimer> _adopted = new(ReferenceEqualityComparer.Instance);
    private bool _isFrozen;

    internal RealTimers(SimulatedClock clock, TimerQueueAccess access)
    {
        (_clock, _access) = (clock, access);
        if (_access.Unknown.Count > 0)
        {
            throw new PlatformNotSupportedException(
                $"The timers of {RuntimeInformation.FrameworkDescription} cannot be taken into simulated time: {string.Join(", ", _access.Unknown)} not found. "
                + $"Set {nameof(SimulationOptions)}.{nameof(SimulationOptions.AdoptRealTimers)} to false, and give the simulation's clock to whatever takes a TimeProvider.");
        }

        _queues = [.. _access.Instances.Cast<object>()];
    }

#pragma warning disable RS0030 // The count that the runtime's timers are set on.
    private static long TickCount => Environment.TickCount64;
#pragma warning restore RS0030

    /// <summary>How many timers were taken over.</summary>
    internal long Adopted { get; private set; }

    /// <summary>Stops the runtime's timers. May be called again, to be sure.</summary>
    internal void Freeze()
    {
        lock (_access.Lock)
        {
            foreach (object queue in _queues)
            {
                foreach (object timer in TakeAll(queue))
                {
                    _earlier.Add(timer);
                }

                _access.Threshold.SetValue(queue, NoThreshold);

                // It takes its native timer for one that is about to fire, and asks for none.
                _access.IsScheduled.SetValue(queue, true);
                _access.ScheduledDuration.SetValue(queue, 0u);
                lock (_access.NativeLock)
                {
                    _access.NativeDue.SetValue(queue, TickCount + NativeWait);
                }
            }

            for (int i = 0; i < _queues.Length; i++)
            {
                _access.Instances.SetValue(_queues[0], i);
            }

            _isFrozen = true;
        }
    }

    /// <summary>Lets the runtime's timers go on.</summary>
    /// <param name="fires">
    /// Whether those that were set during the simulation fire now, for a thread that waits for one of them and would wait for ever; else they never do.
    /// </param>
    internal void Thaw(bool fires)
    {
        lock (_access.Lock)
        {
            if (!_isFrozen)
            {
                return;
            }

            _isFrozen = false;
            foreach (object queue in _queues)
            {
                foreach (object timer in TakeAll(queue))
                {
                    if (!_earlier.Contains(timer))
                    {
                        _adopted.TryAdd(timer, null!);
                    }
                }

                _access.Threshold.SetValue(queue, TickCount);
                _access.IsScheduled.SetValue(queue, false);
            }

            for (int i = 0; i < _queues.Length; i++)
            {
                _access.Instances.SetValue(_queues[i], i);
            }

            foreach (object timer in _adopted.Keys)
            {
                if (fires)
                {
                    _access.Start.SetValue(timer, 0L);
                    SetAgain(timer);
                }
                else
                {
                    TimerQueueAccess.Call(_access.Delete, _access.Owner.GetValue(timer), timer);
                }
            }

            foreach (object timer in _earlier)
            {
                SetAgain(timer);
            }
        }
    }

    /// <summary>Takes over what was set since the last time. Called when nothing runs.</summary>
    internal void Adopt()
    {
        if (_access.LongTimers.GetValue(_queues[0]) is null)
        {
            return;
        }

        lock (_access.Lock)
        {
            foreach (object timer in TakeAll(_queues[0]))
            {
                // One that was set before the simulation, and is set again in it, still belongs to its creator.
                if (!_earlier.Contains(timer))
                {
                    Adopt(timer);
                }
            }
        }
    }

    private void Adopt(object timer)
    {
        Adopted++;
        if (!_adopted.TryGetValue(timer, out SimulatedTimer? simulated))
        {
            simulated = new SimulatedTimer(_clock, Fire, timer, context: null) { IsAbandoned = () => !IsSet(timer) };
            _adopted.Add(timer, simulated);
        }

        uint period = (uint)_access.Period.GetValue(timer)!;
        _access.Start.SetValue(timer, Taken);
        simulated.Change(
            TimeSpan.FromMilliseconds((uint)_access.Due.GetValue(timer)!),
            period is 0 or Infinite ? Timeout.InfiniteTimeSpan : TimeSpan.FromMilliseconds(period));
    }

    private void Fire(object? timer)
    {
        lock (_access.Lock)
        {
            if (!IsSet(timer!))
            {
                _adopted.Remove(timer!);
                return;
            }

            if (_adopted[timer!].Period == 0)
            {
                TimerQueueAccess.Call(_access.Delete, _access.Owner.GetValue(timer), timer);
                _adopted.Remove(timer!);
            }
        }

        TimerQueueAccess.Call(_access.Fire, timer, false);
    }

    // Whether it is as it was taken over: neither stopped nor set again.
    private bool IsSet(object timer)
    {
        bool isSet = (long)_access.Start.GetValue(timer)! == Taken && (uint)_access.Due.GetValue(timer)! != Infinite && !(bool)_access.IsCanceled.GetValue(timer)!;
        if (!isSet)
        {
            _adopted.Remove(timer);
        }

        return isSet;
    }

    /// <summary>Takes all timers out of a queue's lists, in the order in which they were set.</summary>
    private List<object> TakeAll(object queue)
    {
        List<object> all = [];
        foreach (System.Reflection.FieldInfo list in new[] { _access.LongTimers, _access.ShortTimers })
        {
            int before = all.Count;
            for (object? timer = list.GetValue(queue); timer is not null; timer = _access.Next.GetValue(timer))
            {
                all.Add(timer);
            }

            all.Reverse(before, all.Count - before);
            list.SetValue(queue, null);
        }

        foreach (object timer in all)
        {
            _access.Next.SetValue(timer, null);
            _access.Previous.SetValue(timer, null);
            _access.IsShort.SetValue(timer, true);
        }

        return all;
    }

    private void SetAgain(object timer)
    {
        if ((uint)_access.Due.GetValue(timer)! == Infinite)
        {
            return;
        }

        object queue = _access.Owner.GetValue(timer)!;
        long end = (long)_access.Start.GetValue(timer)! + (uint)_access.Due.GetValue(timer)!;
        uint left = (uint)Math.Clamp(end - TickCount, 1, Infinite - 1);
        object period = _access.Period.GetValue(timer)!;
        TimerQueueAccess.Call(_access.Delete, queue, timer);
        TimerQueueAccess.Call(_access.Update, queue, timer, left, period);
    }
}
