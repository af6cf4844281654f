using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards;

public static partial class BoardProfiles
{
    private static readonly BoardSource s_desk = new("this library on the host radio");

    /// <summary>No board: the radio's own behaviour, which is CPython's.</summary>
    public static BoardProfile Desk => field ?? Keep(ref field, new()
    {
        Name = "desk",
        Title = "the desk",
        Boards = "none: the radio as it is",
        IsPassThrough = true,
        Budget = new()
        {
            MaxSockets = s_desk.Defined<int?>(null),
            CollectsBeforeRefusing = s_desk.Defined(false),
            AcceptWithoutRoom = s_desk.Defined(FullAccept.FailsAndKeeps),
            DroppedSocketsStay = s_desk.Defined(false),
            HasIPv6 = s_desk.Defined(true),
        },
        Connecting = new()
        {
            Step = s_desk.Defined(TimeSpan.Zero),
            Rounding = s_desk.Defined(StepRounding.Exact),
            IgnoresTimeout = s_desk.Defined(false),
            TakesWholeSteps = s_desk.Defined(false),
            TimedOut = s_desk.Defined(Errno.ETIMEDOUT),
            NonBlocking = s_desk.Defined(Errno.EINPROGRESS),
            CountsWhenLate = s_desk.Defined(true),
            Refused = s_desk.Defined(Errno.ECONNREFUSED),
            ConnectTimeout = s_desk.Defined(TimeSpan.FromSeconds(130)),
            Unanswered = s_desk.Defined(Errno.ETIMEDOUT),
            AgainWhileConnecting = s_desk.Defined(Errno.EALREADY),
            AgainWhenConnected = s_desk.Defined(Errno.EISCONN),
            AgainAfterEnd = s_desk.Defined(Errno.EISCONN),
            AgainAfterFailure = s_desk.Defined(Errno.None),
            OnListener = s_desk.Defined(Errno.EISCONN),
            FailsOnEarlyEnd = s_desk.Defined(false),
            Loopback = s_desk.Defined(SelfConnect.Reaches),
            OwnAddress = s_desk.Defined(SelfConnect.Reaches),
        },
        Listening = new()
        {
            AcceptStep = s_desk.Defined(TimeSpan.Zero),
            AcceptedTimeout = s_desk.Defined<TimeSpan?>(null),
            ResetsBeyondBacklog = s_desk.Defined(false),
            MaxBacklog = s_desk.Defined(4096),
            ListenAgain = s_desk.Defined(Errno.None),
            ListenOnDatagram = s_desk.Defined(Errno.EOPNOTSUPP),
            AcceptOnDatagram = s_desk.Defined(Errno.EOPNOTSUPP),
            AcceptWithoutListen = s_desk.Defined(Errno.EINVAL),
            CloseResetsAll = s_desk.Defined(true),
            TimeWaitTimeout = s_desk.Defined(TimeSpan.FromSeconds(60)),
        },
        Transfer = new()
        {
            SendBuffer = s_desk.Defined(256 * 1024),
            ReceiveBuffer = s_desk.Defined(128 * 1024),
            FullBuffer = s_desk.Defined(FullSend.Waits),
            ReceivesOneSegment = s_desk.Defined(false),
            End = s_desk.Defined(EndOfStream.EveryTime),
            EndWithoutWaiting = s_desk.Defined(Errno.None),
            SendsAfterEnd = s_desk.Defined(true),
            ResetEndsSocket = s_desk.Defined(false),
            ReceiveUnconnected = s_desk.Defined(Errno.ENOTCONN),
            SendToUnconnected = s_desk.Defined(Errno.EPIPE),
            ClosedSocketWaits = s_desk.Defined(false),
            CloseTimeout = s_desk.Defined<TimeSpan?>(null),
        },
        Datagrams = new()
        {
            Kept = s_desk.Defined<int?>(null),
            MaxReceived = s_desk.Defined(65507),
            TooLarge = s_desk.Defined(Errno.EMSGSIZE),
            FarTooLarge = s_desk.Defined(Errno.EMSGSIZE),
        },
        Names = new()
        {
            LookupTimeout = s_desk.Defined(TimeSpan.FromSeconds(30)),
            Repeats = s_desk.Defined("the system's"),
            RowType = s_desk.Defined<SocketType?>(null),
            RowRepeatsHost = s_desk.Defined(false),
            Hostname = s_desk.Defined("the host's name"),
        },
        Wire = new()
        {
            MaxSegmentSize = s_desk.Defined(1460),
            SynInterval = s_desk.Defined(TimeSpan.FromSeconds(1)),
            SynCount = s_desk.Defined(7),
            RetransmissionTimeout = s_desk.Defined(TimeSpan.FromMilliseconds(200)),
            DelayedAckTimeout = s_desk.Defined(TimeSpan.FromMilliseconds(40)),
            WindowProbeInterval = s_desk.Defined(TimeSpan.FromMilliseconds(200)),
            WindowProbesCarryData = s_desk.Defined(false),
            SequenceTick = s_desk.Defined<TimeSpan?>(null),
            SequentialPorts = s_desk.Defined(false),
        },
        UnknownOption = s_desk.Defined(Errno.ENOPROTOOPT),
    });
}
