using SocketPools.Radios;
using SocketPools.Stack.Core;

namespace SocketPools.Stack.Names;

/// <summary>Answers that are still true (RFC 1035, section 7.4; RFC 2308 for what is not there). With the gate held.</summary>
internal sealed class NameCache(TimerQueue timers, NameSettings settings)
{
    private readonly Dictionary<NameQuestion, (NameAnswer Answer, long Until)> _entries = [];

    internal int Count => _entries.Count;

    /// <summary>Answers that were forgotten for others: the cache was full.</summary>
    internal long Evicted { get; private set; }

    /// <summary>Finds what is known: of the name and the type, or that there is no such name, whatever the type (RFC 2308, section 5).</summary>
    internal NameAnswer? Find(in NameQuestion question) => FindExactly(question) ?? FindExactly(question with { Type = 0 });

    internal void Add(NameQuestion question, NameAnswer answer)
    {
        TimeSpan most = answer.Error == AddressInfoError.None ? settings.MaxTimeToLive : settings.MaxNegativeTimeToLive;
        TimeSpan time = TimeSpan.FromSeconds(answer.Seconds);
        time = time < most ? time : most;
        if (time <= TimeSpan.Zero || settings.MaxCached <= 0)
        {
            return;
        }

        question = answer.Error == AddressInfoError.NoName ? question with { Type = 0 } : question;
        if (_entries.Count >= settings.MaxCached && !_entries.ContainsKey(question))
        {
            // The one that is over first is missed least.
            Evicted++;
            _entries.Remove(_entries.MinBy(e => e.Value.Until).Key);
        }

        _entries[question] = (answer, timers.Now + timers.Ticks(time));
    }

    internal void Clear() => _entries.Clear();

    private NameAnswer? FindExactly(in NameQuestion question)
    {
        if (!_entries.TryGetValue(question, out (NameAnswer Answer, long Until) entry))
        {
            return null;
        }

        if (entry.Until > timers.Now)
        {
            return entry.Answer;
        }

        _entries.Remove(question);
        return null;
    }
}
