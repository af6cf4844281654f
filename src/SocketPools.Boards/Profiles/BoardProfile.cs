using System.Net.Sockets;
using SocketPools.Radios;
using SocketPools.Stack;

namespace SocketPools.Boards;

/// <summary>
/// What the sockets of a board do, as data: each value has its source. <see cref="BoardRadio"/> makes a radio behave so.
/// </summary>
/// <remarks>Memory limits and speed are not part of a profile: they are not simulated.</remarks>
public sealed record BoardProfile
{
    /// <summary>The name that selects the profile: <c>picow</c>.</summary>
    public required string Name { get; init; }

    /// <summary>The board's name in explanations: <c>a Pico W</c>.</summary>
    public required string Title { get; init; }

    /// <summary>The boards that the profile stands for.</summary>
    public required string Boards { get; init; }

    /// <summary>Other names that select the profile, such as <c>picow2w</c>.</summary>
    public IReadOnlyList<string> OtherNames { get; init; } = [];

    /// <summary>Whether the sockets are the radio's own, unchanged.</summary>
    public bool IsPassThrough { get; init; }

    /// <summary>How many sockets there are, and what happens beyond them.</summary>
    public required BoardBudget Budget { get; init; }

    /// <summary>How the board's connect behaves and fails.</summary>
    public required BoardConnecting Connecting { get; init; }

    /// <summary>What bind, listen and accept do.</summary>
    public required BoardListening Listening { get; init; }

    /// <summary>What send and receive do, and how a connection ends.</summary>
    public required BoardTransfer Transfer { get; init; }

    /// <summary>How the board's UDP sockets behave and fail.</summary>
    public required BoardDatagrams Datagrams { get; init; }

    /// <summary>How the board resolves names, and its own host name.</summary>
    public required BoardNames Names { get; init; }

    /// <summary>What is seen on the wire where the radio is a <see cref="StackRadio"/>.</summary>
    public required BoardWire Wire { get; init; }

    /// <summary>The options of setsockopt that the board takes, by lwIP's numbers.</summary>
    public IReadOnlyList<BoardOption> Options { get; init; } = [];

    /// <summary>The error of setsockopt for every other option.</summary>
    public required BoardValue<Errno> UnknownOption { get; init; }

    /// <summary>The options of a stack whose frames look like the board's.</summary>
    /// <param name="template">Everything that the profile says nothing of; the defaults if null.</param>
    public StackOptions CreateStackOptions(StackOptions? template = null) => IsPassThrough ? template ?? new StackOptions() : BoardWireOptions.Apply(this, template ?? new StackOptions());

    /// <inheritdoc/>
    public override string ToString() => Name;
}

/// <summary>The number of sockets of a board, and what happens beyond it; see <see cref="BoardProfile.Budget"/>.</summary>
public sealed record BoardBudget
{
    /// <summary>Sockets of all types together; null for the radio's own number.</summary>
    public required BoardValue<int?> MaxSockets { get; init; }

    /// <summary>Whether the garbage collector runs before a socket is refused.</summary>
    public required BoardValue<bool> CollectsBeforeRefusing { get; init; }

    /// <summary>What accept does with a connection when no socket is left.</summary>
    public required BoardValue<FullAccept> AcceptWithoutRoom { get; init; }

    /// <summary>Whether a socket that the program dropped without close keeps its place until the garbage collector runs.</summary>
    public required BoardValue<bool> DroppedSocketsStay { get; init; }

    /// <summary>Whether IPv6 sockets can be made.</summary>
    public required BoardValue<bool> HasIPv6 { get; init; }
}

/// <summary>What accept does when the pool is full. See <see cref="BoardBudget"/>.</summary>
public enum FullAccept
{
    /// <summary>It fails; the connection stays in the backlog for a later call.</summary>
    FailsAndKeeps,
    /// <summary>It fails; the client stays connected and no call returns the connection.</summary>
    FailsAndLoses,
    /// <summary>It closes the connection and waits for the next.</summary>
    ClosesAndWaits,
}

/// <summary>How a time-out is rounded to steps. See <see cref="BoardConnecting"/>.</summary>
public enum StepRounding
{
    /// <summary>Not at all.</summary>
    Exact,
    /// <summary>Down to whole steps; less than a step does not wait.</summary>
    Down,
    /// <summary>Up to whole steps.</summary>
    Up,
}

/// <summary>What happens to a connection to an address of the board itself. See <see cref="BoardConnecting"/>.</summary>
public enum SelfConnect
{
    /// <summary>It reaches the board's own listeners.</summary>
    Reaches,
    /// <summary>Nothing answers.</summary>
    Silent,
    /// <summary>EHOSTUNREACH at once.</summary>
    Unreachable,
}

/// <summary>The behaviour of a board's <c>connect</c>; see <see cref="BoardProfile.Connecting"/>.</summary>
public sealed record BoardConnecting
{
    /// <summary>The step in which connect looks whether it is done, in time.</summary>
    public required BoardValue<TimeSpan> Step { get; init; }

    /// <summary>How connect's time-out is rounded to the step.</summary>
    public required BoardValue<StepRounding> Rounding { get; init; }

    /// <summary>Whether connect waits as long as the board does, whatever the timeout.</summary>
    public required BoardValue<bool> IgnoresTimeout { get; init; }

    /// <summary>Whether a connect with a time-out takes at least one step, also when the answer comes earlier.</summary>
    public required BoardValue<bool> TakesWholeSteps { get; init; }

    /// <summary>The error when the time is up.</summary>
    public required BoardValue<Errno> TimedOut { get; init; }

    /// <summary>The error of a connect that does not wait.</summary>
    public required BoardValue<Errno> NonBlocking { get; init; }

    /// <summary>Whether a connection that comes up after connect has given up can be sent on.</summary>
    public required BoardValue<bool> CountsWhenLate { get; init; }

    /// <summary>The error when the peer refuses.</summary>
    public required BoardValue<Errno> Refused { get; init; }

    /// <summary>How long the board repeats its SYN without an answer.</summary>
    public required BoardValue<TimeSpan> GivesUpAfter { get; init; }

    /// <summary>The error when nothing answers and there is no time-out.</summary>
    public required BoardValue<Errno> Unanswered { get; init; }

    /// <summary>The error of a second connect while the first goes on.</summary>
    public required BoardValue<Errno> AgainWhileConnecting { get; init; }

    /// <summary>The error of a connect on a connected socket.</summary>
    public required BoardValue<Errno> AgainWhenConnected { get; init; }

    /// <summary>The error of a connect after the peer has closed its side.</summary>
    public required BoardValue<Errno> AgainAfterEnd { get; init; }

    /// <summary>The error of a connect after one that failed.</summary>
    public required BoardValue<Errno> AgainAfterFailure { get; init; }

    /// <summary>The error of a connect on a listening socket.</summary>
    public required BoardValue<Errno> OnListener { get; init; }

    /// <summary>Whether a connect that finds the peer closed already fails with a number that means nothing.</summary>
    public required BoardValue<bool> FailsOnEarlyEnd { get; init; }

    /// <summary>The result of a connection to 127.0.0.1.</summary>
    public required BoardValue<SelfConnect> Loopback { get; init; }

    /// <summary>A connection to the board's own address.</summary>
    public required BoardValue<SelfConnect> OwnAddress { get; init; }
}

/// <summary>The behaviour of a board's <c>bind</c>, <c>listen</c> and <c>accept</c>; see <see cref="BoardProfile.Listening"/>.</summary>
public sealed record BoardListening
{
    /// <summary>The step in which accept looks for a connection; zero for none.</summary>
    public required BoardValue<TimeSpan> AcceptStep { get; init; }

    /// <summary>The timeout of an accepted socket; null for the listener's.</summary>
    public required BoardValue<TimeSpan?> AcceptedTimeout { get; init; }

    /// <summary>Whether a connection beyond the backlog is reset after its handshake. Otherwise its SYN is dropped, and the client repeats it.</summary>
    public required BoardValue<bool> ResetsBeyondBacklog { get; init; }

    /// <summary>The largest backlog of connections that listen accepts.</summary>
    public required BoardValue<int> MaxBacklog { get; init; }

    /// <summary>The error of a second listen; None if there is none.</summary>
    public required BoardValue<Errno> ListenAgain { get; init; }

    /// <summary>The error of listen on a datagram socket; None if there is none.</summary>
    public required BoardValue<Errno> ListenOnDatagram { get; init; }

    /// <summary>The error of accept on a datagram socket; None if it waits.</summary>
    public required BoardValue<Errno> AcceptOnDatagram { get; init; }

    /// <summary>The error of accept on a socket that does not listen; None if it waits.</summary>
    public required BoardValue<Errno> AcceptWithoutListen { get; init; }

    /// <summary>Whether closing a listener resets every connection that waits. Otherwise it resets the first and third, and the second hangs.</summary>
    public required BoardValue<bool> CloseResetsAll { get; init; }

    /// <summary>How long a port is kept after its connection was closed on this side, for a bind without SO_REUSEADDR.</summary>
    public required BoardValue<TimeSpan> TimeWait { get; init; }
}

/// <summary>What a send does when the buffer is full. See <see cref="BoardTransfer"/>.</summary>
public enum FullSend
{
    /// <summary>It waits as long as the timeout allows.</summary>
    Waits,
    /// <summary>EAGAIN at once, whatever the timeout.</summary>
    FailsAtOnce,
}

/// <summary>When a receive reports the end of the stream. See <see cref="BoardTransfer"/>.</summary>
public enum EndOfStream
{
    /// <summary>A receive returns 0 each time.</summary>
    EveryTime,
    /// <summary>A receive returns 0 once; the next waits for its timeout.</summary>
    Once,
}

/// <summary>The behaviour of a board's <c>send</c>, <c>recv_into</c> and the end of connections; see <see cref="BoardProfile.Transfer"/>.</summary>
public sealed record BoardTransfer
{
    /// <summary>The bytes that are buffered for sending.</summary>
    public required BoardValue<int> SendBuffer { get; init; }

    /// <summary>The bytes that are buffered for receiving.</summary>
    public required BoardValue<int> ReceiveBuffer { get; init; }

    /// <summary>A send on a full buffer.</summary>
    public required BoardValue<FullSend> FullBuffer { get; init; }

    /// <summary>Whether a receive takes one segment at most.</summary>
    public required BoardValue<bool> ReceivesOneSegment { get; init; }

    /// <summary>The end of the stream.</summary>
    public required BoardValue<EndOfStream> End { get; init; }

    /// <summary>The error of a receive at the end of the stream that does not wait; None for the end itself.</summary>
    public required BoardValue<Errno> EndWithoutWaiting { get; init; }

    /// <summary>Whether a send works after the peer has closed its side. Otherwise it fails with EPIPE.</summary>
    public required BoardValue<bool> SendsAfterEnd { get; init; }

    /// <summary>Whether a reset makes the socket unusable (EBADF) and drops unread data. Otherwise receives do not see it.</summary>
    public required BoardValue<bool> ResetEndsSocket { get; init; }

    /// <summary>The error of a receive on a socket that is not connected; None if it waits.</summary>
    public required BoardValue<Errno> ReceiveUnconnected { get; init; }

    /// <summary>The error of sendto on a stream that is not connected.</summary>
    public required BoardValue<Errno> SendToUnconnected { get; init; }

    /// <summary>Whether recvfrom_into and accept on a closed socket wait for their timeout. Otherwise EBADF.</summary>
    public required BoardValue<bool> ClosedSocketWaits { get; init; }

    /// <summary>How long a closed connection may take to end before it is reset; null for no limit.</summary>
    public required BoardValue<TimeSpan?> CloseTimeout { get; init; }
}

/// <summary>The behaviour of a board's UDP sockets; see <see cref="BoardProfile.Datagrams"/>.</summary>
public sealed record BoardDatagrams
{
    /// <summary>The unread datagrams that a socket keeps; later ones are dropped. Null for the radio's own number.</summary>
    public required BoardValue<int?> Kept { get; init; }

    /// <summary>The largest datagram that is received, in bytes: larger ones come in fragments that the board does not put together.</summary>
    public required BoardValue<int> MaxReceived { get; init; }

    /// <summary>The error of a datagram above 65507 bytes.</summary>
    public required BoardValue<Errno> TooLarge { get; init; }

    /// <summary>The error of a datagram above 65535 bytes.</summary>
    public required BoardValue<Errno> FarTooLarge { get; init; }
}

/// <summary>The behaviour of a board's name lookups; see <see cref="BoardProfile.Names"/>.</summary>
public sealed record BoardNames
{
    /// <summary>How long a lookup takes at most. The socket's timeout has no effect on it.</summary>
    public required BoardValue<TimeSpan> Longest { get; init; }

    /// <summary>The times after the first query at which it is repeated, in seconds.</summary>
    public required BoardValue<string> Repeats { get; init; }

    /// <summary>The socket type in every row; null for the type that was asked for.</summary>
    public required BoardValue<SocketType?> RowType { get; init; }

    /// <summary>Whether a row repeats the host that was asked for in place of a canonical name.</summary>
    public required BoardValue<bool> RowRepeatsHost { get; init; }

    /// <summary>The host name without CIRCUITPY_WIFI_HOSTNAME: "{board}" and "{mac}" stand for the board's identifier and hardware address.</summary>
    public required BoardValue<string> Hostname { get; init; }
}

/// <summary>An option that a board's <c>setsockopt</c> accepts; see <see cref="BoardProfile.Options"/>.</summary>
public sealed record BoardOption
{
    /// <summary>lwIP's number of the level.</summary>
    public required int Level { get; init; }

    /// <summary>lwIP's number of the option.</summary>
    public required int Name { get; init; }

    /// <summary>Its name.</summary>
    public required string Title { get; init; }

    /// <summary>Whether stream sockets take it.</summary>
    public bool OnStreams { get; init; }

    /// <summary>Whether datagram sockets take it.</summary>
    public bool OnDatagrams { get; init; }

    /// <summary>How it is known.</summary>
    public BoardEvidence Evidence { get; init; }
}

/// <summary>What is visible on the wire of a board; see <see cref="BoardProfile.Wire"/>.</summary>
public sealed record BoardWire
{
    /// <summary>The maximum segment size, in bytes.</summary>
    public required BoardValue<int> MaximumSegmentSize { get; init; }

    /// <summary>The interval between SYNs, which does not grow.</summary>
    public required BoardValue<TimeSpan> SynInterval { get; init; }

    /// <summary>How many SYNs are sent.</summary>
    public required BoardValue<int> SynCount { get; init; }

    /// <summary>The first retransmission timeout of data.</summary>
    public required BoardValue<TimeSpan> RetransmissionTimeout { get; init; }

    /// <summary>How long an acknowledgment is delayed at most.</summary>
    public required BoardValue<TimeSpan> DelayedAckTimeout { get; init; }

    /// <summary>The interval before the first probe of a closed window; it doubles.</summary>
    public required BoardValue<TimeSpan> WindowProbeInterval { get; init; }

    /// <summary>Whether a probe carries one byte of data.</summary>
    public required BoardValue<bool> WindowProbesCarryData { get; init; }

    /// <summary>The tick that sequence numbers are counted in from 6510; null for random numbers.</summary>
    public required BoardValue<TimeSpan?> SequenceTick { get; init; }

    /// <summary>Whether local ports follow one another from a random start in 49152..65535.</summary>
    public required BoardValue<bool> SequentialPorts { get; init; }
}
