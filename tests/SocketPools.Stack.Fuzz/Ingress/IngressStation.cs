using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack.Configuration;
using SocketPools.Stack.Links;
using SocketPools.Stack.Tcp;

namespace SocketPools.Stack.Fuzz.Ingress;

/// <summary>
/// A whole radio with small limits, and a program on it: listens on port 80, echoes on UDP port 7, hears the group 239.1.2.3 and all
/// ICMP, and has called its neighbour's port 9. The same seed and the same script give the same run.
/// </summary>
internal sealed class IngressStation : IDisposable
{
    internal const int MaxNeighbors = 8;
    internal const int MaxReassemblies = 4;
    internal const int MaxConnections = 16;

    private const int MaxOpen = 8;

    private readonly List<RadioSocket> _listeners = [];
    private readonly List<RadioSocket> _streams = [];
    private readonly List<RadioSocket> _datagrams = [];
    private readonly List<RadioSocket> _watchers = [];
    private readonly byte[] _buffer = new byte[4096];

    internal IngressStation(ILink link, TimeProvider clock)
    {
        Radio = new StackRadio(new StackOptions
        {
            TimeProvider = clock,
            Seed = 7,
            MaxNeighbors = MaxNeighbors,
            MaxReassemblies = MaxReassemblies,
            MaxPathMtuEntries = 8,
            MaxPacketsPerNeighbor = 4,
            Tcp = new TcpOptions
            {
                MaxConnections = MaxConnections,
                MaxTimeWaitConnections = 4,
                MaxHalfOpen = 4,
                MaxOutOfOrderRanges = 8,
                ReceiveBuffer = 16384,
                MaxReceiveBuffer = 65536,
                SendBuffer = 16384,
                MaxSendBuffer = 65536,
            },
        });
        Interface = Radio.AddInterface(link);
        Interface.AddAddress(IPAddress.Parse("192.0.2.2"), 24);
        Interface.AddAddress(IPAddress.Parse("fe80::b"), 64, skipDuplicateAddressDetection: true);
        Interface.AddAddress(IPAddress.Parse("2001:db8::2"), 64, skipDuplicateAddressDetection: true);
        if (link.Medium == LinkMedium.Ethernet)
        {
            Interface.EnableIPv6(new IPv6Options { SkipDuplicateAddressDetection = true });
        }

        foreach (AddressFamily family in (AddressFamily[])[AddressFamily.InterNetwork, AddressFamily.InterNetworkV6])
        {
            RadioSocket listener = Open(_listeners, family, SocketType.Stream, 80);
            listener.Listen(2);
            Open(_datagrams, family, SocketType.Dgram, 7);
        }

        Watch(AddressFamily.InterNetwork, ProtocolType.Icmp);
        Watch(AddressFamily.InterNetworkV6, ProtocolType.IcmpV6);
        Join(Open(_datagrams, AddressFamily.InterNetwork, SocketType.Dgram, 5353));
        Open(_streams, AddressFamily.InterNetwork, SocketType.Stream, 0).TryConnect(Address("192.0.2.1", 9));
    }

    internal static PhysicalAddress Hardware { get; } = new([2, 0, 0, 0, 0, 0x0B]);

    internal StackRadio Radio { get; }

    internal StackInterface Interface { get; }

    /// <summary>The program's turn: accepts, reads, echoes, closes what has ended.</summary>
    internal void Work()
    {
        foreach (RadioSocket listener in _listeners)
        {
            while (!listener.TryAccept(out RadioSocket? accepted, out _).Failed)
            {
                _streams.Add(accepted!);
            }
        }

        for (int i = _streams.Count - 1; i >= 0; i--)
        {
            if (i >= MaxOpen || !IsServed(_streams[i]))
            {
                _streams[i].Close();
                _streams.RemoveAt(i);
            }
        }

        foreach (RadioSocket datagrams in _datagrams)
        {
            while (datagrams.TryReceiveFrom(_buffer, out IPSocketAddress remote) is { Failed: false } got)
            {
                datagrams.TrySendTo(_buffer.AsSpan(0, got.Count), remote);
            }
        }

        foreach (RadioSocket watcher in _watchers)
        {
            while (!watcher.TryReceiveFrom(_buffer, out _).Failed)
            {
            }
        }
    }

    /// <summary>Closes every socket, and then the radio.</summary>
    public void Dispose()
    {
        foreach (RadioSocket socket in _listeners.Concat(_streams).Concat(_datagrams).Concat(_watchers))
        {
            socket.Close();
        }

        Radio.Dispose();
    }

    private bool IsServed(RadioSocket stream)
    {
        while (true)
        {
            RadioResult got = stream.TryReceive(_buffer);
            if (got.Errno is Errno.EAGAIN or Errno.ENOTCONN)
            {
                return true;
            }

            if (got.Failed || got.Count == 0)
            {
                return false;
            }

            stream.TrySend(_buffer.AsSpan(0, got.Count));
        }
    }

    private RadioSocket Open(List<RadioSocket> list, AddressFamily family, SocketType type, int port)
    {
        Radio.OpenSocket(family, type, ProtocolType.Unspecified, out RadioSocket? socket);
        list.Add(socket!);
        if (port != 0)
        {
            if (family == AddressFamily.InterNetworkV6)
            {
                socket!.SetOption(SocketOptionLevel.IPv6, SocketOptionName.IPv6Only, BitConverter.GetBytes(1));
            }

            socket!.Bind(Address(family == AddressFamily.InterNetwork ? "0.0.0.0" : "::", port));
        }

        return socket!;
    }

    private void Watch(AddressFamily family, ProtocolType protocol)
    {
        Radio.OpenSocket(family, SocketType.Raw, protocol, out RadioSocket? socket);
        _watchers.Add(socket!);
    }

    private static void Join(RadioSocket socket) =>
        socket.SetOption(SocketOptionLevel.IP, SocketOptionName.AddMembership, [239, 1, 2, 3, 192, 0, 2, 2]);

    private static IPSocketAddress Address(string address, int port) => new(IPAddress.Parse(address), port);
}
