using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Stack.Links;

/// <summary>
/// The calls of libc that a TAP device needs, and the numbers of <c>linux/if_tun.h</c> and <c>linux/virtio_net.h</c>. Man pages:
/// section 2; netdevice(7); Documentation/networking/tuntap.rst of the kernel.
/// </summary>
internal static unsafe partial class TunLibc
{
    private const string Name = "libc";

    internal const int O_RDWR = 0x2;
    internal const int O_NONBLOCK = 0x800;
    internal const int O_CLOEXEC = 0x80000;
    internal const int O_WRONLY = 0x1;

    // Numbers of system calls, the same on every architecture (the kernel's scripts/syscall.tbl).
    internal const nint SYS_fsopen = 430;
    internal const nint SYS_fsconfig = 431;
    internal const nint SYS_fsmount = 432;
    internal const uint FSOPEN_CLOEXEC = 0x1;
    internal const uint FSCONFIG_CMD_CREATE = 6;
    internal const uint FSMOUNT_CLOEXEC = 0x1;

    internal const int AF_UNIX = 1;
    internal const int SOCK_DGRAM = 2;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_MOD = 3;
    internal const uint EPOLLIN = 0x1;
    internal const uint EPOLLONESHOT = 1u << 30;

    internal const nuint TUNSETIFF = 0x400454CA;
    internal const nuint TUNGETFEATURES = 0x800454CF;
    internal const nuint TUNSETOFFLOAD = 0x400454D0;
    internal const nuint TUNSETVNETHDRSZ = 0x400454D8;
    internal const nuint TUNSETSNDBUF = 0x400454D4;
    internal const int IFF_TUN = 0x0001;
    internal const int IFF_TAP = 0x0002;
    internal const int IFF_NAPI = 0x0010;
    internal const int IFF_NO_PI = 0x1000;
    internal const int IFF_VNET_HDR = 0x4000;
    internal const int TUN_F_CSUM = 0x01;
    internal const int TUN_F_TSO4 = 0x02;
    internal const int TUN_F_TSO6 = 0x04;
    internal const int TUN_F_TSO_ECN = 0x08;
    internal const int TUN_F_USO4 = 0x20;
    internal const int TUN_F_USO6 = 0x40;

    internal const nuint SIOCGIFFLAGS = 0x8913;
    internal const nuint SIOCSIFFLAGS = 0x8914;
    internal const nuint SIOCGIFMTU = 0x8921;
    internal const nuint SIOCSIFMTU = 0x8922;
    internal const nuint SIOCSIFHWADDR = 0x8924;
    internal const nuint SIOCGIFHWADDR = 0x8927;
    internal const int IFF_UP = 0x1;

    /// <summary>EBADFD of errno(3): the device of this descriptor is gone.</summary>
    internal const Errno EBADFD = (Errno)77;

    /// <summary>Bytes of a device's name with the zero at its end.</summary>
    internal const int IFNAMSIZ = 16;

    /// <summary>Bytes of struct ifreq on 64-bit systems: the name, then a union.</summary>
    internal const int InterfaceRequestLength = 40;

    /// <summary>The reason of the call that has just failed. Nothing may run between the call and this.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastSystemError();

    [LibraryImport(Name)]
    internal static partial int open(byte* path, int flags);

    [LibraryImport(Name)]
    internal static partial int openat(int folder, byte* path, int flags);

    [LibraryImport(Name)]
    internal static partial int close(int fd);

    // For calls that not every libc has.
    [LibraryImport(Name)]
    internal static partial nint syscall(nint number, nint one, nint two, nint three, nint four, nint five);

    [LibraryImport(Name)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport(Name)]
    internal static partial int bind(int fd, void* address, uint length);

    [LibraryImport(Name)]
    internal static partial int ioctl(int fd, nuint request, void* argument);

    [LibraryImport(Name)]
    internal static partial nint read(int fd, void* buffer, nuint length);

    [LibraryImport(Name)]
    internal static partial nint readv(int fd, IOVector* vectors, int count);

    [LibraryImport(Name)]
    internal static partial nint write(int fd, void* buffer, nuint length);

    [LibraryImport(Name)]
    internal static partial nint writev(int fd, IOVector* vectors, int count);

    [LibraryImport(Name)]
    internal static partial int eventfd(uint initial, int flags);

    [LibraryImport(Name)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Name)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, void* change);

    [LibraryImport(Name)]
    internal static partial int epoll_wait(int epoll, void* events, int count, int timeout);

    /// <summary>struct iovec.</summary>
    internal struct IOVector
    {
        internal void* Base;
        internal nuint Length;
    }
}
