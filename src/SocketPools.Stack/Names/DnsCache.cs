using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>Answers that are still true (RFC 1035, section 7.4; RFC 2308 for what is not there). With the gate held.</summary>
internal sealed class DnsCache(TimerQueue timers, DnsOptions settings)
{
    private readonly Dictionary<DnsPendingQuestion, (DnsResponse Answer, long Until)> _entries = [];

    internal int Count => _entries.Count;

    /// <summary>Answers that were forgotten for others: the cache was full.</summary>
    internal long Evicted { get; private set; }

    /// <summary>Finds what is known: of the name and the type, or that there is no such name, whatever the type (RFC 2308, section 5).</summary>
    /// <remarks>
    /// That a server knows no name when it is asked for AAAA holds for AAAA alone: some servers say so of names that have IPv4
    /// addresses (RFC 4074, section 4.2).
    /// </remarks>
    internal DnsResponse? Find(in DnsPendingQuestion question) => FindExactly(question) ?? FindExactly(question with { Type = 0 });

    internal void Add(DnsPendingQuestion question, DnsResponse answer)
    {
        TimeSpan most = answer.Error == AddressInfoError.None ? settings.MaxTimeToLive : settings.MaxNegativeTimeToLive;
        TimeSpan time = TimeSpan.FromSeconds(answer.Seconds);
        time = time < most ? time : most;
        if (time <= TimeSpan.Zero || settings.MaxCached <= 0)
        {
            return;
        }

        if (answer.Error == AddressInfoError.NoName)
        {
            question = question.Type == DnsType.Aaaa ? question : question with { Type = 0 };
        }
        else
        {
            _entries.Remove(question with { Type = 0 });
        }

        if (_entries.Count >= settings.MaxCached && !_entries.ContainsKey(question))
        {
            // The one that is over first is missed least.
            Evicted++;
            _entries.Remove(_entries.MinBy(e => e.Value.Until).Key);
        }

        _entries[question] = (answer, timers.Now + timers.Ticks(time));
    }

    internal void Clear() => _entries.Clear();

    private DnsResponse? FindExactly(in DnsPendingQuestion question)
    {
        if (!_entries.TryGetValue(question, out (DnsResponse Answer, long Until) entry))
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
