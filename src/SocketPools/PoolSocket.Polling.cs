using SocketPools.Radios;

namespace SocketPools;

/// <summary>One socket of <see cref="PoolSocket.Wait"/>: after <c>struct pollfd</c>.</summary>
/// <param name="socket">The socket.</param>
/// <param name="interest">What to wait for.</param>
public struct PollEntry(PoolSocket socket, Readiness interest)
{
    /// <summary>Gets the socket that is polled.</summary>
    public PoolSocket Socket { get; } = socket;

    /// <summary>Gets or sets the events to wait for.</summary>
    public Readiness Interest { get; set; } = interest;

    /// <summary>What is ready; written by the wait. A closed socket is everything, as its calls fail at once.</summary>
    public Readiness Ready { get; internal set; }
}

public sealed partial class PoolSocket
{
    [ThreadStatic]
    private static ReadinessEntry[]? s_entries;

    /// <summary>Waits until the socket is ready: poll(2). The socket's own timeout plays no part.</summary>
    /// <param name="interest">Readable, Writable or both.</param>
    /// <param name="timeout">How long at most; null without a limit, zero only asks.</param>
    /// <returns>What is ready; None when the time is up. Errors and hang-ups are always reported.</returns>
    /// <exception cref="PoolSocketException">EBADF: the socket is closed, or was while waiting.</exception>
    public Readiness Poll(Readiness interest, TimeSpan? timeout)
    {
        Deadline deadline = new(_clock, CallTimeout.FromNullable(timeout));
        Readiness ready = AskParked(interest);
        if (ready == Readiness.None)
        {
            ReadinessEntry entry = new() { Socket = _socket, Interest = interest };
            Check(_pool.Radio.Wait(new Span<ReadinessEntry>(ref entry), deadline), "poll", deadline);
            ready = entry.Ready;
        }

        if (_slot.IsClosed)
        {
            throw CreateException(Errno.EBADF, "poll", deadline);
        }

        GC.KeepAlive(this);
        return ready;
    }

    /// <summary>Waits until at least one of many sockets is ready: poll(2). They may belong to different radios.</summary>
    /// <param name="entries">At least one; <see cref="PollEntry.Ready"/> of each is written.</param>
    /// <param name="timeout">How long at most, on the first socket's clock; null without a limit, zero only asks.</param>
    /// <returns>How many are ready: 0 when the time is up.</returns>
    /// <exception cref="ArgumentException">There is no entry, or one without a socket.</exception>
    /// <exception cref="PoolSocketException">The system could not wait: EINVAL (more sockets than descriptors), ENOMEM; poll(2).</exception>
    public static int Wait(Span<PollEntry> entries, TimeSpan? timeout)
    {
        Radio radio = Validate(entries, out bool oneRadio);
        Deadline deadline = new(radio.TimeProvider, CallTimeout.FromNullable(timeout));
        ReadinessEntry[] rented = s_entries is { } cached && cached.Length >= entries.Length ? cached : new ReadinessEntry[entries.Length];
        s_entries = null;
        Span<ReadinessEntry> inner = rented.AsSpan(0, entries.Length);
        bool parked = false;
        for (int i = 0; i < entries.Length; i++)
        {
            inner[i] = new ReadinessEntry { Socket = entries[i].Socket._socket, Interest = entries[i].Interest };
            parked |= entries[i].Socket.AskParked(entries[i].Interest) != Readiness.None;
        }

        // A connection that is parked is ready now, which the radio cannot know.
        Deadline radioDeadline = parked ? new Deadline(radio.TimeProvider, TimeSpan.Zero) : deadline;
        RadioResult result = oneRadio ? radio.Wait(inner, radioDeadline) : ManyWait.Run(inner, radioDeadline);
        int ready = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            ref PollEntry entry = ref entries[i];
            entry.Ready = inner[i].Ready | entry.Socket.AskParked(entry.Interest);
            ready += entry.Ready == Readiness.None ? 0 : 1;
        }

        inner.Clear();
        s_entries = rented;
        return result.Failed
            ? throw new PoolSocketException(result.Errno, "poll", radio.Name, elapsed: deadline.Elapsed, hint: radio.GetHint("poll", result.Errno))
            : ready;
    }

    private static Radio Validate(ReadOnlySpan<PollEntry> entries, out bool oneRadio)
    {
        if (entries.IsEmpty)
        {
            throw new ArgumentException("At least one socket is needed to wait for.", nameof(entries));
        }

        Radio? radio = null;
        oneRadio = true;
        foreach (PollEntry entry in entries)
        {
            if (entry.Socket is null)
            {
                throw new ArgumentException("An entry has no socket.", nameof(entries));
            }

            radio ??= entry.Socket._pool.Radio;
            oneRadio &= ReferenceEquals(radio, entry.Socket._pool.Radio);
        }

        return radio!;
    }

    private Readiness AskParked(Readiness interest) => _slot.HasParked ? interest & Readiness.Readable : Readiness.None;
}
