using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

// UDP_GRO of udp(7): one system call for the datagrams of one sender that came together. The kernel does so for a socket, not for a
// call: from then on receives of one datagram may get several, and keep the others for the next receives (SegmentStash).
internal sealed unsafe partial class LinuxSocket
{
    private volatile bool _coalesces;
    private bool _cannotCoalesce;
    private SegmentStash? _stash;

    public override RadioResult TryReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote)
    {
        int reports = Reports;
        return EndOrNote(ReceiveSegments(buffer, out segmentSize, out remote, s_attempt), reports);
    }

    public override RadioResult ReceiveSegments(Span<byte> buffer, out int segmentSize, out IPSocketAddress remote, in Deadline deadline)
    {
        (segmentSize, remote) = (0, default);
        Errno refusal = RefusalOfSegments(1);
        if (refusal != Errno.None)
        {
            return refusal;
        }

        if (buffer.Length < SegmentBufferSize || !(_coalesces || TryCoalesce()))
        {
            RadioResult one = ReceiveFrom(buffer, out remote, deadline);
            segmentSize = one.Count;
            return one;
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        if (TryTakeStashed(buffer, out int stashed, out segmentSize, out remote))
        {
            return LeaveReceive(stashed);
        }

        int flags = ReceiveFlags(deadline);
        while (true)
        {
            Errno errno = ReceiveMessage(buffer, flags, out int count, out segmentSize, out remote, out _);
            if (errno == Errno.None)
            {
                return LeaveReceive(count);
            }

            if (IsEnd(errno, deadline))
            {
                return LeaveReceive(0);
            }

            if (!MayRetry(ref errno, Libc.POLLIN, deadline))
            {
                return errno;
            }

            flags = Libc.MSG_DONTWAIT;
        }
    }

    /// <summary>
    /// Has the kernel join datagrams from now on. A receive of one that is inside already would take several for one: while anybody is
    /// inside, it is not done, and this call receives one, too.
    /// </summary>
    private bool TryCoalesce()
    {
        if (_cannotCoalesce || Protocol != ProtocolType.Udp || !Enter())
        {
            return false;
        }

        // Later calls see it.
        _coalesces = true;
        Interlocked.MemoryBarrier();
        bool isAlone = Volatile.Read(ref _gate) == 1;
        int on = 1;
        if (!isAlone || Libc.setsockopt(_fd, Libc.SOL_UDP, Libc.UDP_GRO, &on, sizeof(int)) != 0)
        {
            // Asked once, where the kernel lacks it (before Linux 5.0).
            _cannotCoalesce |= isAlone;
            _coalesces = false;
        }

        Leave();
        return _coalesces;
    }

    /// <summary>Has the kernel give single datagrams again, for the new owner of the descriptor.</summary>
    private void StopCoalescing()
    {
        int off = 0;
        if (_coalesces)
        {
            _ = Libc.setsockopt(_fd, Libc.SOL_UDP, Libc.UDP_GRO, &off, sizeof(int));
        }
    }

    /// <summary>Whether a receive would take what is kept here, of which poll(2) knows nothing.</summary>
    internal bool IsStashed(Readiness interest) =>
        Volatile.Read(ref _stash) is { HasAny: true } && (interest & Readiness.Readable) != 0;

    /// <summary>Receives one datagram where the kernel may give several. The caller has come in; this goes out.</summary>
    private RadioResult ReceiveOne(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline) =>
        ReceiveOne(buffer, isPeek: false, out remote, out _, deadline);

    private RadioResult ReceiveOne(
        Span<byte> buffer, bool isPeek, out IPSocketAddress remote, out PacketInformation information, in Deadline deadline)
    {
        SegmentStash stash = Volatile.Read(ref _stash)
            ?? Interlocked.CompareExchange(ref _stash, new SegmentStash(), null)
            ?? _stash!;
        while (true)
        {
            Errno errno = Errno.None;
            lock (stash.Gate)
            {
                if (!stash.HasAny)
                {
                    errno = ReceiveMessage(
                        stash.Buffer, Libc.MSG_DONTWAIT, out int count, out int segmentSize, out remote, out information);
                    if (errno == Errno.None)
                    {
                        stash.Fill(count, segmentSize, remote, information);
                    }
                }

                if (errno == Errno.None)
                {
                    return LeaveReceive(stash.TakeOne(buffer, isPeek, out remote, out information));
                }
            }

            (remote, information) = (default, default);
            if (IsEnd(errno, deadline))
            {
                return LeaveReceive(0);
            }

            if (!MayRetry(ref errno, Libc.POLLIN, deadline))
            {
                return errno;
            }
        }
    }

    private bool TryTakeStashed(Span<byte> buffer, out int count, out int segmentSize, out IPSocketAddress remote)
    {
        (count, segmentSize, remote) = (0, 0, default);
        if (!IsStashed(Readiness.Readable))
        {
            return false;
        }

        SegmentStash stash = _stash!;
        lock (stash.Gate)
        {
            bool hasAny = stash.HasAny;
            if (hasAny)
            {
                count = stash.TakeAll(buffer, out segmentSize, out remote);
            }

            return hasAny;
        }
    }
}
