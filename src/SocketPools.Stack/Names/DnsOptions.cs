namespace SocketPools.Stack.Names;

/// <summary>How a stack resolves names, and how many responses it caches; see <see cref="StackOptions.Dns"/>.</summary>
public sealed record DnsOptions
{
    /// <summary>How long a server may take in the first round; each further round waits twice as long. resolv.conf(5) has 5 s; 2 s here.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Not positive, or more than a minute.</exception>
    public TimeSpan Timeout
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, TimeSpan.FromMinutes(1));
            field = value;
        }
    } = TimeSpan.FromSeconds(2);

    /// <summary>How often all servers are asked, 1..8.</summary>
    /// <exception cref="ArgumentOutOfRangeException">Out of range.</exception>
    public int Attempts
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            ArgumentOutOfRangeException.ThrowIfGreaterThan(value, 8);
            field = value;
        }
    } = 3;

    /// <summary>How many answers are remembered; 0 remembers none.</summary>
    public int MaxCached { get; init; } = 1024;

    /// <summary>How many queries may be pending at once; a lookup beyond that fails with EAI_AGAIN.</summary>
    public int MaxConcurrentQueries { get; init; } = 256;

    /// <summary>How many servers are used, 1..64: those that were set, then those that were learned.</summary>
    public int MaxServers { get; init; } = 8;

    /// <summary>How many addresses are taken of one answer; the rest of a longer one is left out.</summary>
    public int MaxAddresses { get; init; } = 1024;

    /// <summary>The longest that an answer is remembered, whatever its server says (RFC 1035, section 7.3).</summary>
    public TimeSpan MaxTimeToLive { get; init; } = TimeSpan.FromDays(1);

    /// <summary>The longest that it is remembered that a name or an address is not there (RFC 2308, section 5: one to three hours).</summary>
    public TimeSpan MaxNegativeTimeToLive { get; init; } = TimeSpan.FromHours(1);
}
