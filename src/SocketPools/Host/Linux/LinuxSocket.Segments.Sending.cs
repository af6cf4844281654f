using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

// UDP_SEGMENT of udp(7): one system call for up to 64 KiB of datagrams, which the kernel cuts where they leave it.
internal sealed unsafe partial class LinuxSocket
{
    // UDP_MAX_SEGMENTS: 128 since Linux 6.9, 64 before.
    private const int MostSegments = 128;
    private const int MostSegmentsBefore = 64;

    // A call's bytes are one packet to the kernel, with an IPv4 header of 20 bytes and a UDP header of 8.
    private const int LongestCall = 65_535 - 20 - 8;

    // What this kernel takes in one call: 0 until it was asked, 1 where it has no UDP_SEGMENT.
    private static int s_mostSegments;

    public override RadioResult TrySendSegments(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote)
    {
        if (Protocol != ProtocolType.Udp || data.Length <= segmentSize || (uint)segmentSize - 1 >= MaxSegmentSize || MostSegmentsPerCall == 1)
        {
            return base.TrySendSegments(data, segmentSize, remote);
        }

        int reports = Reports;
        return NoteFull(SendInSegments(data, segmentSize, remote), reports);
    }

    private int MostSegmentsPerCall
    {
        get
        {
            int most = Volatile.Read(ref s_mostSegments);
            if (most == 0)
            {
                // Asked first: a kernel that does not know the control message may pass over it, and would send one long datagram.
                RadioResult answer = GetRawOption(Libc.SOL_UDP, Libc.UDP_SEGMENT, new Span<byte>(&most, sizeof(int)));
                most = answer.Errno == Errno.EBADF ? 1 : answer.Failed ? s_mostSegments = 1 : s_mostSegments = MostSegments;
            }

            return most;
        }
    }

    [SkipLocalsInit]
    private RadioResult SendInSegments(ReadOnlySpan<byte> data, int segmentSize, in IPSocketAddress remote)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        SockAddr.Storage address;
        SegmentControl control = new(segmentSize);
        Libc.IOVector vector;
        Libc.MessageHeader message = new() { Vectors = &vector, VectorCount = 1 };
        if (remote.HasValue)
        {
            message.NameLength = SockAddr.Write(remote, address.Bytes);
            message.Name = address.Bytes;
        }

        int most = s_mostSegments;
        int sent = 0;
        fixed (byte* bytes = data)
        {
            while (sent < data.Length)
            {
                int length = Math.Min(data.Length - sent, Math.Max(1, Math.Min(most, LongestCall / segmentSize)) * segmentSize);
                vector = new Libc.IOVector { Base = bytes + sent, Length = (nuint)length };
                message.Control = length > segmentSize ? &control : null;
                message.ControlLength = length > segmentSize ? (nuint)sizeof(SegmentControl) : 0;
                nint count = Libc.sendmsg(_fd, &message, Libc.MSG_NOSIGNAL | Libc.MSG_DONTWAIT);
                if (count >= 0)
                {
                    sent += (int)count;
                    if (most == MostSegmentsBefore && most < s_mostSegments)
                    {
                        s_mostSegments = most; // it has refused more
                    }

                    continue;
                }

                Errno errno = Libc.LastError;
                if (length > segmentSize && IsRefusal(errno))
                {
                    most = length > MostSegmentsBefore * segmentSize ? MostSegmentsBefore : 1;
                }
                else if (sent > 0 || !MayRetry(ref errno, Libc.POLLOUT, s_attempt))
                {
                    // MayRetry has left the gate; what was taken before the failure is reported.
                    return sent > 0 ? LeaveSend(sent) : errno;
                }
            }
        }

        return LeaveSend(sent);
    }

    private RadioResult LeaveSend(int sent)
    {
        Leave();
        return RadioResult.FromCount(sent);
    }

    /// <summary>
    /// Whether the kernel may refuse the call because of its segments: too many (EINVAL), longer than the path (EINVAL, since 6.14
    /// EMSGSIZE) so that each had to be fragmented, or on a way that cannot cut them, such as IPsec (EIO). Single datagrams tell.
    /// </summary>
    private static bool IsRefusal(Errno errno) => errno is Errno.EINVAL or Errno.EMSGSIZE or Errno.EIO or Errno.EOPNOTSUPP or Errno.ENOPROTOOPT;

    private struct SegmentControl
    {
        private Libc.ControlHeader _header;
        private nuint _segmentSize;

        internal SegmentControl(int segmentSize)
        {
            _header = new Libc.ControlHeader
            {
                Length = (nuint)(sizeof(Libc.ControlHeader) + sizeof(ushort)),
                Level = Libc.SOL_UDP,
                Type = Libc.UDP_SEGMENT,
            };
            _segmentSize = 0;
            Unsafe.WriteUnaligned(ref Unsafe.As<nuint, byte>(ref _segmentSize), (ushort)segmentSize);
        }
    }
}
