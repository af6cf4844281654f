using System.Buffers.Binary;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Stack.Tests.Radio;

/// <summary>What happens in a world: some TCP connections in both directions, and datagrams beside them.</summary>
internal sealed class ChaosRun
{
    private const int MaxBytes = 150_000;
    private const int FirstPort = 1000;
    private const int UdpPort = 7;

    private readonly ChaosWorld _world;
    private readonly List<Pending> _pending = [];
    private readonly List<ChaosEnd> _ends = [];
    private readonly List<int> _ports = [];
    private readonly (RadioSocket Near, RadioSocket Far) _datagrams;
    private readonly byte[] _buffer = new byte[8192];
    private int _toSend;
    private double _pause;

    internal ChaosRun(ChaosWorld world)
    {
        _world = world;
        Random random = world.Random;
        int count = random.Next(1, 5);
        for (int i = 0; i < count; i++)
        {
            Begin(random.Next(2) == 0, FirstPort + i);
        }

        _datagrams = (world.Open(world.Near, SocketType.Dgram, UdpPort), world.Open(world.Far, SocketType.Dgram, UdpPort));
        _toSend = random.Next(20);
    }

    /// <summary>Datagrams that came.</summary>
    internal int Datagrams { get; private set; }

    /// <summary>Ends of connections whose owners stay to the end, and how many of them got every byte.</summary>
    internal (int All, int Whole) Outcome
    {
        get
        {
            IEnumerable<ChaosEnd> staying = _ends.Where(end => end.LeavesAfter < 0 && !end.MayEndEarly);
            return (staying.Count(), staying.Count(end => end.IsWhole));
        }
    }

    private bool IsDone => _pending.Count == 0 && _ends.TrueForAll(end => end.IsDone) && _toSend == 0;

    internal void Go()
    {
        _world.Clock.After(TimeSpan.Zero, Work);
        bool ended = _world.Clock.RunUntil(() => IsDone, TimeSpan.FromHours(6));
        Assert.True(ended, $"hangs: {string.Join("; ", _ends)}, {_pending.Count} not accepted");
        _datagrams.Near.Close();
        _datagrams.Far.Close();
        _world.Finish(_ports);
    }

    private void Begin(bool fromNear, int port)
    {
        Random random = _world.Random;
        (StackRadio from, StackRadio to) = fromNear ? (_world.Near, _world.Far) : (_world.Far, _world.Near);
        RadioSocket listener = _world.Open(to, SocketType.Stream, port);
        Assert.False(listener.Listen(2).Failed);
        RadioSocket client = _world.Open(from, SocketType.Stream);
        KeepAlive(client);
        Assert.Equal(Errno.EINPROGRESS, client.TryConnect(new IPEndPoint(fromNear ? _world.FarAddress : _world.NearAddress, port)).Errno);
        Assert.False(client.GetLocalAddress(out IPSocketAddress local).Failed);
        _ports.AddRange([port, local.Port]);

        (int up, int down) = (random.Next(1 << random.Next(1, 18)) % MaxBytes, random.Next(1 << random.Next(1, 18)) % MaxBytes);
        int leaver = random.Next(6); // 0: the client leaves early, 1: the server
        ChaosEnd first = new(client, port, port + 500, up, down, random)
        {
            LeavesAfter = leaver == 0 ? random.Next(down + 1) : -1,
            MayEndEarly = leaver == 1,
        };
        _ends.Add(first);
        _pending.Add(new Pending(listener, first, accepted => new ChaosEnd(accepted, port + 500, port, down, up, random)
        {
            LeavesAfter = leaver == 1 ? random.Next(up + 1) : -1,
            MayEndEarly = leaver == 0,
        }));
    }

    // Again and again, the more seldom the less happens.
    private void Work()
    {
        bool progress = Accept();
        for (int i = 0; i < _ends.Count; i++)
        {
            progress |= _ends[i].Work();
        }

        progress |= Exchange(_datagrams.Near, _world.FarAddress) | Exchange(_datagrams.Far, _world.NearAddress);
        if (!IsDone)
        {
            _pause = progress ? 1 : Math.Min(_pause * 1.5, 1000);
            _world.Clock.After(TimeSpan.FromMilliseconds(_world.Random.NextDouble() * 10 + _pause), Work);
        }
    }

    private bool Accept()
    {
        for (int i = _pending.Count - 1; i >= 0; i--)
        {
            Pending one = _pending[i];
            bool isThere = !one.Listener.TryAccept(out RadioSocket? accepted, out _).Failed;
            if (isThere)
            {
                KeepAlive(accepted!);
                _ends.Add(one.Make(accepted!));
            }

            // A client that has failed, or left, before its peer has heard of it.
            if (isThere || one.Client.IsDone)
            {
                one.Listener.Close();
                _pending.RemoveAt(i);
                return true;
            }
        }

        return false;
    }

    // Datagrams may be lost, doubled and late; none that comes is wrong.
    private bool Exchange(RadioSocket socket, IPAddress peer)
    {
        if (_toSend > 0)
        {
            _toSend--;
            int length = Math.Min(_world.Random.Next(4, 4000), _world.Corrupts ? _world.LongestWhole : int.MaxValue);
            Fill(_buffer.AsSpan(0, length), _world.Random.Next());
            socket.TrySendTo(_buffer.AsSpan(0, length), new IPEndPoint(peer, UdpPort));
        }

        bool any = false;
        while (socket.TryReceiveFrom(_buffer, out _) is { Failed: false } got)
        {
            any = true;
            Datagrams++;
            byte[] expected = new byte[got.Count];
            Fill(expected, BinaryPrimitives.ReadInt32LittleEndian(_buffer));
            Assert.True(_buffer.AsSpan(0, got.Count).SequenceEqual(expected), "A datagram is wrong.");
        }

        return any;
    }

    private static void Fill(Span<byte> bytes, int number)
    {
        new Random(number).NextBytes(bytes);
        BinaryPrimitives.WriteInt32LittleEndian(bytes, number);
    }

    private static void KeepAlive(RadioSocket socket) =>
        Assert.False(socket.SetOption(SocketOptionLevel.Socket, SocketOptionName.KeepAlive, [1, 0, 0, 0]).Failed);

    private sealed record Pending(RadioSocket Listener, ChaosEnd Client, Func<RadioSocket, ChaosEnd> Make);
}
