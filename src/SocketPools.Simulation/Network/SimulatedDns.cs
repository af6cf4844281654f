using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;
using SocketPools.Simulation.Faults;
using SocketPools.Simulation.Links;
using SocketPools.Simulation.Packets;

namespace SocketPools.Simulation;

/// <summary>
/// The names of a simulated network, and the DNS servers that answer A and AAAA over UDP. A server is a node: 10.0.0.53 at the network's first
/// switch, and the 54th address of another switch where none can be reached over routers. Faults on these nodes are faults of the DNS.
/// </summary>
public sealed class SimulatedDns
{
    private const string NodeName = "dns";
    private const int HeaderLength = 12;

    private readonly Dictionary<string, IPAddress[]> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<string, SimulatedNode> _devices = new(StringComparer.OrdinalIgnoreCase);
    private readonly Dictionary<SimulatedSwitch, IPEndPoint[]> _servers = [];
    private readonly HashSet<string> _names = [];
    private readonly SimulatedNetwork _network;
    private SimulatedNode? _node;

    internal SimulatedDns(SimulatedNetwork network)
    {
        _network = network;
    }

    /// <summary>Gets the node that the first DNS server runs on.</summary>
    public SimulatedNode Node => _node ?? Place(_network.Lan);

    /// <summary>How long the server takes for an answer.</summary>
    public TimeSpan ResponseTime { get; set; }

    /// <summary>How the server answers everything: null as it is, 2 for SERVFAIL, 3 for NXDOMAIN, 5 for REFUSED (RFC 1035, section 4.1.1).</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not 0..15.</exception>
    public int? ResponseCode
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value ?? 0);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value ?? 0, 15);
            field = value;
        }
    }

    /// <summary>How long answers may be remembered; 60 s at first.</summary>
    public TimeSpan TimeToLive { get; set; } = TimeSpan.FromSeconds(60);

    /// <summary>How many queries were answered.</summary>
    public long QueriesAnswered { get; private set; }

    /// <summary>Creates a server at a switch: nodes ask the one that is the nearest over routers.</summary>
    /// <param name="attached">The switch.</param>
    /// <param name="addresses">Its addresses, with the length of a prefix; none: the 54th of each network of the switch.</param>
    /// <returns>The node that it runs on.</returns>
    /// <exception cref="ArgumentException">The switch has a server, or no network with so many addresses.</exception>
    public SimulatedNode AddServer(SimulatedSwitch attached, params string[] addresses)
    {
        ArgumentNullException.ThrowIfNull(attached);
        ArgumentNullException.ThrowIfNull(addresses);
        if (_servers.ContainsKey(attached))
        {
            throw new ArgumentException($"The switch \"{attached.Name}\" has a DNS server already.", nameof(attached));
        }

        return Place(attached, addresses);
    }

    /// <summary>Sets the addresses of a name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="addresses">All of its addresses.</param>
    public void Add(string name, params IPAddress[] addresses)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        ArgumentNullException.ThrowIfNull(addresses);
        _records[name.TrimEnd('.')] = addresses;
    }

    /// <summary>Removes a name and its addresses.</summary>
    /// <param name="name">The name.</param>
    /// <returns>False when there is none.</returns>
    public bool Remove(string name)
    {
        ArgumentNullException.ThrowIfNull(name);
        return _records.Remove(name.TrimEnd('.')) | _devices.Remove(name.TrimEnd('.'));
    }

    /// <summary>Lets no server answer, until the rule is disposed.</summary>
    public FaultRule Outage() => new FaultScope(
        _network.Faults,
        "DNS",
        RuleReach.Everywhere,
        p => (p.SourcePort == 53 || p.DestinationPort == 53) && (_names.Contains(p.From) || _names.Contains(p.To))).Cut();

    internal bool IsServer(string name) => _names.Contains(name);

    /// <summary>A node's name has the addresses that it has at the time of the query.</summary>
    internal void Add(SimulatedNode node)
    {
        if (!IsServer(node.Name))
        {
            _devices[node.Name] = node;
        }
    }

    /// <summary>The servers that hosts at a switch ask; none where the switch has no networks and no routers.</summary>
    internal IPEndPoint[] ServersFor(SimulatedSwitch attached)
    {
        if (_network.FindNearest(attached, _servers.ContainsKey) is { } near)
        {
            return _servers[near];
        }

        if (attached == _network.Lan || attached.Plan.Prefixes.Any(HasRoom))
        {
            Place(attached);
            return _servers[attached];
        }

        return [];
    }

    private static bool HasRoom(AddressPrefix network) => network.HostBits >= 6 && !network.Address.IsIPv6;

    private SimulatedNode Place(SimulatedSwitch attached, params string[] addresses)
    {
        if (addresses.Length == 0)
        {
            addresses = [.. attached.Plan.Prefixes.Where(p => p.HostBits >= 6).Select(p => new AddressPrefix(p.Host(AddressPlan.DnsHost), p.Length).ToString())];
        }

        IPEndPoint[] endPoints = [.. addresses.Select(a => new IPEndPoint(AddressPrefix.Parse(a).Address.ToIPAddress(), 53))];
        _servers.Add(attached, endPoints);
        string name = _names.Count == 0 ? NodeName : $"{NodeName}-{attached.Name}";
        _names.Add(name);
        SimulatedNode node = _network.AddNode(name, attached, addresses);
        _node ??= node;
        foreach (IPEndPoint local in endPoints)
        {
            _ = node.Run(one => ServeAsync(one, local));
        }

        return node;
    }

    private IPAddress[]? Find(string name) =>
        _records.TryGetValue(name, out IPAddress[]? addresses) ? addresses : _devices.TryGetValue(name, out SimulatedNode? node) ? [.. node.Addresses] : null;

    private async Task ServeAsync(SimulatedNode node, IPEndPoint local)
    {
        using PoolSocket socket = node.Pool.CreateSocket(local.AddressFamily, SocketType.Dgram);
        socket.Bind(local);
        byte[] buffer = new byte[1500];
        while (node.IsRunning)
        {
            ReceiveFromResult received = await socket.ReceiveFromIntoAsync(buffer).ConfigureAwait(false);
            if (Answer(buffer.AsSpan(0, received.Count)) is { } answer)
            {
                _ = SendAsync(socket, answer, received.Remote);
            }
        }
    }

    private async Task SendAsync(PoolSocket socket, byte[] answer, IPSocketAddress client)
    {
        if (ResponseTime > TimeSpan.Zero)
        {
            await _network.DelayAsync(ResponseTime).ConfigureAwait(false);
        }

        try
        {
            await socket.SendToAsync(answer, client).ConfigureAwait(false);
            QueriesAnswered++;
        }
        catch (PoolSocketException)
        {
            // The server has crashed, or the client cannot be reached: it asks again.
        }
    }

    /// <summary>The answer to a query of one question; null for what is none.</summary>
    private byte[]? Answer(ReadOnlySpan<byte> query)
    {
        if (query.Length < HeaderLength + 5 || (query[2] & 0xF8) != 0 || BinaryPrimitives.ReadUInt16BigEndian(query[4..]) != 1
            || !TryReadName(query, out string name, out int end) || end + 4 > query.Length)
        {
            return null;
        }

        int type = BinaryPrimitives.ReadUInt16BigEndian(query[end..]);
        IPAddress[]? addresses = Find(name);
        int code = ResponseCode ?? (addresses is null ? 3 : 0);
        byte[][] data = code == 0 && addresses is not null
            ? [.. addresses.Where(a => type == (a.AddressFamily == AddressFamily.InterNetwork ? 1 : 28)).Select(a => a.GetAddressBytes())]
            : [];
        using MemoryStream answer = new();
        answer.Write(query[..(end + 4)]);
        foreach (byte[] address in data)
        {
            answer.Write([0xC0, HeaderLength]);
            Write16(answer, type);
            Write16(answer, 1);
            Write16(answer, (int)TimeToLive.TotalSeconds >> 16);
            Write16(answer, (int)TimeToLive.TotalSeconds & 0xFFFF);
            Write16(answer, address.Length);
            answer.Write(address);
        }

        byte[] bytes = answer.ToArray();
        bytes[2] = (byte)(0x84 | (query[2] & 1));
        bytes[3] = (byte)(0x80 | code);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)data.Length);
        bytes.AsSpan(8, 4).Clear();
        return bytes;
    }

    private static bool TryReadName(ReadOnlySpan<byte> query, out string name, out int end)
    {
        StringBuilder text = new();
        end = HeaderLength;
        while (end < query.Length && query[end] is > 0 and < 64 && end + 1 + query[end] < query.Length)
        {
            text.Append(text.Length == 0 ? "" : ".").Append(Encoding.ASCII.GetString(query.Slice(end + 1, query[end])));
            end += 1 + query[end];
        }

        name = text.ToString();
        return end < query.Length && query[end++] == 0;
    }

    private static void Write16(MemoryStream stream, int value) => stream.Write([(byte)(value >> 8), (byte)value]);
}
