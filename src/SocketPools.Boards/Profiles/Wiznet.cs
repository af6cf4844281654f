using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards;

public static partial class BoardProfiles
{
    private static readonly BoardSource s_wizLib = new("adafruit_wiznet5k f01275e3");
    private static readonly BoardSource s_wizChip = new("W5500 data sheet 1.0.9, from memory, and a model of its registers");

    /// <summary>A board with a W5500 and the library adafruit_wiznet5k.</summary>
    /// <remarks>What the library and the chip do call by call is a model of SocketPools.Chips; the profile has the numbers and the errors.</remarks>
    public static BoardProfile Wiznet => field ?? Keep(ref field, new()
    {
        Name = "wiznet",
        Title = "a W5500",
        Boards = "WIZnet W5500",
        OtherNames = ["w5500"],
        Budget = new()
        {
            MaxSockets = s_wizLib.Observed<int?>(7),
            CollectsBeforeRefusing = s_wizLib.Observed(false),
            AcceptWithoutRoom = s_wizLib.Read(FullAccept.FailsAndKeeps),
            DroppedSocketsStay = s_wizLib.Read(true),
            HasIPv6 = s_wizLib.Observed(false),
        },
        Connecting = new()
        {
            Step = s_wizLib.Read(TimeSpan.Zero),
            Rounding = s_wizLib.Observed(StepRounding.Exact),
            IgnoresTimeout = s_wizLib.Observed(true),
            TakesWholeSteps = s_wizLib.Observed(false),
            TimedOut = s_wizLib.Observed(Errno.ECONNREFUSED),
            NonBlocking = s_wizLib.Observed(Errno.ECONNREFUSED),
            CountsWhenLate = s_wizLib.Observed(false),
            Refused = s_wizLib.Observed(Errno.ECONNREFUSED),
            ConnectTimeout = s_wizChip.Read(TimeSpan.FromSeconds(31.8)),
            Unanswered = s_wizLib.Observed(Errno.ECONNREFUSED),
            AgainWhileConnecting = s_wizLib.Observed(Errno.EISCONN),
            AgainWhenConnected = s_wizLib.Observed(Errno.EISCONN),
            AgainAfterEnd = s_wizLib.Observed(Errno.EISCONN),
            AgainAfterFailure = s_wizLib.Observed(Errno.EISCONN),
            OnListener = s_wizLib.Read(Errno.EISCONN),
            FailsOnEarlyEnd = s_wizLib.Read(false),
            Loopback = s_wizChip.Read(SelfConnect.Silent),
            OwnAddress = s_wizChip.Read(SelfConnect.Silent),
        },
        Listening = new()
        {
            AcceptStep = s_wizLib.Observed(TimeSpan.Zero),
            AcceptedTimeout = s_wizLib.Read<TimeSpan?>(Timeout.InfiniteTimeSpan),
            ResetsBeyondBacklog = s_wizChip.Observed(true),
            MaxBacklog = s_wizChip.Observed(1),
            ListenAgain = s_wizLib.Read(Errno.None),
            ListenOnDatagram = s_wizLib.Read(Errno.EOPNOTSUPP),
            AcceptOnDatagram = s_wizLib.Read(Errno.EOPNOTSUPP),
            AcceptWithoutListen = s_wizLib.Read(Errno.None),
            CloseResetsAll = s_wizChip.Read(true),
            TimeWaitTimeout = s_wizChip.Read(TimeSpan.Zero),
        },
        Transfer = new()
        {
            SendBuffer = s_wizChip.Read(2048),
            ReceiveBuffer = s_wizChip.Read(2048),
            FullBuffer = s_wizLib.Observed(FullSend.Waits),
            ReceivesOneSegment = s_wizLib.Observed(false),
            End = s_wizLib.Observed(EndOfStream.EveryTime),
            EndWithoutWaiting = s_wizLib.Observed(Errno.None),
            SendsAfterEnd = s_wizLib.Observed(true),
            ResetEndsSocket = s_wizLib.Observed(false),
            ReceiveUnconnected = s_wizLib.Observed(Errno.None),
            SendToUnconnected = s_wizLib.Observed(Errno.EPIPE),
            ClosedSocketWaits = s_wizLib.Observed(false),
            CloseTimeout = s_wizLib.Read<TimeSpan?>(null),
        },
        Datagrams = new()
        {
            Kept = s_wizChip.Observed<int?>(null),
            MaxReceived = s_wizChip.Observed(1472),
            TooLarge = s_wizLib.Observed(Errno.None),
            FarTooLarge = s_wizLib.Observed(Errno.None),
        },
        Names = new()
        {
            LookupTimeout = s_wizLib.Observed(TimeSpan.FromSeconds(5)),
            Repeats = s_wizLib.Read("the library's"),
            RowType = s_wizLib.Observed<SocketType?>(null),
            RowRepeatsHost = s_wizLib.Observed(false),
            Hostname = s_wizLib.Read("WIZnet and the end of the hardware address"),
        },
        Wire = new()
        {
            MaxSegmentSize = s_wizChip.Read(1460),
            SynInterval = s_wizChip.Read(TimeSpan.FromMilliseconds(200)),
            SynCount = s_wizChip.Read(9),
            RetransmissionTimeout = s_wizChip.Read(TimeSpan.FromMilliseconds(200)),
            DelayedAckTimeout = s_wizChip.Read(TimeSpan.FromMilliseconds(200)),
            WindowProbeInterval = s_wizChip.Read(TimeSpan.FromMilliseconds(200)),
            WindowProbesCarryData = s_wizChip.Read(false),
            SequenceTick = s_wizChip.Read<TimeSpan?>(null),
            SequentialPorts = s_wizLib.Read(false),
        },
        UnknownOption = s_wizLib.Observed(Errno.EOPNOTSUPP),
    });

    /// <summary>A board with a W5100S: the same library, and four hardware sockets in place of eight.</summary>
    public static BoardProfile WiznetW5100S => field ?? Keep(ref field, Wiznet with
    {
        Name = "w5100s",
        Title = "a W5100S",
        Boards = "WIZnet W5100S",
        OtherNames = [],
        Budget = Wiznet.Budget with { MaxSockets = s_wizLib.Read<int?>(3) },
    });
}
