namespace SocketPools.Radios;

/// <summary>What a socket is ready for, after <c>poll(2)</c>.</summary>
[Flags]
public enum Readiness
{
    /// <summary>Nothing.</summary>
    None = 0,
    /// <summary>A receive (on a listener: an accept) would not wait: there is data, the end of the stream, or an error.</summary>
    Readable = 1,
    /// <summary>A send would not wait; after a non-blocking connect: it has ended, well or badly.</summary>
    Writable = 2,
    /// <summary>An error is pending. Always reported, asked for or not.</summary>
    Error = 4,
    /// <summary>Both directions are at their end. Always reported, asked for or not.</summary>
    HangUp = 8,
}

/// <summary>One socket of a wait on many: what it waits for, and what came.</summary>
public struct ReadinessEntry
{
    /// <summary>The socket.</summary>
    public RadioSocket Socket { get; set; }

    /// <summary>What to wait for.</summary>
    public Readiness Interest { get; set; }

    /// <summary>What is ready; written by the wait.</summary>
    public Readiness Ready { get; set; }
}
