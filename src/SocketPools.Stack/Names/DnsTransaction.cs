using SocketPools.Radios;
using SocketPools.Stack.Core;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Udp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Names;

/// <summary>
/// One question under way: to one server after the other, from a port and with an id of its own each time (RFC 5452, section 9), over
/// TCP when the answer was cut off. All lookups that want the same wait for the same question, so that no program can make it be sent many
/// times at once and guess (RFC 5452, section 5). With the gate held.
/// </summary>
internal sealed partial class DnsTransaction : ITcpObserver
{
    // What fits one packet everywhere: "DNS flag day 2020".
    private const ushort UdpPayload = 1232;

    // After so many false answers to one query an attacker is guessing: TCP cannot be guessed (RFC 5452, section 9.3).
    private const int MaxFalse = 64;

    // Aliases whose end the server did not tell.
    private const int MaxAliases = 16;

    private readonly DnsResolver _resolver;
    private readonly StackTimer _woken;
    private readonly StackTimer _timeout;
    private readonly Action _wake;
    private readonly List<DnsLookup> _waiting = [];

    private DnsPendingQuestion _now;
    private DnsServer[] _servers = [];
    private DnsServer _server;
    private DnsQuery _query;
    private UdpEndpoint? _udp;
    private NameFailure _failure;
    private ulong _unreachable;
    private bool _isPlain;
    private int _tries;
    private int _false;
    private int _aliases;
    private int _seconds = int.MaxValue;

    internal DnsTransaction(DnsResolver resolver, in DnsPendingQuestion question)
    {
        _resolver = resolver;
        Question = _now = question;
        _woken = new StackTimer(OnWoken);
        _timeout = new StackTimer(OnTimeout);
        _wake = () => resolver.Timers.Set(_woken, resolver.Timers.Now);
    }

    internal DnsPendingQuestion Question { get; }

    internal IReadOnlyList<DnsLookup> Waiting => _waiting;

    /// <summary>What has gone wrong so far, for people; null while nothing has.</summary>
    internal string? Trouble => _failure.Detail;

    internal void Join(DnsLookup lookup) => _waiting.Add(lookup);

    /// <summary>A lookup waits no longer.</summary>
    /// <returns>Whether none does.</returns>
    internal bool Leave(DnsLookup lookup) => _waiting.Remove(lookup) && _waiting.Count == 0;

    internal void Begin()
    {
        _servers = _resolver.Servers.InOrder();
        AskNext();
    }

    /// <summary>Lets go of sockets and timers.</summary>
    internal void Stop()
    {
        CloseSockets();
        _resolver.Timers.Remove(_timeout);
        _resolver.Timers.Remove(_woken);
    }

    // UDP and TCP call with their own work half done: what is to be done is done when they are through.
    void ITcpObserver.Changed() => _wake();

    private void AskNext()
    {
        CloseSockets();
        while (_tries < _servers.Length * _resolver.Settings.Attempts)
        {
            int place = _tries % _servers.Length;
            _server = _servers[place];
            int round = _tries++ / _servers.Length;

            // Servers and firewalls exist that drop what they do not know, or fail at it: the second time it is asked as glibc asks.
            _isPlain |= round > 0;
            if ((_unreachable >> place & 1) == 0 && TrySend())
            {
                _resolver.Timers.Set(_timeout, _resolver.Timers.Now + (_resolver.Timers.Ticks(_resolver.Settings.Timeout) << round));
                return;
            }
        }

        End(_failure.ToAnswer());
    }

    private bool TrySend()
    {
        // glibc's resolver sets IP_RECVERR, too: a router that knows no way to the server ends the wait for it.
        _udp = new UdpEndpoint(_resolver.Udp, _server.Address.Family, _wake) { ReportsSoftErrors = true };
        Errno errno = _udp.Connect(_server.Address, _server.Port, _server.Scope);
        if (errno != Errno.None || !TryMakeQuery(_isPlain ? (ushort)0 : UdpPayload))
        {
            GiveServerUp(errno);
            CloseSockets();
            return false;
        }

        Span<byte> bytes = stackalloc byte[DnsQuery.MaxLength];
        _query.Write(bytes);
        _resolver.Counters.QueriesSent++;
        errno = _udp.Send(bytes[.._query.Length], _server.Address, _server.Port, _server.Scope).Errno;
        GiveServerUp(errno);
        return errno == Errno.None;
    }

    /// <summary>A server that cannot be reached is not asked this question again.</summary>
    private void GiveServerUp(Errno errno)
    {
        if (errno != Errno.None)
        {
            _failure.Unreachable(_server, errno);
            _unreachable |= 1UL << ((_tries - 1) % _servers.Length);
        }
    }

    private bool TryMakeQuery(ushort payload)
    {
        bool isName = DnsQuery.TryCreate(_now.Name, _now.Type, (ushort)_resolver.Random.Next(65536), out DnsQuery query);
        _query = query with { UdpPayloadSize = payload };
        return isName;
    }

    private void OnTimeout()
    {
        _resolver.Counters.LookupsTimedOut++;
        _failure.Silent(_server);
        _resolver.Servers.Failed(_server);
        AskNext();
    }

    private void OnWoken()
    {
        if (_tcp is not null)
        {
            GoOnByTcp();
            return;
        }

        while (_udp is { HasPacket: true } udp)
        {
            int count = udp.Receive(_resolver.Scratch, out _).Count;
            if (TryTake(_resolver.Scratch.AsSpan(0, count)))
            {
                return;
            }

            if (++_false == MaxFalse)
            {
                AskByTcp();
                return;
            }
        }

        // A router or the server itself reports that the host or the port is unreachable.
        if (_udp is not null && _udp.TakeError() is var errno && errno is not (Errno.None or Errno.EMSGSIZE))
        {
            GiveServerUp(errno);
            _resolver.Servers.Failed(_server);
            AskNext();
        }
    }

    /// <summary>Takes a message, if it answers the question.</summary>
    /// <returns>False: it does not, and the right one may still come.</returns>
    private bool TryTake(ReadOnlySpan<byte> message)
    {
        if (!DnsView.TryRead(message, out DnsView view) || !(view.IsResponseTo(_query) || view.IsBareRefusalOf(_query)))
        {
            _resolver.Counters.ResponsesIgnored++;
            return false;
        }

        DnsResponseCode code = view.ResponseCode;
        if (view.IsTruncated && _tcp is null)
        {
            AskByTcp();
        }
        else if (code is DnsResponseCode.FormatError or DnsResponseCode.NotImplemented && !_isPlain)
        {
            // RFC 6891, section 7: a server that knows no EDNS is asked without.
            _isPlain = true;
            _tries--;
            AskNext();
        }
        else if (code is not (DnsResponseCode.NoError or DnsResponseCode.NameError))
        {
            _failure.Answered(_server, code);
            _resolver.Servers.Failed(_server);
            AskNext();
        }
        else if (view.IsReferral)
        {
            _failure.Referred(_server);
            _resolver.Servers.Failed(_server);
            AskNext();
        }
        else
        {
            Use(view);
        }

        return true;
    }

    private void Use(DnsView view)
    {
        DnsVerdict verdict = DnsResponseReader.Read(view, _now, _resolver.Settings.MaxAddresses, out DnsResponse answer);
        if (verdict == DnsVerdict.Malformed || (verdict == DnsVerdict.Alias && ++_aliases > MaxAliases))
        {
            _resolver.Counters.ResponsesIgnored++;
            _failure.Malformed(_server);
            AskNext();
            return;
        }

        _resolver.Servers.Answered(_server);
        _seconds = Math.Min(_seconds, answer.Seconds);
        if (verdict == DnsVerdict.Alias)
        {
            _now = _now with { Name = answer.CanonicalName };
            _tries = 0;
            AskNext();
            return;
        }

        End(answer with { Seconds = _seconds });
    }

    private void End(DnsResponse answer)
    {
        Stop();
        _resolver.Finish(this, answer);
    }

    private void CloseSockets()
    {
        _udp?.Close();
        _udp = null;
        _tcp?.Close();
        _tcp = null;
        TimerQueue.Clear(_timeout);
    }
}
