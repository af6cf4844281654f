using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SocketPools.Radios;
using SocketPools.Stack.Links;
using SocketPools.Stack.Names;
using SocketPools.Stack.Tests.Tcp;

namespace SocketPools.Stack.Tests.Names;

/// <summary>A stack that asks, and name servers on the other end of its cable whose answers the test writes, on a virtual clock.</summary>
internal sealed class NameBench : IDisposable
{
    private readonly StackRadio _far;
    private readonly Dictionary<string, RadioSocket> _servers = [];

    internal NameBench(DnsOptions? settings = null, string[]? servers = null)
    {
        LinkPair cable = LinkPair.Create();
        servers ??= ["192.0.2.53"];
        Near = new StackRadio(new StackOptions
        {
            Seed = 5,
            TimeProvider = Clock,
            Dns = settings ?? new DnsOptions(),
            NameServers = [.. servers.Select(s => new IPEndPoint(IPAddress.Parse(s), 53))],
        });
        _far = new StackRadio(new StackOptions { Seed = 6, TimeProvider = Clock });
        Near.AddInterface(cable.A).AddAddress(IPAddress.Parse("192.0.2.1"), 24);
        _far.AddInterface(cable.B).AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        Near.Interfaces[1].AddAddress(IPAddress.Parse("2001:db8::1"), 64, skipDuplicateAddressDetection: true);
        foreach (string server in servers.Append("192.0.2.66"))
        {
            IPAddress address = IPAddress.Parse(server);
            _far.Interfaces[1].AddAddress(address, address.AddressFamily == AddressFamily.InterNetwork ? 24 : 64, skipDuplicateAddressDetection: true);
            Assert.False(_far.OpenSocket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? socket).Failed);
            Assert.False(socket!.Bind(new IPEndPoint(address, 53)).Failed);
            _servers.Add(server, socket);
        }
    }

    internal VirtualClock Clock { get; } = new();

    internal StackRadio Near { get; }

    internal StackRadio Far => _far;

    internal Task<AddressLookup> LookUp(string name, AddressFamily family = AddressFamily.InterNetwork, AddressInfoFlags flags = 0) =>
        Near.ResolveAsync(new AddressQuery(name, "80", family, SocketType.Stream, Flags: flags), TestContext.Current.CancellationToken).AsTask();

    /// <summary>The addresses of an answer, or its error.</summary>
    internal static async Task<string> Text(Task<AddressLookup> lookup)
    {
        AddressLookup answer = await lookup.WaitAsync(TimeSpan.FromSeconds(120));
        return answer.Failed ? $"{answer.Error}" : string.Join(' ', answer.Rows.Select(r => r.Address.ToIPAddress()));
    }

    /// <summary>The next question that a server has got.</summary>
    internal Asked Take(string server = "192.0.2.53") => TryTake(out Asked asked, server) ? asked : throw new InvalidOperationException($"{server} was not asked");

    internal bool TryTake(out Asked asked, string server = "192.0.2.53")
    {
        byte[] buffer = new byte[600];
        RadioResult result = _servers[server].TryReceiveFrom(buffer, out IPSocketAddress from);
        asked = new Asked(buffer[..result.Count], from);
        return !result.Failed;
    }

    internal void Send(in Asked to, byte[] message, string from = "192.0.2.53") => Assert.False(_servers[from].TrySendTo(message, to.From).Failed);

    internal void Answer(in Asked to, byte[] message, string from = "192.0.2.53")
    {
        Send(to, message, from);
        Settle();
    }

    /// <summary>Lets what is due now be done.</summary>
    internal void Settle() => Clock.Advance(TimeSpan.FromMilliseconds(1));

    public void Dispose()
    {
        Near.Dispose();
        _far.Dispose();
    }

    /// <summary>A question that came.</summary>
    internal readonly record struct Asked(byte[] Message, IPSocketAddress From)
    {
        internal ushort Id => BinaryPrimitives.ReadUInt16BigEndian(Message);

        internal int QuestionLength => Name.Length + 2 + 4;

        internal ushort Type => BinaryPrimitives.ReadUInt16BigEndian(Message.AsSpan(12 + Name.Length + 2));

        internal bool HasExtensions => Message[11] == 1;

        internal string Name
        {
            get
            {
                StringBuilder name = new();
                for (int at = 12; Message[at] != 0; at += Message[at] + 1)
                {
                    name.Append(name.Length == 0 ? "" : ".").Append(Encoding.ASCII.GetString(Message, at + 1, Message[at]));
                }

                return name.ToString();
            }
        }
    }
}

/// <summary>Writes a response to a question.</summary>
internal sealed class Reply
{
    private readonly List<byte> _bytes = [];
    private int _answers;
    private int _authorities;

    internal Reply(in NameBench.Asked asked, int code = 0, bool isTruncated = false, int? id = null, bool canRecurse = true)
    {
        _bytes.AddRange(asked.Message.AsSpan(0, 12 + asked.QuestionLength));
        _bytes[0] = (byte)((id ?? asked.Id) >> 8);
        _bytes[1] = (byte)(id ?? asked.Id);
        _bytes[2] = (byte)(0x81 | (isTruncated ? 2 : 0));
        _bytes[3] = (byte)((canRecurse ? 0x80 : 0) | code);
        _bytes[11] = 0;
    }

    internal Reply Address(string name, string address, int ttl = 300)
    {
        byte[] data = IPAddress.Parse(address).GetAddressBytes();
        return Record(name, data.Length == 4 ? 1 : 28, ttl, data);
    }

    internal Reply Alias(string name, string target, int ttl = 300) => Record(name, 5, ttl, NameBytes(target));

    internal Reply Record(string name, int type, int ttl, byte[] data)
    {
        _answers++;
        return Add(name, type, ttl, data);
    }

    internal Reply NotThere(int ttl)
    {
        _authorities++;
        byte[] numbers = new byte[20];
        BinaryPrimitives.WriteInt32BigEndian(numbers.AsSpan(16), ttl);
        return Add("example", 6, 86400, [.. NameBytes("ns.example"), .. NameBytes("root.example"), .. numbers]);
    }

    /// <summary>The header alone, without the question, as unbound refuses.</summary>
    internal byte[] BareHeader()
    {
        byte[] bytes = Bytes()[..12];
        bytes[5] = 0;
        return bytes;
    }

    internal byte[] Bytes()
    {
        byte[] bytes = [.. _bytes];
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(6), (ushort)_answers);
        BinaryPrimitives.WriteUInt16BigEndian(bytes.AsSpan(8), (ushort)_authorities);
        return bytes;
    }

    private Reply Add(string name, int type, int ttl, byte[] data)
    {
        byte[] fixedPart = new byte[10];
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart, (ushort)type);
        fixedPart[3] = 1;
        BinaryPrimitives.WriteInt32BigEndian(fixedPart.AsSpan(4), ttl);
        BinaryPrimitives.WriteUInt16BigEndian(fixedPart.AsSpan(8), (ushort)data.Length);
        _bytes.AddRange(NameBytes(name));
        _bytes.AddRange(fixedPart);
        _bytes.AddRange(data);
        return this;
    }

    private static byte[] NameBytes(string name) =>
        [.. name.Split('.').SelectMany(label => Encoding.ASCII.GetBytes(label).Prepend((byte)label.Length)), 0];
}
