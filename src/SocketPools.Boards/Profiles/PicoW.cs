using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards;

public static partial class BoardProfiles
{
    private static readonly BoardSource s_picowSocket = new("CircuitPython cd3da4a5, ports/raspberrypi/common-hal/socketpool/Socket.c");
    private static readonly BoardSource s_picowPool = new("CircuitPython cd3da4a5, ports/raspberrypi/common-hal/socketpool/SocketPool.c");
    private static readonly BoardSource s_picowLwip = new("adafruit/lwip 4097a070 with CircuitPython cd3da4a5, ports/raspberrypi/lwip_inc/lwipopts.h");

    /// <summary>Pico W and Pico 2 W: lwIP's raw API, called from CircuitPython's own state machine.</summary>
    public static BoardProfile PicoW => field ?? Keep(ref field, new()
    {
        Name = "picow",
        Title = "a Pico W",
        Boards = "Raspberry Pi Pico W, Pico 2 W",
        OtherNames = ["pico-w", "picow2w", "pico2w", "pico2-w"],
        Budget = new()
        {
            MaxSockets = s_picowSocket.Observed<int?>(8),
            CollectsBeforeRefusing = s_picowSocket.Observed(true),
            AcceptWithoutRoom = s_picowSocket.Observed(FullAccept.FailsAndLoses),
            DroppedSocketsStay = s_picowSocket.Observed(true),
            HasIPv6 = s_picowSocket.Observed(false),
        },
        Connecting = new()
        {
            Step = s_picowSocket.Observed(TimeSpan.FromMilliseconds(100)),
            Rounding = s_picowSocket.Observed(StepRounding.Down),
            IgnoresTimeout = s_picowSocket.Observed(false),
            TakesWholeSteps = s_picowSocket.Observed(true),
            TimedOut = s_picowSocket.Observed(Errno.EINPROGRESS),
            NonBlocking = s_picowSocket.Observed(Errno.EINPROGRESS),
            CountsWhenLate = s_picowSocket.Observed(true),
            Refused = s_picowSocket.Observed(Errno.ECONNRESET),
            ConnectTimeout = s_picowLwip.Observed(TimeSpan.FromSeconds(18.1)),
            Unanswered = s_picowSocket.Observed(Errno.ECONNABORTED),
            AgainWhileConnecting = s_picowSocket.Observed(Errno.EALREADY),
            AgainWhenConnected = s_picowSocket.Observed(Errno.EISCONN),
            AgainAfterEnd = s_picowSocket.Read(Errno.EALREADY),
            AgainAfterFailure = s_picowSocket.Observed(Errno.EBADF),
            OnListener = s_picowSocket.Observed(Errno.EALREADY),
            FailsOnEarlyEnd = s_picowSocket.Observed(true),
            Loopback = s_picowLwip.Observed(SelfConnect.Unreachable),
            OwnAddress = s_picowLwip.Observed(SelfConnect.Silent),
        },
        Listening = new()
        {
            AcceptStep = s_picowSocket.Observed(TimeSpan.FromMilliseconds(100)),
            AcceptedTimeout = s_picowSocket.Observed<TimeSpan?>(null),
            ResetsBeyondBacklog = s_picowSocket.Observed(true),
            MaxBacklog = s_picowSocket.Read(255),
            ListenAgain = s_picowSocket.Observed(Errno.ENOMEM),
            ListenOnDatagram = s_picowSocket.Observed(Errno.EOPNOTSUPP),
            AcceptOnDatagram = s_picowSocket.Observed(Errno.EOPNOTSUPP),
            AcceptWithoutListen = s_picowSocket.Observed(Errno.EINVAL),
            CloseResetsAll = s_picowSocket.Observed(false),
            TimeWaitTimeout = s_picowLwip.Read(TimeSpan.FromSeconds(120)),
        },
        Transfer = new()
        {
            SendBuffer = s_picowLwip.Observed(11680),
            ReceiveBuffer = s_picowLwip.Observed(11680),
            FullBuffer = s_picowSocket.Observed(FullSend.Waits),
            ReceivesOneSegment = s_picowSocket.Observed(true),
            End = s_picowSocket.Observed(EndOfStream.EveryTime),
            EndWithoutWaiting = s_picowSocket.Observed(Errno.None),
            SendsAfterEnd = s_picowSocket.Observed(false),
            ResetEndsSocket = s_picowSocket.Observed(true),
            ReceiveUnconnected = s_picowSocket.Observed(Errno.ENOTCONN),
            SendToUnconnected = s_picowSocket.Observed(Errno.ENOTCONN),
            ClosedSocketWaits = s_picowSocket.Observed(false),
            CloseTimeout = s_picowSocket.Observed<TimeSpan?>(TimeSpan.FromSeconds(1)),
        },
        Datagrams = new()
        {
            Kept = s_picowSocket.Observed<int?>(1),
            MaxReceived = s_picowLwip.Observed(9000),
            TooLarge = s_picowSocket.Observed(Errno.ENOBUFS),
            FarTooLarge = s_picowSocket.Observed(Errno.ENOMEM),
        },
        Names = new()
        {
            LookupTimeout = s_picowLwip.Observed(TimeSpan.FromSeconds(7)),
            Repeats = s_picowLwip.Observed("1, 2, 4"),
            RowType = s_picowPool.Observed<SocketType?>(SocketType.Stream),
            RowRepeatsHost = s_picowPool.Observed(false),
            Hostname = s_picowPool.Read("PicoW"),
        },
        Wire = new()
        {
            MaxSegmentSize = s_picowLwip.Observed(1460),
            SynInterval = s_picowLwip.Observed(TimeSpan.FromSeconds(3)),
            SynCount = s_picowLwip.Observed(7),
            RetransmissionTimeout = s_picowLwip.Observed(TimeSpan.FromSeconds(3.4)),
            DelayedAckTimeout = s_picowLwip.Observed(TimeSpan.FromMilliseconds(25)),
            WindowProbeInterval = s_picowLwip.Observed(TimeSpan.FromMilliseconds(150)),
            WindowProbesCarryData = s_picowLwip.Observed(true),
            SequenceTick = s_picowLwip.Observed<TimeSpan?>(TimeSpan.FromMilliseconds(50)),
            SequentialPorts = s_picowLwip.Observed(true),
        },
        Options =
        [
            new() { Level = 0xFFF, Name = 0x04, Title = "SO_REUSEADDR", OnStreams = true, OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 6, Name = 1, Title = "TCP_NODELAY", OnStreams = true, OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 0, Name = 5, Title = "IP_MULTICAST_TTL", OnDatagrams = true, Evidence = BoardEvidence.Observed },
        ],
        UnknownOption = s_picowSocket.Observed(Errno.EOPNOTSUPP),
    });
}
