using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Boards;

public static partial class BoardProfiles
{
    private static readonly BoardSource s_airLib = new("adafruit_esp32spi b0e2124a");
    private static readonly BoardSource s_airNina = new("nina-fw 586ef2a9");

    /// <summary>AirLift: a board with an ESP32 that runs the NINA firmware behind SPI.</summary>
    /// <remarks>What the library and the firmware do call by call is a model of SocketPools.Chips; the profile has the numbers and the errors.</remarks>
    public static BoardProfile AirLift => field ?? Keep(ref field, new()
    {
        Name = "airlift",
        Title = "an AirLift",
        Boards = "AirLift modules, PyPortal, Metro M4 AirLift, MatrixPortal M4",
        Budget = new()
        {
            MaxSockets = s_airNina.Observed<int?>(6),
            CollectsBeforeRefusing = s_airLib.Observed(false),
            AcceptWithoutRoom = s_airNina.Read(FullAccept.FailsAndLoses),
            DroppedSocketsStay = s_airLib.Read(true),
            HasIPv6 = s_airLib.Observed(false),
        },
        Connecting = new()
        {
            Step = s_airNina.Read(TimeSpan.Zero),
            Rounding = s_airLib.Observed(StepRounding.Exact),
            IgnoresTimeout = s_airLib.Observed(true),
            TakesWholeSteps = s_airLib.Observed(false),
            TimedOut = s_airLib.Observed(Errno.EPIPE),
            NonBlocking = s_airLib.Observed(Errno.EPIPE),
            CountsWhenLate = s_airLib.Observed(false),
            Refused = s_airLib.Observed(Errno.EPIPE),
            ConnectTimeout = s_airNina.Observed(TimeSpan.FromSeconds(3)),
            Unanswered = s_airLib.Observed(Errno.EPIPE),
            AgainWhileConnecting = s_airLib.Observed(Errno.None),
            AgainWhenConnected = s_airLib.Observed(Errno.None),
            AgainAfterEnd = s_airLib.Observed(Errno.None),
            AgainAfterFailure = s_airLib.Observed(Errno.None),
            OnListener = s_airLib.Read(Errno.None),
            FailsOnEarlyEnd = s_airLib.Read(false),
            Loopback = s_airNina.Read(SelfConnect.Reaches),
            OwnAddress = s_airNina.Read(SelfConnect.Reaches),
        },
        Listening = new()
        {
            AcceptStep = s_airLib.Observed(TimeSpan.Zero),
            AcceptedTimeout = s_airLib.Read<TimeSpan?>(Timeout.InfiniteTimeSpan),
            ResetsBeyondBacklog = s_airNina.Read(false),
            MaxBacklog = s_airNina.Read(4),
            ListenAgain = s_airLib.Read(Errno.None),
            ListenOnDatagram = s_airLib.Read(Errno.None),
            AcceptOnDatagram = s_airLib.Read(Errno.ECONNRESET),
            AcceptWithoutListen = s_airLib.Observed(Errno.ECONNRESET),
            CloseResetsAll = s_airNina.Read(true),
            TimeWaitTimeout = s_airNina.Read(TimeSpan.Zero),
        },
        Transfer = new()
        {
            SendBuffer = s_airNina.Read(5760),
            ReceiveBuffer = s_airNina.Read(5760),
            FullBuffer = s_airNina.Read(FullSend.Waits),
            ReceivesOneSegment = s_airLib.Observed(false),
            End = s_airLib.Observed(EndOfStream.Once),
            EndWithoutWaiting = s_airLib.Observed(Errno.None),
            SendsAfterEnd = s_airLib.Observed(true),
            ResetEndsSocket = s_airLib.Observed(false),
            ReceiveUnconnected = s_airLib.Observed(Errno.None),
            SendToUnconnected = s_airLib.Observed(Errno.EPIPE),
            ClosedSocketWaits = s_airLib.Observed(true),
            CloseTimeout = s_airNina.Read<TimeSpan?>(null),
        },
        Datagrams = new()
        {
            Kept = s_airNina.Read<int?>(6),
            MaxReceived = s_airNina.Read(1460),
            TooLarge = s_airLib.Observed(Errno.None),
            FarTooLarge = s_airLib.Observed(Errno.None),
        },
        Names = new()
        {
            LookupTimeout = s_airNina.Read(TimeSpan.FromSeconds(7)),
            Repeats = s_airNina.Read("in the module"),
            RowType = s_airLib.Observed<SocketType?>(null),
            RowRepeatsHost = s_airLib.Observed(false),
            Hostname = s_airNina.Read("the module's"),
        },
        Wire = Esp32.Wire with { MaxSegmentSize = s_airNina.Read(1436) },
        UnknownOption = s_airLib.Observed(Errno.None),
    });
}
