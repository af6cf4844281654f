namespace SocketPools.Radios;

/// <summary>The events for which a socket can be ready, after <c>poll(2)</c>. See <see cref="RadioSocket.Poll"/>.</summary>
[Flags]
public enum Readiness
{
    /// <summary>No event is asked for or ready.</summary>
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

/// <summary>One socket of a wait for many: the events to wait for, and those that are ready. See <see cref="Radio.Wait"/>.</summary>
public struct ReadinessEntry
{
    /// <summary>Gets or sets the socket that is waited for.</summary>
    public RadioSocket Socket { get; set; }

    /// <summary>Gets or sets the events to wait for.</summary>
    public Readiness Interest { get; set; }

    /// <summary>What is ready; written by the wait.</summary>
    public Readiness Ready { get; set; }
}
