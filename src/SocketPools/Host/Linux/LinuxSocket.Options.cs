using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

internal sealed unsafe partial class LinuxSocket
{
    private const int IpMtuDiscover = 10;

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value)
    {
        if ((level, name) == (SocketOptionLevel.IP, SocketOptionName.DontFragment))
        {
            // IP_PMTUDISC_DO sets the bit, IP_PMTUDISC_DONT never does.
            int mode = value.ContainsAnyExcept((byte)0) ? 2 : 0;
            return SetRawOption((int)level, IpMtuDiscover, new ReadOnlySpan<byte>(&mode, sizeof(int)));
        }

        if ((level, name) == (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse))
        {
            // As .NET defines it on Unix: false is SO_REUSEPORT and SO_REUSEADDR, true is neither.
            int shared = value.ContainsAnyExcept((byte)0) ? 0 : 1;
            ReadOnlySpan<byte> bytes = new(&shared, Math.Min(sizeof(int), value.Length));
            RadioResult result = SetRawOption(Libc.SOL_SOCKET, Libc.SO_REUSEPORT, bytes);
            return result.Failed ? result : SetRawOption(Libc.SOL_SOCKET, Libc.SO_REUSEADDR, bytes);
        }

        return LinuxOptionNumbers.TryGet(level, name, out (int Level, int Name) numbers)
            ? SetRawOption(numbers.Level, numbers.Name, value)
            : Errno.ENOPROTOOPT;
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        if ((level, name) == (SocketOptionLevel.IP, SocketOptionName.DontFragment))
        {
            return GetFlag((int)level, IpMtuDiscover, valueWhenSet: 2, value);
        }

        if ((level, name) == (SocketOptionLevel.Socket, SocketOptionName.ExclusiveAddressUse))
        {
            return GetFlag(Libc.SOL_SOCKET, Libc.SO_REUSEPORT, valueWhenSet: 0, value);
        }

        return LinuxOptionNumbers.TryGet(level, name, out (int Level, int Name) numbers)
            ? GetRawOption(numbers.Level, numbers.Name, value)
            : Errno.ENOPROTOOPT;
    }

    /// <summary>Reads an option that is a flag to the caller, and one of several numbers to the kernel.</summary>
    private RadioResult GetFlag(int level, int name, int valueWhenSet, Span<byte> value)
    {
        int number = 0;
        RadioResult result = GetRawOption(level, name, new Span<byte>(&number, sizeof(int)));
        number = number == valueWhenSet ? 1 : 0;
        int length = Math.Min(sizeof(int), value.Length);
        if (!result.Failed)
        {
            new Span<byte>(&number, length).CopyTo(value);
        }

        return result.Failed ? result : RadioResult.FromCount(length);
    }

    public override RadioResult SetRawOption(int level, int name, ReadOnlySpan<byte> value)
    {
        // The time a call may take is SetTimeout's: two masters would end in calls that are neither.
        if (level == Libc.SOL_SOCKET && name is Libc.SO_RCVTIMEO or Libc.SO_SNDTIMEO or Libc.SO_RCVTIMEO_NEW or Libc.SO_SNDTIMEO_NEW)
        {
            return Errno.ENOPROTOOPT;
        }

        if (!Enter())
        {
            return Errno.EBADF;
        }

        fixed (byte* bytes = value)
        {
            return Leave(Libc.setsockopt(_fd, level, name, bytes, (uint)value.Length));
        }
    }

    public override RadioResult GetRawOption(int level, int name, Span<byte> value)
    {
        if (!Enter())
        {
            return Errno.EBADF;
        }

        uint length = (uint)value.Length;
        int result;
        fixed (byte* bytes = value)
        {
            result = Libc.getsockopt(_fd, level, name, bytes, &length);
        }

        RadioResult left = Leave(result);
        return left.Failed ? left : RadioResult.FromCount((int)length);
    }

    public override RadioResult GetLocalAddress(out IPSocketAddress local)
    {
        local = default;
        if (!Enter())
        {
            return Errno.EBADF;
        }

        SockAddr.Storage address;
        uint length = SockAddr.MaxLength;
        int result = Libc.getsockname(_fd, address.Bytes, &length);
        return LeaveWithAddress(result, address.Bytes, length, out local);
    }

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote)
    {
        remote = default;
        if (!Enter())
        {
            return Errno.EBADF;
        }

        SockAddr.Storage address;
        uint length = SockAddr.MaxLength;
        int result = Libc.getpeername(_fd, address.Bytes, &length);
        return LeaveWithAddress(result, address.Bytes, length, out remote);
    }

    private RadioResult LeaveWithAddress(int result, byte* address, uint length, out IPSocketAddress value)
    {
        RadioResult left = Leave(result);
        value = left.Failed ? default : SockAddr.Read(address, length);
        return left;
    }
}
