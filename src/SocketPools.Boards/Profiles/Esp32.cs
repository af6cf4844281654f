using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards;

public static partial class BoardProfiles
{
    private static readonly BoardSource s_espSocket = new("CircuitPython cd3da4a5, ports/espressif/common-hal/socketpool/Socket.c");
    private static readonly BoardSource s_espPool = new("CircuitPython cd3da4a5, ports/espressif/common-hal/socketpool/SocketPool.c");
    private static readonly BoardSource s_espLwip = new("esp-lwip f7922143 (2.1.3-esp) with CircuitPython cd3da4a5, ports/espressif/esp-idf-config/sdkconfig.defaults");

    /// <summary>ESP32-S2, -S3, -C3, -C5 and -C6: lwIP's socket API without blocking, polled by CircuitPython.</summary>
    public static BoardProfile Esp32 => field ?? Keep(ref field, new()
    {
        Name = "esp32",
        Title = "an ESP32",
        Boards = "ESP32-S2, ESP32-S3, ESP32-C3, ESP32-C5, ESP32-C6",
        OtherNames = ["esp32s2", "esp32s3", "esp32c3", "esp32c5", "esp32c6", "esp32-s2", "esp32-s3", "esp32-c3", "esp32-c5", "esp32-c6"],
        Budget = new()
        {
            MaxSockets = s_espLwip.Observed<int?>(8),
            CollectsBeforeRefusing = s_espSocket.Observed(false),
            AcceptWithoutRoom = s_espLwip.Observed(FullAccept.ClosesAndWaits),
            DroppedSocketsStay = s_espSocket.Observed(true),
            HasIPv6 = s_espSocket.Read(true),
        },
        Connecting = new()
        {
            Step = s_espSocket.Observed(TimeSpan.FromMilliseconds(100)),
            Rounding = s_espSocket.Observed(StepRounding.Up),
            IgnoresTimeout = s_espSocket.Observed(false),
            TakesWholeSteps = s_espSocket.Observed(false),
            TimedOut = s_espSocket.Observed(Errno.ETIMEDOUT),
            NonBlocking = s_espSocket.Observed(Errno.ETIMEDOUT),
            CountsWhenLate = s_espSocket.Observed(false),
            Refused = s_espLwip.Observed(Errno.ECONNRESET),
            ConnectTimeout = s_espLwip.Observed(TimeSpan.FromSeconds(18.7)),
            Unanswered = s_espLwip.Observed(Errno.ECONNABORTED),
            AgainWhileConnecting = s_espLwip.Observed(Errno.EALREADY),
            AgainWhenConnected = s_espLwip.Observed(Errno.EISCONN),
            AgainAfterEnd = s_espLwip.Read(Errno.EISCONN),
            AgainAfterFailure = s_espLwip.Observed(Errno.ENOTCONN),
            OnListener = s_espLwip.Observed(Errno.EISCONN),
            FailsOnEarlyEnd = s_espSocket.Observed(false),
            Loopback = s_espLwip.Observed(SelfConnect.Reaches),
            OwnAddress = s_espLwip.Observed(SelfConnect.Reaches),
        },
        Listening = new()
        {
            AcceptStep = s_espSocket.Observed(TimeSpan.Zero),
            AcceptedTimeout = s_espSocket.Observed<TimeSpan?>(TimeSpan.Zero),
            ResetsBeyondBacklog = s_espLwip.Observed(false),
            MaxBacklog = s_espLwip.Read(6),
            ListenAgain = s_espSocket.Observed(Errno.None),
            ListenOnDatagram = s_espSocket.Observed(Errno.None),
            AcceptOnDatagram = s_espSocket.Observed(Errno.None),
            AcceptWithoutListen = s_espSocket.Observed(Errno.None),
            CloseResetsAll = s_espLwip.Observed(true),
            TimeWaitTimeout = s_espLwip.Read(TimeSpan.FromSeconds(120)),
        },
        Transfer = new()
        {
            SendBuffer = s_espLwip.Observed(5760),
            ReceiveBuffer = s_espLwip.Observed(5760),
            FullBuffer = s_espSocket.Observed(FullSend.FailsAtOnce),
            ReceivesOneSegment = s_espSocket.Observed(false),
            End = s_espSocket.Observed(EndOfStream.Once),
            EndWithoutWaiting = s_espSocket.Observed(Errno.ENOTCONN),
            SendsAfterEnd = s_espSocket.Observed(true),
            ResetEndsSocket = s_espSocket.Observed(false),
            ReceiveUnconnected = s_espSocket.Observed(Errno.None),
            SendToUnconnected = s_espSocket.Observed(Errno.EPIPE),
            ClosedSocketWaits = s_espSocket.Observed(true),
            CloseTimeout = s_espSocket.Observed<TimeSpan?>(null),
        },
        Datagrams = new()
        {
            Kept = s_espLwip.Observed<int?>(6),
            MaxReceived = s_espLwip.Observed(1472),
            TooLarge = s_espSocket.Observed(Errno.EPIPE),
            FarTooLarge = s_espSocket.Observed(Errno.EPIPE),
        },
        Names = new()
        {
            LookupTimeout = s_espLwip.Observed(TimeSpan.FromSeconds(7)),
            Repeats = s_espLwip.Observed("1, 2, 4"),
            RowType = s_espPool.Observed<SocketType?>(null),
            RowRepeatsHost = s_espPool.Observed(true),
            Hostname = s_espPool.Read("cpy-{board}-{mac}"),
        },
        Wire = new()
        {
            MaxSegmentSize = s_espLwip.Observed(1440),
            SynInterval = s_espLwip.Observed(TimeSpan.FromSeconds(1.5)),
            SynCount = s_espLwip.Observed(13),
            RetransmissionTimeout = s_espLwip.Observed(TimeSpan.FromSeconds(1.7)),
            DelayedAckTimeout = s_espLwip.Observed(TimeSpan.FromMilliseconds(250)),
            WindowProbeInterval = s_espLwip.Observed(TimeSpan.FromMilliseconds(1200)),
            WindowProbesCarryData = s_espLwip.Observed(true),
            SequenceTick = s_espLwip.Read<TimeSpan?>(null),
            SequentialPorts = s_espLwip.Observed(true),
        },
        Options =
        [
            new() { Level = 0xFFF, Name = 0x04, Title = "SO_REUSEADDR", OnStreams = true, OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 0xFFF, Name = 0x08, Title = "SO_KEEPALIVE", OnStreams = true, OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 0xFFF, Name = 0x20, Title = "SO_BROADCAST", OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 6, Name = 1, Title = "TCP_NODELAY", OnStreams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 6, Name = 2, Title = "TCP_KEEPALIVE", OnStreams = true, Evidence = BoardEvidence.Read },
            new() { Level = 6, Name = 3, Title = "TCP_KEEPIDLE", OnStreams = true, Evidence = BoardEvidence.Read },
            new() { Level = 6, Name = 4, Title = "TCP_KEEPINTVL", OnStreams = true, Evidence = BoardEvidence.Read },
            new() { Level = 6, Name = 5, Title = "TCP_KEEPCNT", OnStreams = true, Evidence = BoardEvidence.Read },
            new() { Level = 0, Name = 1, Title = "IP_TOS", OnStreams = true, OnDatagrams = true, Evidence = BoardEvidence.Read },
            new() { Level = 0, Name = 2, Title = "IP_TTL", OnStreams = true, OnDatagrams = true, Evidence = BoardEvidence.Read },
            new() { Level = 0, Name = 3, Title = "IP_ADD_MEMBERSHIP", OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 0, Name = 4, Title = "IP_DROP_MEMBERSHIP", OnDatagrams = true, Evidence = BoardEvidence.Read },
            new() { Level = 0, Name = 5, Title = "IP_MULTICAST_TTL", OnDatagrams = true, Evidence = BoardEvidence.Observed },
            new() { Level = 0, Name = 6, Title = "IP_MULTICAST_IF", OnDatagrams = true, Evidence = BoardEvidence.Read },
            new() { Level = 0, Name = 7, Title = "IP_MULTICAST_LOOP", OnDatagrams = true, Evidence = BoardEvidence.Read },
        ],
        UnknownOption = s_espLwip.Observed(Errno.ENOPROTOOPT),
    });
}
