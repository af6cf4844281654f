using System.Net.Sockets;
using System.Runtime.CompilerServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

// recvmsg(2): what a receive reports besides its bytes.
internal sealed unsafe partial class LinuxSocket
{
    private volatile bool _reportsPacketInformation;

    public override RadioResult GetAvailable()
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        // What the kernel has joined and given already, it does not count any more.
        if (Volatile.Read(ref _stash) is { HasAny: true } stash)
        {
            lock (stash.Gate)
            {
                if (stash.HasAny)
                {
                    Leave();
                    return RadioResult.FromCount(stash.NextLength);
                }
            }
        }

        int available = 0;
        int answer = Libc.ioctl(_fd, Libc.FIONREAD, &available);
        if (answer == 0 && available > 0 && _coalesces)
        {
            return LeaveWithNextLength();
        }

        RadioResult result = Leave(answer);
        return result.Failed ? result : RadioResult.FromCount(available);
    }

    // FIONREAD counts all datagrams that the kernel has joined with the next one.
    private RadioResult LeaveWithNextLength()
    {
        byte first;
        Errno errno = ReceiveMessage(
            new Span<byte>(&first, 1), Libc.MSG_PEEK | Libc.MSG_TRUNC | Libc.MSG_DONTWAIT, out _, out int segmentSize, out _, out _);
        Leave();
        return errno is Errno.None or Errno.EAGAIN ? RadioResult.FromCount(segmentSize) : errno;
    }

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote)
    {
        int reports = Reports;
        return EndOrNote(Peek(buffer, out remote, s_attempt), reports);
    }

    public override RadioResult Peek(Span<byte> buffer, out IPSocketAddress remote, in Deadline deadline) =>
        ReceiveMessage(buffer, Libc.MSG_PEEK, out remote, out _, deadline);

    public override RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        int reports = Reports;
        return EndOrNote(ReceiveMessage(buffer, out remote, out information, s_attempt), reports);
    }

    public override RadioResult ReceiveMessage(
        Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information, in Deadline deadline)
    {
        Errno errno = ReportPacketInformation();
        if (errno == Errno.None)
        {
            return ReceiveMessage(buffer, 0, out remote, out information, deadline);
        }

        (remote, information) = (default, default);
        return errno;
    }

    private RadioResult ReceiveMessage(
        Span<byte> buffer, int extraFlags, out IPSocketAddress remote, out PacketInformation information, in Deadline deadline)
    {
        (remote, information) = (default, default);
        if (!Enter())
        {
            return Errno.EBADF;
        }

        if (_coalesces)
        {
            return ReceiveOne(buffer, isPeek: extraFlags == Libc.MSG_PEEK, out remote, out information, deadline);
        }

        int flags = ReceiveFlags(deadline) | extraFlags;
        while (true)
        {
            Errno errno = ReceiveMessage(buffer, flags, out int count, out _, out remote, out information);
            if (errno == Errno.None)
            {
                remote = remote.HasValue ? remote : Peer();
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

            flags |= Libc.MSG_DONTWAIT;
        }
    }

    /// <summary>Has the kernel report where datagrams were sent to: IP_PKTINFO of ip(7), IPV6_RECVPKTINFO of ipv6(7).</summary>
    private Errno ReportPacketInformation()
    {
        if (_reportsPacketInformation)
        {
            return Errno.None;
        }

        if (Type == SocketType.Stream)
        {
            return IsClosed ? Errno.EBADF : Errno.EOPNOTSUPP;
        }

        int on = 1;
        bool isIPv4 = Family == AddressFamily.InterNetwork;
        RadioResult result = SetRawOption(
            isIPv4 ? Libc.SOL_IP : Libc.SOL_IPV6, isIPv4 ? Libc.IP_PKTINFO : Libc.IPV6_RECVPKTINFO, new ReadOnlySpan<byte>(&on, sizeof(int)));
        _reportsPacketInformation = !result.Failed;
        return result.Errno;
    }

    /// <summary>recvmsg(2): the bytes, who sent them, where they were sent to, and the size of each datagram in them.</summary>
    [SkipLocalsInit]
    private Errno ReceiveMessage(
        Span<byte> buffer, int flags, out int count, out int segmentSize, out IPSocketAddress remote, out PacketInformation information)
    {
        SockAddr.Storage address;
        ControlStorage control;
        fixed (byte* bytes = buffer)
        {
            Libc.IOVector vector = new() { Base = bytes, Length = (nuint)buffer.Length };
            Libc.MessageHeader message = new()
            {
                Name = address.Bytes,
                NameLength = SockAddr.MaxLength,
                Vectors = &vector,
                VectorCount = 1,
                Control = control.Bytes,
                ControlLength = ControlStorage.Length,
            };
            nint received = Libc.recvmsg(_fd, &message, flags);
            if (received < 0)
            {
                (count, segmentSize, remote, information) = (0, 0, default, default);
                return Libc.LastError;
            }

            count = (int)received;
            remote = SockAddr.Read(address.Bytes, message.NameLength);
            segmentSize = count; // a single datagram says nothing
            information = default;
            ReadControl(message, ref segmentSize, ref information);
            return Errno.None;
        }
    }

    private static void ReadControl(in Libc.MessageHeader message, ref int segmentSize, ref PacketInformation information)
    {
        bool isTruncated = (message.Flags & Libc.MSG_TRUNC) != 0;
        byte* end = (byte*)message.Control + message.ControlLength;
        byte* next = (byte*)message.Control;
        information = new PacketInformation { IsTruncated = isTruncated };
        while (end - next >= sizeof(Libc.ControlHeader) + sizeof(int))
        {
            Libc.ControlHeader* header = (Libc.ControlHeader*)next;
            int* value = (int*)(header + 1);
            switch (header->Level, header->Type)
            {
                case (Libc.SOL_UDP, Libc.UDP_GRO):
                    segmentSize = Math.Min(*value, segmentSize);
                    break;
                case (Libc.SOL_IP, Libc.IP_PKTINFO):
                    // struct in_pktinfo: the interface, the local address, and the one in the packet's header.
                    information = new PacketInformation
                    {
                        Destination = new IPSocketAddress(new ReadOnlySpan<byte>(value + 2, 4), 0),
                        InterfaceIndex = *value,
                        IsTruncated = isTruncated,
                    };
                    break;
                case (Libc.SOL_IPV6, Libc.IPV6_PKTINFO):
                    // struct in6_pktinfo: the address, and the interface.
                    information = ReadIPv6(new ReadOnlySpan<byte>(value, 16), value[4], isTruncated);
                    break;
            }

            // The next one stands at a multiple of a machine word.
            nuint word = (nuint)sizeof(nuint) - 1;
            next += (header->Length + word) & ~word;
            if (header->Length < (nuint)sizeof(Libc.ControlHeader))
            {
                break;
            }
        }
    }

    private static PacketInformation ReadIPv6(ReadOnlySpan<byte> address, int index, bool isTruncated)
    {
        // fe80::/10 and ff02::/16 mean something on their interface only (RFC 4007).
        bool isLinkLocal = (address[0] == 0xFE && (address[1] & 0xC0) == 0x80) || (address[0] == 0xFF && (address[1] & 0xF) == 2);
        return new PacketInformation
        {
            Destination = new IPSocketAddress(address, 0, 0, isLinkLocal ? (uint)index : 0),
            InterfaceIndex = index,
            IsTruncated = isTruncated,
        };
    }

    /// <summary>Room for control messages: ours, and what the program has asked for with setsockopt(2), such as time stamps.</summary>
    private struct ControlStorage
    {
        internal const int Length = 32 * sizeof(ulong);

        internal fixed ulong Bytes[32];
    }
}
