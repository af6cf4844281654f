using System.Text;
using SocketPools.Radios;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.IP;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>
/// One connection of the stack, and a peer that the test plays segment by segment. Sequence numbers count from both sides' SYN, which is
/// 0: the peer's first byte is 1, and so is ours. What the stack sends has to be asked for: <see cref="Dispose"/> looks for leaks.
/// </summary>
internal sealed partial class TcpBench : ITcpObserver, IDisposable
{
    internal const uint PeerIss = 4_294_967_000;
    internal const ushort PeerPort = 7;
    internal const ushort ListenPort = 80;

    private readonly Queue<SentSegment> _sent = new();
    private readonly long _blocks = BlockPool.Small.InUse + BlockPool.Large.InUse;
    private readonly long _frames = FramePool.InUse;
    private uint _iss;
    private ushort _port;

    internal TcpBench(TcpOptions? settings = null)
    {
        Settings = settings ?? Plain;
        Network = new TestNetwork(Clock, IPAddressValue.FromIPv4(10, 0, 0, 1), 1, Settings);
        Network.Outgoing = (path, frame) =>
        {
            _sent.Enqueue(new SentSegment(path.Local, path.Remote, frame, Network!.CongestionBits));
            frame.Release();
        };
    }

    /// <summary>No options, so that headers are plain; everything is acknowledged at once.</summary>
    internal static TcpOptions Plain { get; } = new()
    {
        SelectiveAcknowledgments = false,
        Timestamps = false,
        WindowScaling = false,
        QuickAcks = int.MaxValue,
        ReceiveBuffer = 10_000,
        MaxReceiveBuffer = 10_000,
    };

    internal static IPAddressValue Peer { get; } = IPAddressValue.FromIPv4(10, 0, 0, 2);

    internal TcpOptions Settings { get; }

    internal VirtualClock Clock { get; } = new();

    internal TestNetwork Network { get; }

    internal TcpLayer Tcp => Network.Tcp;

    internal TcpConnection Connection { get; private set; } = null!;

    internal TcpListener Listener { get; private set; } = null!;

    internal TcpState State => Connection.State;

    internal int Changes { get; private set; }

    internal SentSegment Last { get; private set; } = null!;

    internal static TcpBench InSynSent(TcpOptions? settings = null, TcpSocketOptions options = default, TcpFlags syn = TcpFlags.Syn)
    {
        TcpBench bench = new(settings);
        bench.Locked(() =>
        {
            Errno error = bench.Tcp.Connect(null, IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork), Peer, PeerPort, false, options, bench, out TcpConnection? connection);
            Assert.Equal(Errno.None, error);
            bench.Connection = connection!;
        });
        bench._iss = bench._sent.Peek().Sequence.Value;
        bench._port = bench._sent.Peek().SourcePort;
        bench.Answers(syn, seq: 0);
        return bench;
    }

    internal static TcpBench InSynReceived()
    {
        TcpBench bench = InSynSent();
        bench.Sends(TcpFlags.Syn, seq: 0);
        bench.Answers(TcpFlags.Syn | TcpFlags.Ack, seq: 0, ack: 1);
        Assert.Equal(TcpState.SynReceived, bench.State);
        return bench;
    }

    internal static TcpBench InEstablished(
        TcpOptions? settings = null, TcpSocketOptions options = default, TcpHeaderOptions? peer = null, ushort window = 20_000)
    {
        TcpBench bench = InSynSent(settings, options);
        bench.Sends(TcpFlags.Syn | TcpFlags.Ack, seq: 0, ack: 1, window: window, options: peer ?? new TcpHeaderOptions { MaxSegmentSize = 1000 });
        bench.Answers(TcpFlags.Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.Established, bench.State);
        return bench;
    }

    internal static TcpBench InFinWait1()
    {
        TcpBench bench = InEstablished();
        bench.Shutdown();
        bench.Answers(TcpFlags.Fin | TcpFlags.Ack, seq: 1, ack: 1);
        Assert.Equal(TcpState.FinWait1, bench.State);
        return bench;
    }

    internal static TcpBench InFinWait2()
    {
        TcpBench bench = InFinWait1();
        bench.Sends(TcpFlags.Ack, seq: 1, ack: 2);
        Assert.Equal(TcpState.FinWait2, bench.State);
        return bench;
    }

    internal static TcpBench InCloseWait()
    {
        TcpBench bench = InEstablished();
        bench.Sends(TcpFlags.Fin | TcpFlags.Ack, seq: 1, ack: 1);
        bench.Answers(TcpFlags.Ack, seq: 1, ack: 2);
        Assert.Equal(TcpState.CloseWait, bench.State);
        return bench;
    }

    internal static TcpBench InClosing()
    {
        TcpBench bench = InFinWait1();
        bench.Sends(TcpFlags.Fin | TcpFlags.Ack, seq: 1, ack: 1);
        bench.Answers(TcpFlags.Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.Closing, bench.State);
        return bench;
    }

    internal static TcpBench InLastAck()
    {
        TcpBench bench = InCloseWait();
        bench.Shutdown();
        bench.Answers(TcpFlags.Fin | TcpFlags.Ack, seq: 1, ack: 2);
        Assert.Equal(TcpState.LastAck, bench.State);
        return bench;
    }

    internal static TcpBench InTimeWait()
    {
        TcpBench bench = InFinWait2();
        bench.Sends(TcpFlags.Fin | TcpFlags.Ack, seq: 1, ack: 2);
        bench.Answers(TcpFlags.Ack, seq: 2, ack: 2);
        Assert.Equal(TcpState.TimeWait, bench.State);
        return bench;
    }

    internal static TcpBench InListen(TcpOptions? settings = null, int backlog = 5, TcpSocketOptions options = default)
    {
        TcpBench bench = new(settings) { _port = ListenPort };
        bench.Locked(() =>
        {
            Assert.Equal(Errno.None, bench.Tcp.Bind(bench.Network.Address, ListenPort, false, false, out TcpPort? port));
            Assert.Equal(Errno.None, bench.Tcp.Listen(port!, backlog, options, bench, out TcpListener? listener));
            bench.Listener = listener!;
        });
        return bench;
    }

    /// <summary>Somebody listens on the connection's port.</summary>
    internal void ListensAgain() => Locked(() =>
    {
        Assert.Equal(Errno.None, Tcp.Listen(Connection.Port, 5, default, this, out TcpListener? listener));
        Listener = listener!;
    });

    /// <summary>The peer sends a segment.</summary>
    internal void Sends(
        TcpFlags flags, int seq, int ack = 1, string text = "", ushort window = 20_000, TcpHeaderOptions options = default, ushort port = PeerPort,
        int congestionBits = 0)
    {
        uint acknowledgment = flags.HasFlag(TcpFlags.Ack) ? unchecked(_iss + (uint)ack) : 0;
        TcpHeader header = new(port, _port, new SequenceNumber(unchecked(PeerIss + (uint)seq)), new SequenceNumber(acknowledgment), flags, window)
        {
            Options = options,
        };
        Frame frame = Frame.Rent(header.Length + text.Length);
        Encoding.ASCII.GetBytes(text, frame.Append(text.Length));
        InternetChecksum sum = default;
        sum.AddPseudoHeader(Peer, Network.Address, IPProtocol.Tcp, header.Length + text.Length);
        sum.Add(frame.Head);
        header.Write(frame.Push(header.Length), sum);
        Network.Receive(Peer, frame, congestionBits: congestionBits);
    }

    /// <summary>What the peer sends in here comes together.</summary>
    internal void Together(Action sends)
    {
        Network.HasMore = true;
        sends();
        Network.EndBatch();
    }

    /// <summary>The stack has sent a segment. Any acknowledgment and text will do where nothing is said.</summary>
    internal SentSegment Answers(TcpFlags flags, int? seq = null, int? ack = null, string? text = null, int? length = null, int? window = null)
    {
        Assert.True(_sent.Count > 0, $"Nothing was sent; expected {flags}.");
        SentSegment sent = Last = _sent.Dequeue();
        Assert.True(flags == (sent.Flags & ~TcpFlags.Psh), $"Expected {flags}, not {sent}");
        Expect(seq, sent.Sequence - new SequenceNumber(_iss), "SEQ", sent);
        Expect(flags.HasFlag(TcpFlags.Ack) ? ack : null, sent.Acknowledgment - new SequenceNumber(PeerIss), "ACK", sent);
        Expect(length, sent.Text.Length, "length", sent);
        Expect(window, sent.Window, "WND", sent);
        if (text is not null)
        {
            Assert.Equal(text, Encoding.ASCII.GetString(sent.Text));
        }

        return sent;
    }

    internal void IsSilent() => Assert.True(_sent.Count == 0, $"Sent: {(_sent.Count > 0 ? _sent.Peek() : null)}");

    /// <summary>Learns our first sequence number from the SYN of a listener.</summary>
    internal void AnswersSyn(TcpFlags flags = TcpFlags.Syn | TcpFlags.Ack)
    {
        Assert.True(_sent.Count > 0, "Nothing was sent.");
        _iss = _sent.Peek().Sequence.Value;
        Answers(flags, seq: 0, ack: 1);
    }

    internal void SkipSent() => _sent.Clear();

    internal int SentCount => _sent.Count;

    internal void Accept()
    {
        Locked(() =>
        {
            Assert.True(Listener.TryAccept(out TcpConnection? connection));
            Connection = connection;
            connection.Observer = this;
        });
    }

    internal void Writes(string text) => Assert.Equal(text.Length, Send(text).Count);

    internal RadioResult Send(string text)
    {
        using (Network.Gate.EnterScope())
        {
            return Connection.Send(Encoding.ASCII.GetBytes(text));
        }
    }

    internal void Reads(string expected, int most = 100_000)
    {
        byte[] buffer = new byte[most];
        RadioResult result = Receive(buffer);
        Assert.Equal(Errno.None, result.Errno);
        Assert.Equal(expected, Encoding.ASCII.GetString(buffer, 0, result.Count));
    }

    internal void ReadFails(Errno error) => Assert.Equal(error, Receive(new byte[10]).Errno);

    internal RadioResult Receive(Span<byte> buffer)
    {
        using (Network.Gate.EnterScope())
        {
            return Connection.Receive(buffer);
        }
    }

    internal Readiness Poll()
    {
        using (Network.Gate.EnterScope())
        {
            return Connection.Poll();
        }
    }

    internal void Shutdown() => Locked(() => Assert.Equal(Errno.None, Connection.Shutdown(receive: false, send: true)));

    internal void Close() => Locked(() => Connection.Close());

    internal void Abort() => Locked(() => Connection.Abort());

    internal void Reports(Errno error, bool isHard, int seq, int mtu = 0)
    {
        byte[] header = new byte[8];
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(header, _port);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt16BigEndian(header.AsSpan(2), PeerPort);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt32BigEndian(header.AsSpan(4), unchecked(_iss + (uint)seq));
        Locked(() => Tcp.OnError(new NetworkError(Network.Address, Peer, error, isHard, mtu), header));
    }

    internal void Advance(double milliseconds) => Clock.Advance(TimeSpan.FromMilliseconds(milliseconds));

    internal void Locked(Action action)
    {
        using (Network.Gate.EnterScope())
        {
            action();
        }
    }

    void ITcpObserver.Changed() => Changes++;

    public void Dispose()
    {
        Locked(() =>
        {
            Connection?.Abort();
            Tcp.Clear();
            Assert.Equal(0, Tcp.ConnectionCount);
        });
        Assert.Equal(_blocks, BlockPool.Small.InUse + BlockPool.Large.InUse);
        Assert.Equal(_frames, FramePool.InUse);
    }

    private static void Expect(int? expected, int actual, string what, SentSegment sent) =>
        Assert.True(expected is null || expected == actual, $"Expected {what}={expected}, not {actual}: {sent}");
}
