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

        return LinuxOptionNumbers.TryGet(level, name, out (int Level, int Name) numbers)
            ? SetRawOption(numbers.Level, numbers.Name, value)
            : Errno.ENOPROTOOPT;
    }

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value)
    {
        if ((level, name) == (SocketOptionLevel.IP, SocketOptionName.DontFragment))
        {
            int mode = 0;
            RadioResult result = GetRawOption((int)level, IpMtuDiscover, new Span<byte>(&mode, sizeof(int)));
            mode = mode == 2 ? 1 : 0;
            new Span<byte>(&mode, Math.Min(sizeof(int), value.Length)).CopyTo(value);
            return result;
        }

        return LinuxOptionNumbers.TryGet(level, name, out (int Level, int Name) numbers)
            ? GetRawOption(numbers.Level, numbers.Name, value)
            : Errno.ENOPROTOOPT;
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
