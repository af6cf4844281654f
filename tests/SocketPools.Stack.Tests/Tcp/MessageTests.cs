using SocketPools.Radios;
using SocketPools.Stack.Tcp;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Tests.Tcp;

/// <summary>
/// Messages in one direction with Nagle's algorithm on, read when they come: none waits for a delayed acknowledgment, as none does on Linux
/// (tcp_cleanup_rbuf). The clock is virtual, so that the times are exact.
/// </summary>
[Collection(Alone.Name)]
public sealed class MessageTests
{
    private const int Count = 120;

    private static readonly TimeSpan s_delay = TimeSpan.FromMilliseconds(1);

    public static TheoryData<int, int, bool> Cells
    {
        get
        {
            TheoryData<int, int, bool> cells = [];
            foreach (int size in (int[])[1, 64, 100, 535, 536, 537, 1000, 1447, 1448, 1449, 2000, 4000])
            {
                foreach (int interval in (int[])[0, 1, 5, 45, 300])
                {
                    cells.Add(size, interval, true);
                    cells.Add(size, interval, false);
                }
            }

            return cells;
        }
    }

    [Theory]
    [MemberData(nameof(Cells))]
    public void A_message_is_read_within_two_round_trips(int size, int interval, bool isFromClient)
    {
        using FaultyWire wire = new(1, new WireFaults { Delay = s_delay });
        (TcpConnection client, TcpConnection server) = Open(wire);
        MessageRun run = isFromClient
            ? new MessageRun(wire, (wire.A, client), (wire.B, server), size, TimeSpan.FromMilliseconds(interval))
            : new MessageRun(wire, (wire.B, server), (wire.A, client), size, TimeSpan.FromMilliseconds(interval));
        run.Start();
        Assert.True(wire.Clock.RunUntil(() => run.Read == Count, TimeSpan.FromMinutes(5)), $"{run.Read} messages were read");
        Assert.InRange(run.Oldest, s_delay, 4 * s_delay);
    }

    private static (TcpConnection Client, TcpConnection Server) Open(FaultyWire wire)
    {
        IPAddressValue any = IPAddressValue.Any(System.Net.Sockets.AddressFamily.InterNetwork);
        TcpListener? listener;
        TcpConnection? client;
        using (wire.B.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, wire.B.Tcp.Bind(any, 80, false, false, out TcpPort? port));
            Assert.Equal(Errno.None, wire.B.Tcp.Listen(port!, 1, default, null, out listener));
        }

        using (wire.A.Gate.EnterScope())
        {
            Assert.Equal(Errno.None, wire.A.Tcp.Connect(null, any, wire.B.Address, 80, false, default, null, out client));
        }

        Assert.True(wire.Clock.RunUntil(() => listener!.AcceptableCount == 1, TimeSpan.FromSeconds(5)));
        using (wire.B.Gate.EnterScope())
        {
            Assert.True(listener!.TryAccept(out TcpConnection? server));
            return (client!, server);
        }
    }

    // With an interval of zero each message is sent when the last one was read.
    private sealed class MessageRun(
        FaultyWire wire, (TestNetwork Network, TcpConnection Connection) sender, (TestNetwork Network, TcpConnection Connection) reader, int size, TimeSpan interval) : ITcpObserver
    {
        private readonly Queue<TimeSpan> _sentAt = new();
        private readonly byte[] _buffer = new byte[64 * 1024];
        private int _sent;
        private long _bytes;
        private bool _isQueued;

        internal int Read => (int)(_bytes / size);

        internal TimeSpan Oldest { get; private set; }

        internal void Start()
        {
            reader.Connection.Observer = this;
            Send();
        }

        public void Changed()
        {
            // Not in the middle of TCP's work.
            if (!_isQueued)
            {
                _isQueued = true;
                wire.Clock.After(TimeSpan.Zero, Receive);
            }
        }

        private void Send()
        {
            if (_sent++ == Count)
            {
                return;
            }

            _sentAt.Enqueue(wire.Clock.Elapsed);
            using (sender.Network.Gate.EnterScope())
            {
                Assert.Equal(size, sender.Connection.Send(new byte[size]).Count);
            }

            if (interval > TimeSpan.Zero)
            {
                wire.Clock.After(interval, Send);
            }
        }

        private void Receive()
        {
            _isQueued = false;
            int before = Read;
            using (reader.Network.Gate.EnterScope())
            {
                while (reader.Connection.Receive(_buffer) is { Failed: false, Count: > 0 and int count })
                {
                    _bytes += count;
                }
            }

            for (int i = before; i < Read; i++)
            {
                TimeSpan age = wire.Clock.Elapsed - _sentAt.Dequeue();
                Oldest = age > Oldest ? age : Oldest;
                if (interval == TimeSpan.Zero)
                {
                    Send();
                }
            }
        }
    }
}
