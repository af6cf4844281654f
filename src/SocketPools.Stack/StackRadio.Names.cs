using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Names;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack;

// Names: addresses in digits are read here, everything else is the resolver's.
public sealed partial class StackRadio
{
    // How soon a signal's handler runs while a lookup is waited for, as with the host's radio.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(50);

    /// <summary>The name servers in use: those that were set, then those that interfaces learned by DHCP or from routers.</summary>
    public IReadOnlyList<IPEndPoint> NameServers
    {
        get
        {
            using (Network.Gate.EnterScope())
            {
                return [.. Names.Servers.All().Select(s => new IPEndPoint(s.Address.ToIPAddress((uint)(s.Scope?.Index ?? 0)), s.Port))];
            }
        }
    }

    /// <summary>What the resolver has done and refused.</summary>
    public DnsCounters DnsCounters => Names.Counters;

    internal DnsResolver Names { get; }

    /// <summary>Sets the name servers, which stand before learned ones, and forgets what others answered.</summary>
    /// <param name="servers">Addresses and ports; port 0 is 53.</param>
    public void SetNameServers(params IEnumerable<IPEndPoint> servers)
    {
        ArgumentNullException.ThrowIfNull(servers);
        IPEndPoint[] all = [.. servers];
        using (Network.Gate.EnterScope())
        {
            Names.Servers.Set(all);
            Names.Cache.Clear();
        }
    }

    /// <summary>Names a host as <c>/etc/hosts</c> does: no server is asked for it.</summary>
    /// <param name="name">The name; upper and lower case are the same.</param>
    /// <param name="addresses">Its addresses; none takes the name away.</param>
    /// <exception cref="ArgumentException">The name is empty.</exception>
    public void SetHostEntry(string name, params IEnumerable<IPAddress> addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(addresses);
        IPAddressValue[] numbers = [.. addresses.Select(IPAddressValue.From)];
        using (Network.Gate.EnterScope())
        {
            Names.SetHost(name, numbers);
        }
    }

    /// <summary>Forgets what servers have answered.</summary>
    public void FlushDnsCache()
    {
        using (Network.Gate.EnterScope())
        {
            Names.Cache.Clear();
        }
    }

    /// <inheritdoc/>
    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(query);
        if (TryAnswer(query, out AddressLookup answer))
        {
            return answer;
        }

        DnsLookup lookup = Begin(query, deadline);
        Task<AddressLookup> end = lookup.Task;
        if (TimeProvider is IWaitScheduler scheduler)
        {
            _ = scheduler.Block(end, Timeout.InfiniteTimeSpan);
        }

        while (!end.Wait(Interrupted is null ? Timeout.InfiniteTimeSpan : s_slice))
        {
            try
            {
                Interrupted?.Invoke();
            }
            catch
            {
                Names.Cancel(lookup, CancellationToken.None);
                throw;
            }
        }

        return end.Result;
    }

    /// <inheritdoc/>
    public override async ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(query);
        cancellationToken.ThrowIfCancellationRequested();
        if (TryAnswer(query, out AddressLookup answer))
        {
            return answer;
        }

        DnsLookup lookup = Begin(query, Deadline.Never);
        using CancellationTokenRegistration registration = cancellationToken.UnsafeRegister(
            (state, token) => Names.Cancel((DnsLookup)state!, token), lookup);
        return await lookup.Task.ConfigureAwait(false);
    }

    private DnsLookup Begin(AddressQuery query, in Deadline deadline)
    {
        DnsLookup lookup;
        using (Network.Gate.EnterScope())
        {
            lookup = Names.Begin(query, query.Host!);
            if (!lookup.IsOver)
            {
                lookup.SetDeadline(deadline);
            }
        }

        Network.DriveIfNeeded();
        return lookup;
    }

    /// <summary>Answers what the stack knows without sending a question.</summary>
    private bool TryAnswer(AddressQuery query, out AddressLookup answer)
    {
        if (ErrorOf(query, out ushort port) is { } error)
        {
            answer = new AddressLookup(error);
            return true;
        }

        if (TryAnswerLocally(query, port, out answer))
        {
            return true;
        }

        using (Network.Gate.EnterScope())
        {
            return Names.TryAnswer(query, query.Host!, port, out answer);
        }
    }

    /// <summary>What is wrong with a question as it was asked, getaddrinfo(3); null for nothing.</summary>
    private static AddressInfoError? ErrorOf(AddressQuery query, out ushort port)
    {
        port = 0;
        if (query.Family is not (AddressFamily.Unspecified or AddressFamily.InterNetwork or AddressFamily.InterNetworkV6))
        {
            return AddressInfoError.Family;
        }

        if (query.Host is null && HasFlag(query, AddressInfoFlags.CanonicalName))
        {
            return AddressInfoError.BadFlags;
        }

        if (query.Host is null && query.Service is null)
        {
            return AddressInfoError.NoName;
        }

        return DnsRecordSet.TryReadPort(query.Service, out port) ? null
            : HasFlag(query, AddressInfoFlags.NumericService) ? AddressInfoError.NoName : AddressInfoError.Service;
    }

    /// <summary>Answers for no host, for digits, and where names cannot be asked for.</summary>
    private bool TryAnswerLocally(AddressQuery query, ushort port, out AddressLookup answer)
    {
        answer = default;
        if (query.Host is null)
        {
            bool isPassive = HasFlag(query, AddressInfoFlags.Passive);
            AddressFamily[] families = [AddressFamily.InterNetworkV6, AddressFamily.InterNetwork];
            answer = DnsRecordSet.Make(query, families.Select(f => isPassive ? IPAddressValue.Any(f) : IPAddressValue.Loopback(f)), "", port);
        }
        else if (TryReadDigits(query.Host, out IPAddressValue address, out uint scope))
        {
            answer = DnsRecordSet.Make(query, [address], query.Host, port, scope);
            answer = answer.Failed ? new AddressLookup(AddressInfoError.AddressFamily) : answer;
        }
        else if (HasFlag(query, AddressInfoFlags.NumericHost))
        {
            answer = new AddressLookup(AddressInfoError.NoName);
        }
        else if (_core.IsAbandoned)
        {
            answer = new AddressLookup(AddressInfoError.System, Errno.ENETDOWN);
        }
        else
        {
            return false;
        }

        return true;
    }

    private static bool HasFlag(AddressQuery query, AddressInfoFlags flag) => (query.Flags & flag) != 0;

    /// <summary>An address in digits; behind % the number or the name of an interface of this stack (RFC 4007, section 11).</summary>
    private bool TryReadDigits(string host, out IPAddressValue address, out uint scope)
    {
        (address, scope) = (default, 0);
        string[] parts = host.Split('%', 2);
        if (!IPAddress.TryParse(parts[0], out IPAddress? parsed) || host.StartsWith('[') || (parts.Length > 1 && !TryReadScope(parts[1], out scope)))
        {
            return false;
        }

        address = IPAddressValue.From(parsed);
        return parts.Length == 1 || address.IsIPv6;
    }

    private bool TryReadScope(string text, out uint scope)
    {
        StackInterface? named = Interfaces.FirstOrDefault(one => one.Name == text);
        scope = (uint)(named?.Index ?? 0);
        return named is not null || uint.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out scope);
    }
}
