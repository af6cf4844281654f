namespace SocketPools.Stack.Links;

/// <summary>What happens to frames in one direction of a <see cref="FaultyLink"/>. Probabilities are of each frame, 0..1.</summary>
public sealed record LinkFaults
{
    private static readonly TimeSpan s_longest = TimeSpan.FromDays(1);

    /// <summary>Gets the value with which frames pass unchanged.</summary>
    public static LinkFaults None { get; } = new();

    /// <summary>The probability, 0 to 1, that a frame is dropped.</summary>
    public double Loss { get; init => field = CheckProbability(value); }

    /// <summary>
    /// How likely a frame meets congestion: a packet that is ECN-capable is marked CE, as routers do it (RFC 3168, section 5); one that
    /// is not, or is no IP packet, is lost.
    /// </summary>
    public double Congestion { get; init => field = CheckProbability(value); }

    /// <summary>How likely one bit of a frame is turned over.</summary>
    public double Corruption { get; init => field = CheckProbability(value); }

    /// <summary>The probability, 0 to 1, that a frame is delivered twice.</summary>
    public double Duplication { get; init => field = CheckProbability(value); }

    /// <summary>How likely a frame is held back for <see cref="ReorderDelay"/>, so that others overtake it.</summary>
    public double Reordering { get; init => field = CheckProbability(value); }

    /// <summary>How much later a reordered frame is delivered; 5 ms by default.</summary>
    public TimeSpan ReorderDelay { get; init => field = CheckTime(value); } = TimeSpan.FromMilliseconds(5);

    /// <summary>How long every frame takes.</summary>
    public TimeSpan Delay { get; init => field = CheckTime(value); }

    /// <summary>
    /// How much longer a frame may take: a random time up to this. It changes no order: what would overtake waits, as in a router's
    /// queue.
    /// </summary>
    public TimeSpan Jitter { get; init => field = CheckTime(value); }

    /// <summary>Bits a second; 0 for no limit. Frames count as they are, without preamble and gaps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Negative, or above 10^12.</exception>
    public long BitsPerSecond
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfNegative(value);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 1_000_000_000_000);
            field = value;
        }
    }

    /// <summary>With a <see cref="BitsPerSecond"/>: bytes that may wait for their turn, 1 or more. What comes on top is lost, as in a router.</summary>
    public int MaxQueuedBytes { get; init => field = LinkLimits.CheckLimit(value); } = 256 * 1024;

    private static double CheckProbability(double value) => value is >= 0 and <= 1
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A probability is 0..1.");

    private static TimeSpan CheckTime(TimeSpan value) => value >= TimeSpan.Zero && value <= s_longest
        ? value
        : throw new ArgumentOutOfRangeException(nameof(value), value, "A delay is 0 to 1 day.");
}
