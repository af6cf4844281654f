using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>One call of getaddrinfo that has to ask: for addresses of one family, or of both side by side. With the gate held.</summary>
internal sealed class DnsLookup
{
    private readonly DnsResolver _resolver;
    private readonly TaskCompletionSource<AddressLookup> _end = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly DnsResponse?[] _answers;
    private StackTimer? _deadline;

    internal DnsLookup(DnsResolver resolver, AddressQuery query, DnsPendingQuestion[] questions)
    {
        _resolver = resolver;
        Query = query;
        Questions = questions;
        _answers = new DnsResponse?[questions.Length];
    }

    internal AddressQuery Query { get; }

    internal DnsPendingQuestion[] Questions { get; }

    internal Task<AddressLookup> Task => _end.Task;

    internal bool IsOver => _end.Task.IsCompleted;

    internal void SetDeadline(in Deadline deadline)
    {
        if (!deadline.IsInfinite && !deadline.IsImmediate)
        {
            _deadline = new StackTimer(() => _resolver.Abandon(this, _resolver.TimedOut(this)));
            _resolver.Timers.Set(_deadline, _resolver.Timers.Now + _resolver.Timers.Ticks(deadline.Remaining));
        }
    }

    /// <summary>
    /// An answer is there. All are waited for, as in glibc: some servers say of AAAA that a name does not exist which has IPv4 addresses
    /// (RFC 4074, section 4.2), and what comes first does not decide.
    /// </summary>
    internal void Take(in DnsPendingQuestion question, DnsResponse answer)
    {
        int place = Array.IndexOf(Questions, question);
        if (IsOver || place < 0)
        {
            return;
        }

        _answers[place] = answer;
        if (Array.TrueForAll(_answers, a => a is not null))
        {
            _resolver.Abandon(this, Result());
        }
    }

    internal void End(AddressLookup result)
    {
        if (_deadline is not null)
        {
            _resolver.Timers.Remove(_deadline);
        }

        _end.TrySetResult(result);
    }

    internal void Cancel(CancellationToken token)
    {
        if (_deadline is not null)
        {
            _resolver.Timers.Remove(_deadline);
        }

        _end.TrySetCanceled(token);
    }

    private AddressLookup Result()
    {
        IPAddressValue[] addresses = [.. _answers.SelectMany(a => a?.Addresses ?? [])];
        if (addresses.Length > 0)
        {
            string canonical = Array.Find(_answers, a => a is { Addresses.Length: > 0 })!.CanonicalName;
            return DnsRecordSet.Make(Query, _resolver.Order.Sort(Wanted(addresses)), canonical, DnsRecordSet.PortOf(Query));
        }

        return Failure();
    }

    /// <summary>RFC 3493, section 6.1, AI_V4MAPPED: IPv4 addresses only where there are no others, or with AI_ALL.</summary>
    private IPAddressValue[] Wanted(IPAddressValue[] addresses)
    {
        bool isMapped = DnsRecordSet.MapsIPv4(Query) && (Query.Flags & AddressInfoFlags.All) == 0;
        return isMapped && Array.Exists(addresses, a => a.IsIPv6) ? Array.FindAll(addresses, a => a.IsIPv6) : addresses;
    }

    // Of two failures glibc reports that there is no such name first, then that it has no address, then what may pass.
    private AddressLookup Failure()
    {
        AddressInfoError[] order = [AddressInfoError.NoName, AddressInfoError.NoData, AddressInfoError.Again, AddressInfoError.Fail];
        DnsResponse worst = _answers.OfType<DnsResponse>().MinBy(answer => Array.IndexOf(order, answer.Error))!;
        return new AddressLookup(worst.Error) { Detail = worst.Detail };
    }
}
