using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Interfaces;
using SocketPools.Stack.IP;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Configuration;

/// <summary>
/// IPv6 addresses that an interface gives itself (RFC 4862; RFC 7217 with a secret), and routers, prefixes and name servers that it
/// learns from announcements (RFC 4861, section 6.3; RFC 8106), each as long as its lifetime says. With the gate held.
/// </summary>
/// <remarks>
/// Left out: <b>preferred lifetimes</b> (an address is used for new connections until it is no longer valid; who renumbers a network sees
/// the old address longer), <b>hop limit and timers of announcements</b> (64, 30 s and 1 s stay), <b>DHCPv6</b>, temporary addresses
/// (RFC 8981: with a secret addresses do not contain the hardware address, but stay the same), router preferences (RFC 4191: routers are equal),
/// search lists (RFC 8106, 5.2), prefixes that give addresses and are not on the link (their address brings a route to them here), and the random wait before the first question (section 6.3.7: up to a second, for hosts that start at once).
/// </remarks>
internal sealed partial class Autoconfiguration
{
    // RFC 4861, section 10: RTR_SOLICITATION_INTERVAL and MAX_RTR_SOLICITATIONS.
    private static readonly TimeSpan s_solicitationInterval = TimeSpan.FromSeconds(4);
    private const int MaxSolicitations = 3;

    // While the link-local address is being checked nothing can be asked yet.
    private static readonly TimeSpan s_checkInterval = TimeSpan.FromSeconds(1);

    // RFC 7217, section 6: IDGEN_RETRIES.
    private const int MaxAddressRetries = 3;

    private readonly InterfaceConfiguration _configuration;
    private readonly NetworkStack _stack;
    private readonly NetworkInterface _owner;
    private readonly StackTimer _solicitation;
    private readonly Dictionary<IPAddressValue, int> _attempts = [];
    private int _solicitations;
    private int _waits;

    internal Autoconfiguration(InterfaceConfiguration configuration, IPv6Options settings)
    {
        _configuration = configuration;
        _stack = configuration.Network;
        _owner = configuration.Interface;
        Settings = settings;
        _solicitation = new StackTimer(Solicit);
        _routers = new ExpiringList(_stack.Core);
        _prefixes = new ExpiringList(_stack.Core);
        _addresses = new ExpiringList(_stack.Core, RemoveAddress);
        _nameServers = new ExpiringList(_stack.Core);
    }

    internal IPv6Options Settings { get; }

    internal void Begin()
    {
        AddAddress(new IPPrefix(IPAddressValue.LinkLocal(_owner.Hardware), 64), attempt: 0);
        if (Settings.AcceptRouterAdvertisements)
        {
            Solicit();
        }
    }

    /// <summary>The link may be another one: routers are asked for again. What was learned stays for its lifetime.</summary>
    internal void Restart()
    {
        if (Settings.AcceptRouterAdvertisements)
        {
            (_solicitations, _waits) = (0, 0);
            Solicit();
        }
    }

    /// <summary>Takes back everything that was learned, and the addresses.</summary>
    internal void End()
    {
        _stack.Timers.Remove(_solicitation);
        foreach (ExpiringList list in (ExpiringList[])[_nameServers, _addresses, _prefixes, _routers])
        {
            list.Clear();
        }

        foreach (IPAddressValue address in _attempts.Keys.ToArray())
        {
            _configuration.Remove(address);
        }

        _attempts.Clear();
        _configuration.LearnMtuIPv6(null);
    }

    /// <summary>Another station has an address of this interface's: with a secret another one is made (RFC 7217, section 6), else there is none.</summary>
    internal void OnDuplicate(IPAddressValue address)
    {
        if (_attempts.TryGetValue(address, out int attempt) && !Settings.StableAddressSecret.IsEmpty && attempt < MaxAddressRetries)
        {
            _attempts.Remove(address);
            IPAddressValue next = AddAddress(new IPPrefix(address, 64), attempt + 1);
            _addresses.Rename(address, next);
        }
    }

    /// <summary>Makes an address in a prefix of 64 bits and adds it to the interface.</summary>
    private IPAddressValue AddAddress(in IPPrefix prefix, int attempt)
    {
        IPAddressValue address = Settings.StableAddressSecret.IsEmpty ? prefix.Address.WithInterface(_owner.Hardware) : MakeStable(prefix, attempt);
        _attempts[address] = attempt;
        _configuration.Add(address, 64, Settings.SkipDuplicateAddressDetection);
        return address;
    }

    /// <summary>RFC 7217, section 5: a hash of prefix, interface, attempt and secret.</summary>
    private IPAddressValue MakeStable(in IPPrefix prefix, int attempt)
    {
        byte[] name = Encoding.UTF8.GetBytes(_owner.Name);
        byte[] input = new byte[16 + name.Length + 4];
        prefix.Address.Write(input);
        name.CopyTo(input, 16);
        BinaryPrimitives.WriteInt32BigEndian(input.AsSpan(16 + name.Length), attempt);
        Span<byte> hash = stackalloc byte[HMACSHA256.HashSizeInBytes];
        HMACSHA256.HashData(Settings.StableAddressSecret.Span, input, hash);
        return IPAddressValue.FromIPv6(prefix.Address.High, BinaryPrimitives.ReadUInt64BigEndian(hash));
    }

    /// <summary>Asks for routers, three times if none answers (RFC 4861, section 6.3.7).</summary>
    private void Solicit()
    {
        IPAddressValue source = _owner.SourceFor(IPAddressValue.AllRouters);
        if (source.HasValue)
        {
            RouterSolicitation message = new(_owner.Hardware);
            Frame frame = Frame.Rent();
            message.Write(frame.Append(message.Length), source, IPAddressValue.AllRouters);
            _configuration.Discovery.Send(frame, source, IPAddressValue.AllRouters, null);
            _solicitations++;
        }
        else
        {
            _waits++;
        }

        // An address that turned out to be another's never comes.
        if (_solicitations < MaxSolicitations && _waits <= MaxAddressRetries + 2)
        {
            _stack.Timers.Set(_solicitation, _stack.Timers.Now + _stack.Timers.Ticks(source.HasValue ? s_solicitationInterval : s_checkInterval));
        }
    }
}
