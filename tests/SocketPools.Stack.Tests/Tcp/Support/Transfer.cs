using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>One end of a connection that sends so many bytes, reads until the end, and closes; whenever the connection changes.</summary>
internal sealed class TransferEnd : ITcpObserver
{
    private static readonly byte[] s_pattern = MakePattern();

    private readonly TestNetwork _network;
    private readonly Random _random;
    private readonly byte[] _buffer = new byte[32 * 1024];
    private readonly byte[] _expected = new byte[32 * 1024];
    private readonly int _salt;
    private readonly int _peerSalt;
    private readonly long _toSend;
    private readonly bool _isGreedy;
    private bool _isQueued;
    private bool _hasShut;

    internal TransferEnd(TestNetwork network, VirtualClock clock, int seed, int salt, int peerSalt, long toSend, bool isGreedy)
    {
        _network = network;
        Clock = clock;
        _random = new Random(seed);
        (_salt, _peerSalt, _toSend, _isGreedy) = (salt, peerSalt, toSend, isGreedy);
    }

    internal VirtualClock Clock { get; }

    internal TcpConnection? Connection { get; set; }

    internal long Sent { get; private set; }

    internal long Received { get; private set; }

    internal Errno Error { get; private set; }

    /// <summary>Whether all was read up to the end of the stream and our own end was sent, or the connection has failed.</summary>
    internal bool IsDone { get; private set; }

    internal bool IsWhole => Error == Errno.None && IsDone;

    internal TimeSpan DoneAt { get; private set; }

    public void Changed()
    {
        // Not in the middle of TCP's work.
        if (!_isQueued)
        {
            _isQueued = true;
            TimeSpan delay = _isGreedy ? TimeSpan.Zero : TimeSpan.FromMilliseconds(_random.Next(3) == 0 ? _random.Next(40) : 0);
            Clock.After(delay, Work);
        }
    }

    private void Work()
    {
        _isQueued = false;
        using (_network.Gate.EnterScope())
        {
            if (Connection is null || IsDone)
            {
                return;
            }

            bool isAtEnd = Read();
            Write();
            if (Error == Errno.None && Sent == _toSend && !_hasShut && Connection.State.IsSynchronized())
            {
                _hasShut = true;
                Connection.Shutdown(receive: false, send: true);
            }

            if ((isAtEnd && _hasShut) || Error != Errno.None)
            {
                IsDone = true;
                DoneAt = Clock.Elapsed;
                Connection.Close();
            }
        }
    }

    // Returns whether the stream has ended.
    private bool Read()
    {
        while (Error == Errno.None)
        {
            int most = _isGreedy ? _buffer.Length : _random.Next(1, _buffer.Length);
            RadioResult result = Connection!.Receive(_buffer.AsSpan(0, most));
            if (result.Errno == Errno.EAGAIN)
            {
                return false;
            }

            if (result.Failed)
            {
                Error = result.Errno;
                return false;
            }

            if (result.Count == 0)
            {
                return true;
            }

            Span<byte> expected = _expected.AsSpan(0, result.Count);
            FillPattern(expected, Received, _peerSalt);
            Assert.True(expected.SequenceEqual(_buffer.AsSpan(0, result.Count)), $"wrong bytes behind {Received}");
            Received += result.Count;
        }

        return false;
    }

    private void Write()
    {
        while (Error == Errno.None && Sent < _toSend)
        {
            int most = _isGreedy || _random.Next(4) > 0 ? _buffer.Length : _random.Next(1, 200);
            int count = (int)Math.Min(most, _toSend - Sent);
            FillPattern(_buffer.AsSpan(0, count), Sent, _salt);
            RadioResult result = Connection!.Send(_buffer.AsSpan(0, count));
            if (result.Errno == Errno.EAGAIN)
            {
                return;
            }

            if (result.Failed)
            {
                Error = result.Errno;
                return;
            }

            Sent += result.Count;
        }
    }

    // Random bytes whose period is no multiple of any buffer's length.
    private static void FillPattern(Span<byte> bytes, long position, int salt)
    {
        while (!bytes.IsEmpty)
        {
            int at = (int)((position + (salt * 1009)) % s_pattern.Length);
            int count = Math.Min(bytes.Length, s_pattern.Length - at);
            s_pattern.AsSpan(at, count).CopyTo(bytes);
            bytes = bytes[count..];
            position += count;
        }
    }

    private static byte[] MakePattern()
    {
        byte[] pattern = new byte[65521];
        new Random(65521).NextBytes(pattern);
        return pattern;
    }
}

/// <summary>A connection over a wire, both ends at work.</summary>
internal sealed class Transfer
{
    internal Transfer(FaultyWire wire, int seed, long aToB, long bToA, bool isGreedy = false, ushort port = 80, TcpSocketOptions options = default)
    {
        Client = new TransferEnd(wire.A, wire.Clock, seed + 11, 1, 2, aToB, isGreedy);
        Server = new TransferEnd(wire.B, wire.Clock, seed + 12, 2, 1, bToA, isGreedy);
        ListenerObserver acceptor = new(this);
        using (wire.B.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, wire.B.Tcp.Bind(wire.B.Address, port, true, false, out TcpPort? held));
            Assert.Equal(Errno.None, wire.B.Tcp.Listen(held!, 5, options, acceptor, out TcpListener? listener));
            acceptor.Listener = listener!;
            wire.B.Tcp.Unbind(held!);
        }

        using (wire.A.Gate.EnterScope())
        {
            Errno error = wire.A.Tcp.Connect(null, IPAddressValue.Any(wire.A.Address.Family), wire.B.Address, port, false, options, Client, out TcpConnection? connection);
            Assert.Equal(Errno.None, error);
            Client.Connection = connection;
        }
    }

    internal TransferEnd Client { get; }

    internal TransferEnd Server { get; }

    // A client that fails before its peer has heard of it leaves nobody there to fail.
    internal bool IsDone => Client.IsDone && (Server.IsDone || (Server.Connection is null && Client.Error != Errno.None));

    private sealed class ListenerObserver(Transfer transfer) : ITcpObserver
    {
        internal TcpListener Listener { get; set; } = null!;

        public void Changed()
        {
            if (Listener.TryAccept(out TcpConnection? connection))
            {
                transfer.Server.Connection = connection;
                connection.Observer = transfer.Server;
                transfer.Server.Changed();
            }
        }
    }
}
