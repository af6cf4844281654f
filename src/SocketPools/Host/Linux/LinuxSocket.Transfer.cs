using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

internal sealed unsafe partial class LinuxSocket
{
    // The peer of a stream, which receives tell. In a box: other threads see all of it, or nothing.
    private volatile StrongBox<IPSocketAddress>? _peer;

    private static readonly Deadline s_attempt = new(TimeProvider.System, TimeSpan.Zero);

    public override RadioResult TrySend(ReadOnlySpan<byte> data)
    {
        int reports = Reports;
        return NoteFull(Send(data, s_attempt), reports);
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        int reports = Reports;
        return NoteFull(SendTo(data, remote, s_attempt), reports);
    }

    public override RadioResult TryReceive(Span<byte> buffer)
    {
        int reports = Reports;
        RadioResult result = Receive(buffer, s_attempt);
        if (reports >= 0 && result.Count > 0 && result.Count < buffer.Length && Type == SocketType.Stream)
        {
            _readiness!.NoteDrained(reports);
        }

        return EndOrNote(result, reports);
    }

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        int reports = Reports;
        return EndOrNote(ReceiveFrom(buffer, out remote, s_attempt), reports);
    }

    public override RadioResult Send(ReadOnlySpan<byte> data, in Deadline deadline)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        while (true)
        {
            int flags = SendFlags(deadline);
            nint count;
            fixed (byte* bytes = data)
            {
                count = Libc.send(_fd, bytes, (nuint)data.Length, flags);
            }

            if (count >= 0)
            {
                Leave();
                return RadioResult.FromCount((int)count);
            }

            Errno errno = Libc.LastError;
            if (!MayRetry(ref errno, Libc.POLLOUT, deadline))
            {
                return errno;
            }
        }
    }

    public override RadioResult SendAll(ReadOnlySpan<byte> data, in Deadline deadline, out int sent)
    {
        sent = 0;
        if (!Enter())
        {
            return Errno.EBADF;
        }

        int flags = SendAllFlags(deadline);
        while (true)
        {
            nint count;
            fixed (byte* bytes = data)
            {
                count = Libc.send(_fd, bytes + sent, (nuint)(data.Length - sent), flags);
            }

            if (count >= 0)
            {
                sent += (int)count;
                if (sent == data.Length)
                {
                    Leave();
                    return RadioResult.FromCount(sent);
                }

                // A call that may wait and took only a part was ended by a signal or by its time: handlers run, and may throw.
                Errno cut = Errno.EINTR;
                if ((flags & Libc.MSG_DONTWAIT) == 0 && !MayRetry(ref cut, Libc.POLLOUT, deadline))
                {
                    return cut;
                }
            }
            else
            {
                Errno errno = Libc.LastError;
                if (!MayRetry(ref errno, Libc.POLLOUT, deadline))
                {
                    return errno;
                }
            }

            // The kernel's time was for the first call; from here on the deadline is ours to keep.
            flags |= Libc.MSG_DONTWAIT;
        }
    }

    [SkipLocalsInit]
    public override RadioResult SendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote, in Deadline deadline)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        SockAddr.Storage address;
        uint addressLength = SockAddr.Write(remote, address.Bytes);
        while (true)
        {
            int flags = SendFlags(deadline);
            nint count;
            fixed (byte* bytes = data)
            {
                count = Libc.sendto(_fd, bytes, (nuint)data.Length, flags, address.Bytes, addressLength);
            }

            if (count >= 0)
            {
                Leave();
                return RadioResult.FromCount((int)count);
            }

            Errno errno = Libc.LastError;
            if (!MayRetry(ref errno, Libc.POLLOUT, deadline))
            {
                return errno;
            }
        }
    }

    public override RadioResult Receive(Span<byte> buffer, in Deadline deadline)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        if (_coalesces)
        {
            return ReceiveOne(buffer, out _, deadline);
        }

        int flags = ReceiveFlags(deadline);
        while (true)
        {
            nint count;
            fixed (byte* bytes = buffer)
            {
                count = Libc.recv(_fd, bytes, (nuint)buffer.Length, flags);
            }

            if (count >= 0)
            {
                return LeaveReceive(count);
            }

            Errno errno = Libc.LastError;
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

    [SkipLocalsInit]
    public override RadioResult ReceiveFrom(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline)
    {
        remote = default;
        if (!Enter())
        {
            return Errno.EBADF;
        }

        if (_coalesces)
        {
            return ReceiveOne(buffer, out remote, deadline);
        }

        SockAddr.Storage address;
        int flags = ReceiveFlags(deadline);
        while (true)
        {
            nint count;
            uint addressLength = SockAddr.MaxLength;
            fixed (byte* bytes = buffer)
            {
                count = Libc.recvfrom(_fd, bytes, (nuint)buffer.Length, flags, address.Bytes, &addressLength);
            }

            if (count >= 0)
            {
                // TCP tells no address: it is the peer's.
                remote = addressLength > 0 ? SockAddr.Read(address.Bytes, addressLength) : Peer();
                return LeaveReceive(count);
            }

            Errno errno = Libc.LastError;
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

    /// <summary>Goes out with what was received. Nothing, on a socket that was closed meanwhile, is no end of stream.</summary>
    private RadioResult LeaveReceive(nint count) =>
        Leave() && count == 0 ? Errno.EBADF : RadioResult.FromCount((int)count);

    /// <summary>
    /// A datagram socket that was shut down for receiving answers 0 to a call that waits, and to one that does not EAGAIN, while
    /// poll says readable: without this a retry would turn in circles.
    /// </summary>
    private bool IsEnd(Errno errno, in Deadline deadline) =>
        errno == Errno.EAGAIN && Volatile.Read(ref _receiveEnded) && !deadline.IsImmediate;

    /// <summary>What <see cref="IsEnd"/> is to calls that wait: an attempt tells the end, or a wait after it would last for ever.</summary>
    private RadioResult EndOrNote(RadioResult result, int reports) =>
        result.Errno == Errno.EAGAIN && Volatile.Read(ref _receiveEnded) ? RadioResult.FromCount(0) : NoteEmpty(result, reports);

    private IPSocketAddress Peer()
    {
        if (_peer is null && Type == SocketType.Stream && !GetRemoteAddress(out IPSocketAddress peer).Failed)
        {
            _peer = new StrongBox<IPSocketAddress>(peer);
        }

        return _peer?.Value ?? default;
    }
}
