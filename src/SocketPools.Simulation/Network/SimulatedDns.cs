using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;

namespace SocketPools.Simulation;

/// <summary>
/// The DNS server of a simulated network: a node named "dns" at 10.0.0.53 that answers A and AAAA over UDP. Faults on its node are faults of the
/// DNS.
/// </summary>
public sealed class SimulatedDns
{
    internal const string NodeName = "dns";
    private const int HeaderLength = 12;

    private readonly Dictionary<string, IPAddress[]> _records = new(StringComparer.OrdinalIgnoreCase);
    private readonly SimulatedNetwork _network;

    internal SimulatedDns(SimulatedNetwork network)
    {
        _network = network;
        Node = network.AddNode(NodeName, $"{ServerAddress}/16");
        _ = Node.Run(ServeAsync);
    }

    /// <summary>Gets the node that the DNS server runs on.</summary>
    public SimulatedNode Node { get; }

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

    internal static IPAddress ServerAddress { get; } = new([10, 0, 0, 53]);

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
    public bool Remove(string name) => _records.Remove(name);

    /// <summary>Lets the server answer nothing, until the rule is disposed.</summary>
    public FaultRule Outage() => _network.At(Node).Where(p => p.SourcePort == 53 || p.DestinationPort == 53).Cut();

    private async Task ServeAsync(SimulatedNode node)
    {
        using PoolSocket socket = node.Pool.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        socket.Bind(new IPEndPoint(IPAddress.Any, 53));
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
        bool isKnown = _records.TryGetValue(name, out IPAddress[]? addresses);
        int code = ResponseCode ?? (isKnown ? 0 : 3);
        byte[][] data = code == 0
            ? [.. addresses!.Where(a => type == (a.AddressFamily == AddressFamily.InterNetwork ? 1 : 28)).Select(a => a.GetAddressBytes())]
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
