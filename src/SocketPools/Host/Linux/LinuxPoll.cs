using System.Buffers;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>poll(2), with nanoseconds.</summary>
internal static unsafe class LinuxPoll
{
    private const int OnStack = 64;

    internal static short ToEvents(Readiness interest) =>
        (short)(((interest & Readiness.Readable) != 0 ? Libc.POLLIN : 0) | ((interest & Readiness.Writable) != 0 ? Libc.POLLOUT : 0));

    internal static Readiness ToReadiness(int events) =>
        ((events & Libc.POLLIN) != 0 ? Readiness.Readable : 0)
        | ((events & Libc.POLLOUT) != 0 ? Readiness.Writable : 0)
        | ((events & (Libc.POLLERR | Libc.POLLNVAL)) != 0 ? Readiness.Error : 0)
        | ((events & Libc.POLLHUP) != 0 ? Readiness.HangUp : 0);

    /// <summary>A closed socket never waits: each call on it fails at once.</summary>
    internal static Readiness OfClosed(Readiness interest) => interest | Readiness.Error | Readiness.HangUp;

    /// <summary>What a descriptor is ready for now.</summary>
    internal static Readiness Ask(int fd, Readiness interest)
    {
        Libc.PollDescriptor descriptor = new() { Fd = fd, Events = ToEvents(interest) };
        Libc.TimeSpec now = default;
        return Libc.ppoll(&descriptor, 1, &now, null) > 0 ? ToReadiness(descriptor.ReturnedEvents) : Readiness.None;
    }

    /// <summary>Waits for one descriptor: None when it is ready, EAGAIN when the time is up, EINTR after a signal.</summary>
    internal static Errno Wait(int fd, short events, TimeSpan time)
    {
        Libc.PollDescriptor descriptor = new() { Fd = fd, Events = events };
        return Wait(&descriptor, 1, time, out _);
    }

    /// <summary>Waits for many sockets of the host, as <see cref="Radio.Wait"/> says.</summary>
    internal static RadioResult Wait(Radio radio, Span<ReadinessEntry> entries, in Deadline deadline)
    {
        Libc.PollDescriptor[]? rented = entries.Length > OnStack ? ArrayPool<Libc.PollDescriptor>.Shared.Rent(entries.Length) : null;
        Span<Libc.PollDescriptor> descriptors = rented is null ? stackalloc Libc.PollDescriptor[OnStack] : rented;
        try
        {
            fixed (Libc.PollDescriptor* first = descriptors)
            {
                while (true)
                {
                    int known = Enter(entries, descriptors);
                    TimeSpan left = known > 0 ? TimeSpan.Zero : deadline.Remaining;
                    Errno errno = Wait(first, entries.Length, left, out _);
                    int ready = Leave(entries, descriptors);
                    if (errno == Errno.EINTR)
                    {
                        radio.Interrupted?.Invoke();
                    }
                    else if (errno is not (Errno.None or Errno.EAGAIN))
                    {
                        return errno;
                    }
                    else if (ready > 0 || left == TimeSpan.Zero)
                    {
                        return RadioResult.FromCount(ready);
                    }
                }
            }
        }
        finally
        {
            if (rented is not null)
            {
                ArrayPool<Libc.PollDescriptor>.Shared.Return(rented);
            }
        }
    }

    /// <summary>Comes in to all of them.</summary>
    /// <returns>How many need no wait, whatever the kernel says.</returns>
    private static int Enter(ReadOnlySpan<ReadinessEntry> entries, Span<Libc.PollDescriptor> descriptors)
    {
        int known = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            // A negative descriptor is passed over by the kernel.
            LinuxSocket socket = (LinuxSocket)entries[i].Socket;
            bool open = socket.EnterPoll(out int fd);
            descriptors[i] = new Libc.PollDescriptor { Fd = open ? fd : -1, Events = ToEvents(entries[i].Interest) };
            known += open && !socket.IsStashed(entries[i].Interest) ? 0 : 1;
        }

        return known;
    }

    private static int Leave(Span<ReadinessEntry> entries, ReadOnlySpan<Libc.PollDescriptor> descriptors)
    {
        int ready = 0;
        for (int i = 0; i < entries.Length; i++)
        {
            ref ReadinessEntry entry = ref entries[i];
            LinuxSocket socket = (LinuxSocket)entry.Socket;
            bool closed = descriptors[i].Fd < 0 || socket.LeavePoll();
            Readiness stashed = socket.IsStashed(entry.Interest) ? Readiness.Readable : Readiness.None;
            entry.Ready = closed ? OfClosed(entry.Interest) : ToReadiness(descriptors[i].ReturnedEvents) | stashed;
            ready += entry.Ready == Readiness.None ? 0 : 1;
        }

        return ready;
    }

    private static Errno Wait(Libc.PollDescriptor* descriptors, int count, TimeSpan time, out int ready)
    {
        // Rounded up, so that the deadline has passed when the kernel says so.
        Libc.TimeSpec spec = new()
        {
            Seconds = (nint)(time.Ticks / TimeSpan.TicksPerSecond),
            Nanoseconds = (nint)(time.Ticks % TimeSpan.TicksPerSecond * TimeSpan.NanosecondsPerTick),
        };
        ready = Libc.ppoll(descriptors, (nuint)count, time == Timeout.InfiniteTimeSpan ? null : &spec, null);
        return ready < 0 ? Libc.LastError : ready == 0 ? Errno.EAGAIN : Errno.None;
    }
}
