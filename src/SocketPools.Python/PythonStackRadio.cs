using System.Globalization;
using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Boards;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;
using SocketPools.Simulation;
using SocketPools.Stack;
using SocketPools.Stack.Links;

namespace SocketPools.Python;

/// <summary>What is behind a <c>stacknetwork.Radio</c>: a TCP/IP stack in this process, on one link.</summary>
internal sealed class PythonStackRadio : PythonRadio
{
    private readonly StackRadio _stack;
    private readonly StackInterface _interface;
    private readonly PcapngWriter? _capture;
    private bool _isEnded;

    // The stack is a simulation's, which ends it.
    private bool _isBorrowed;
    private SimulatedStation? _station;

    private PythonStackRadio(StackRadio stack, StackInterface one, PcapngWriter? capture, BoardProfile? board)
        : base(stack, board)
    {
        _capture = capture;
        _stack = stack;
        _interface = one;
    }

    internal override string? Interface => _interface.Name;

    internal override IEnumerable<IPAddress> Addresses => IsUp ? _interface.Addresses.Select(a => a.Address) : [];

    internal override IEnumerable<IPAddress> NameServers => _stack.NameServers.Select(s => s.Address);

    internal override bool IsUp => !_isEnded && !_stack.IsAbandoned;

    internal override PhysicalAddress PhysicalAddress => _interface.Link.HardwareAddress;

    /// <summary>The other end of the cable, until another radio takes it.</summary>
    internal ILink? FarEnd { get; set; }

    // On the stack of a node, or on what stands for it.
    private PythonStackRadio(Radio carrier, StackRadio stack, StackInterface one, BoardProfile? board)
        : base(carrier, board)
    {
        _stack = stack;
        _interface = one;
    }

    /// <summary>The station that it is the radio of; null for none.</summary>
    internal SimulatedStation? Station => _station;

    /// <summary>Makes a stack on a link.</summary>
    /// <param name="link">The link; null for the stack's own loopback.</param>
    /// <param name="maxSockets">The budget.</param>
    /// <param name="capture">The path of a file for its frames; null for none.</param>
    /// <param name="board">The board that its sockets and frames are like; null for none.</param>
    internal static PythonStackRadio Create(ILink? link, int maxSockets, string? capture, BoardProfile? board)
    {
        PcapngWriter? writer = capture is null ? null : OpenCapture(capture, link);
        StackOptions options = new()
        {
            Name = $"stack/{link?.Name ?? "loopback"}",
            MaxSockets = maxSockets,
            LinkDecorator = writer is null ? null : inner => new CapturingLink(inner, writer),
        };
        StackRadio stack = new(board is null ? options : board.CreateStackOptions(options)) { Interrupted = Gil.OnInterrupted };
        PythonStackRadio radio = new(stack, link is null ? stack.Interfaces[0] : stack.AddInterface(link), writer, board);
        Forks.Add(stack);
        return radio;
    }

    /// <summary>The stack of a node as it is now: after a restart the node has another one.</summary>
    /// <param name="node">The node, which keeps the stack.</param>
    /// <param name="maxSockets">The budget.</param>
    /// <param name="board">The board that its sockets are like; null for none.</param>
    internal static PythonStackRadio Create(SimulatedNode node, int maxSockets, BoardProfile? board)
    {
        StackRadio stack = node.Radio;
        stack.MaxSockets = maxSockets;
        Radio carrier = node.Pool.Radio;
        PythonStackRadio radio = new(carrier, stack, stack.Interfaces[^1], board) { _isBorrowed = true };
        if (node is SimulatedStation station)
        {
            radio._station = station;
            radio.FollowStation(station);
        }

        Forks.Add(stack);
        return radio;
    }

    /// <summary>Of its addresses the first; loopback's own last.</summary>
    internal override (IPAddress Address, IPAddress Mask, IPAddress? Gateway)? FindInternetProtocol4()
    {
        (IPAddress Address, int PrefixLength)? found = _interface.Addresses
            .Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .OrderBy(a => IPAddress.IsLoopback(a.Address) ? 1 : 0)
            .Select(a => ((IPAddress, int)?)a).FirstOrDefault();
        return !IsUp || found is not var (address, length) ? null : (address, MaskOf(length), FindGateway());
    }

    /// <summary>
    /// Adds addresses, each with the length of its network: <c>192.0.2.2/24,2001:db8::2/64</c>. They are used at once: the program that gives
    /// them guarantees that no other host has them.
    /// </summary>
    internal void AddAddresses(string list)
    {
        foreach (string item in Split(list))
        {
            string[] parts = item.Split('/');
            if (parts.Length > 2 || !IPAddress.TryParse(parts[0], out IPAddress? address))
            {
                throw new ArgumentException($"addresses: '{item}' is no address such as 192.0.2.2/24 or 2001:db8::2/64");
            }

            int longest = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
            int length = longest;
            if (parts.Length == 2 && (!int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out length) || length > longest))
            {
                throw new ArgumentException($"addresses: the network of '{item}' has 0 to {longest} bits");
            }

            Explain("addresses", () => _interface.AddAddress(address, length, skipDuplicateAddressDetection: true));
        }
    }

    /// <summary>Adds default routes by gateways, which have to be in the network of an address.</summary>
    internal void AddGateways(string list)
    {
        foreach (string item in Split(list))
        {
            if (!IPAddress.TryParse(item, out IPAddress? gateway))
            {
                throw new ArgumentException($"gateways: '{item}' is no address");
            }

            IPAddress any = gateway.AddressFamily == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any;
            Explain("gateways", () => _stack.AddRoute(any, 0, gateway));
        }
    }

    /// <summary>Sets the name servers: addresses, or addresses and ports as <c>192.0.2.1:5353</c> and <c>[2001:db8::1]:53</c>.</summary>
    internal void SetNameServers(string list) => _stack.SetNameServers(Split(list).Select(item =>
        IPEndPoint.TryParse(item, out IPEndPoint? server) ? server : throw new ArgumentException($"dns: '{item}' is no address")));

    /// <summary>Takes another IPv4 address and default route in place of those there are.</summary>
    internal void SetInternetProtocol4(string address, string gateways)
    {
        foreach ((IPAddress old, int _) in _interface.Addresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork).ToArray())
        {
            _interface.RemoveAddress(old);
        }

        _interface.RemoveGateways(AddressFamily.InterNetwork);
        AddAddresses(address);
        AddGateways(gateways);
    }

    /// <summary>Closes every socket and the link.</summary>
    internal override void End()
    {
        if (_isEnded)
        {
            return;
        }

        _isEnded = true;
        bool hasPool = Pool != 0;
        ILink? farEnd = FarEnd;
        Gil.Release();
        try
        {
            // Links may wait.
            if (hasPool)
            {
                SocketPool.For(Radio).CloseSockets();
            }

            if (!_isBorrowed)
            {
                _stack.Dispose();
            }

            farEnd?.Dispose();
            _capture?.Dispose();
        }
        finally
        {
            Gil.Acquire();
            Forks.Remove(_stack);
        }
    }

    // A board's sockets fail in the board's way while it is in no network.
    private void FollowStation(SimulatedStation station)
    {
        if (Board is { } board)
        {
            board.IsAssociated = station.AccessPoint is not null;
            station.AssociationChanged += isAssociated => board.IsAssociated = isAssociated;
        }
    }

    private static PcapngWriter OpenCapture(string path, ILink? link)
    {
        try
        {
            // Others may read along while it grows.
            return new PcapngWriter(new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.Read, 64 * 1024));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            link?.Dispose();
            throw new ArgumentException($"capture: {e.Message}");
        }
    }

    private static string[] Split(string list) => list.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);

    private static IPAddress MaskOf(int length) =>
        new((uint)IPAddress.HostToNetworkOrder((int)(length == 0 ? 0 : uint.MaxValue << (32 - length))));

    private static void Explain(string what, Action action)
    {
        try
        {
            action();
        }
        catch (ArgumentException e)
        {
            throw new ArgumentException($"{what}: {Raise.WithoutParameter(e)}", e);
        }
    }

    private IPAddress? FindGateway() => _interface.GetDefaultGateway(AddressFamily.InterNetwork);
}
