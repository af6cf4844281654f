using SocketPools.Stack.Core;

namespace SocketPools.Stack.Configuration;

/// <summary>Things that are true for a time, at most as many as <see cref="StackLimits.MaxRouterAdvertisedEntries"/> says. With the gate held.</summary>
/// <param name="stack">The stack.</param>
/// <param name="ended">Called for each that ends, besides what it was kept with.</param>
internal sealed class ExpiringList(StackCore stack, Action<object>? ended = null)
{
    private readonly Dictionary<object, Learned> _all = [];

    internal IEnumerable<object> Keys => _all.Keys;

    internal int Count => _all.Count;

    private TimerQueue Timers => stack.Timers;

    /// <summary>Keeps something from now on so long.</summary>
    /// <param name="key">What.</param>
    /// <param name="seconds">How long; 0 ends it, <see cref="uint.MaxValue"/> is without an end.</param>
    /// <param name="begin">Called when it is new.</param>
    /// <param name="end">Called when it is over.</param>
    internal void Keep(object key, uint seconds, Action? begin = null, Action? end = null)
    {
        if (seconds == 0)
        {
            End(key);
            return;
        }

        bool isNew = !_all.TryGetValue(key, out Learned? learned);
        if (isNew)
        {
            if (_all.Count >= stack.Limits.MaxRouterAdvertisedEntries)
            {
                stack.Counters.Drop(DropReason.RouterAdvertisementLimit);
                return;
            }

            learned = new Learned { Key = key, End = end };
            Learned kept = learned;
            learned.Timer = new StackTimer(() => End(kept.Key));
            _all.Add(key, learned);
        }

        learned!.HasEnd = seconds != uint.MaxValue;
        if (learned.HasEnd)
        {
            Timers.Set(learned.Timer!, Timers.Now + Timers.Ticks(TimeSpan.FromSeconds(seconds)));
        }
        else
        {
            TimerQueue.Clear(learned.Timer!);
        }

        if (isNew)
        {
            begin?.Invoke();
        }
    }

    /// <summary>How long something is still true.</summary>
    internal TimeSpan Left(object key) => !_all.TryGetValue(key, out Learned? learned) || !learned.HasEnd ? TimeSpan.MaxValue
        : Timers.Time(Math.Max(0, learned.Timer!.Due - Timers.Now));

    /// <summary>It is another one from now on.</summary>
    internal void Rename(object key, object next)
    {
        if (_all.Remove(key, out Learned? learned))
        {
            learned.Key = next;
            _all[next] = learned;
        }
    }

    internal void Clear()
    {
        foreach (object key in _all.Keys.ToArray())
        {
            End(key);
        }
    }

    private void End(object key)
    {
        if (_all.Remove(key, out Learned? learned))
        {
            Timers.Remove(learned.Timer!);
            learned.End?.Invoke();
            ended?.Invoke(key);
        }
    }

    private sealed class Learned
    {
        internal required object Key { get; set; }

        internal required Action? End { get; init; }

        internal StackTimer? Timer { get; set; }

        internal bool HasEnd { get; set; }
    }
}
