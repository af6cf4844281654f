using System.Runtime.InteropServices;
using SocketPools.Radios;

namespace SocketPools.Host.Linux;

/// <summary>The calls of libc that the direct path uses, under their own names. Man pages: section 2 and 3.</summary>
internal static unsafe partial class Libc
{
    private const string Name = "libc";

    internal const int AF_INET = 2;
    internal const int AF_INET6 = 10;
    internal const int SOCK_CLOEXEC = 0x80000;
    internal const int SOL_SOCKET = 1;
    internal const int SO_REUSEADDR = 2;
    internal const int SO_ERROR = 4;
    internal const int SO_RCVTIMEO = 20;
    internal const int SO_SNDTIMEO = 21;
    internal const int SO_BINDTODEVICE = 25;
    internal const int SO_RCVTIMEO_NEW = 66;
    internal const int SO_SNDTIMEO_NEW = 67;
    internal const int SO_REUSEPORT = 15;
    internal const int MSG_PEEK = 0x2;
    internal const int MSG_TRUNC = 0x20;
    internal const int MSG_DONTWAIT = 0x40;
    internal const int MSG_NOSIGNAL = 0x4000;
    internal const int SHUT_RDWR = 2;
    internal const nuint FIONBIO = 0x5421;
    internal const nuint FIONREAD = 0x541B;
    internal const short POLLIN = 0x1;
    internal const short POLLOUT = 0x4;
    internal const short POLLERR = 0x8;
    internal const short POLLHUP = 0x10;
    internal const short POLLNVAL = 0x20;
    internal const int EPOLL_CLOEXEC = 0x80000;
    internal const int EPOLL_CTL_ADD = 1;
    internal const int EPOLL_CTL_DEL = 2;
    internal const int EPOLL_CTL_MOD = 3;
    internal const uint EPOLLET = 1u << 31;
    internal const uint EPOLLPRI = 0x2;
    internal const uint EPOLLERR = 0x8;
    internal const uint EPOLLHUP = 0x10;
    internal const uint EPOLLRDHUP = 0x2000;
    internal const int EFD_CLOEXEC = 0x80000;
    internal const int RLIMIT_NOFILE = 7;
    internal const int SO_LINGER = 13;
    internal const int SOL_IP = 0;
    internal const int IP_PKTINFO = 8;
    internal const int SOL_UDP = 17;
    internal const int SOL_IPV6 = 41;
    internal const int IPV6_RECVPKTINFO = 49;
    internal const int IPV6_PKTINFO = 50;
    internal const int UDP_SEGMENT = 103;
    internal const int UDP_GRO = 104;

    /// <summary>The reason of the call that has just failed. Nothing may run between the call and this.</summary>
    internal static Errno LastError => (Errno)Marshal.GetLastSystemError();

    [LibraryImport(Name)]
    internal static partial int socket(int family, int type, int protocol);

    [LibraryImport(Name)]
    internal static partial int close(int fd);

    [LibraryImport(Name)]
    internal static partial int bind(int fd, byte* address, uint length);

    [LibraryImport(Name)]
    internal static partial int listen(int fd, int backlog);

    [LibraryImport(Name)]
    internal static partial int connect(int fd, byte* address, uint length);

    [LibraryImport(Name)]
    internal static partial int accept4(int fd, byte* address, uint* length, int flags);

    [LibraryImport(Name)]
    internal static partial int shutdown(int fd, int how);

    [LibraryImport(Name)]
    internal static partial int getsockname(int fd, byte* address, uint* length);

    [LibraryImport(Name)]
    internal static partial int getpeername(int fd, byte* address, uint* length);

    [LibraryImport(Name)]
    internal static partial int setsockopt(int fd, int level, int name, void* value, uint length);

    [LibraryImport(Name)]
    internal static partial int getsockopt(int fd, int level, int name, void* value, uint* length);

    [LibraryImport(Name)]
    internal static partial nint send(int fd, byte* data, nuint length, int flags);

    [LibraryImport(Name)]
    internal static partial nint sendto(int fd, byte* data, nuint length, int flags, byte* address, uint addressLength);

    [LibraryImport(Name)]
    internal static partial nint sendmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport(Name)]
    internal static partial nint recvmsg(int fd, MessageHeader* message, int flags);

    [LibraryImport(Name)]
    internal static partial nint recv(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport(Name)]
    internal static partial nint recvfrom(int fd, byte* buffer, nuint length, int flags, byte* address, uint* addressLength);

    [LibraryImport(Name)]
    internal static partial int ioctl(int fd, nuint request, int* argument);

    [LibraryImport(Name)]
    internal static partial int ppoll(PollDescriptor* descriptors, nuint count, TimeSpec* timeout, void* signalMask);

    [LibraryImport(Name)]
    internal static partial int epoll_create1(int flags);

    [LibraryImport(Name)]
    internal static partial int epoll_ctl(int epoll, int operation, int fd, void* change);

    [LibraryImport(Name)]
    internal static partial int epoll_wait(int epoll, void* events, int count, int timeout);

    [LibraryImport(Name)]
    internal static partial int eventfd(uint value, int flags);

    [LibraryImport(Name)]
    internal static partial int getrlimit(int resource, ResourceLimit* limit);

    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial int getaddrinfo(string? host, string? service, AddressInfoRecord* hints, AddressInfoRecord** rows);

    [LibraryImport(Name)]
    internal static partial void freeaddrinfo(AddressInfoRecord* rows);

    /// <summary>struct timeval.</summary>
    internal struct TimeValue
    {
        internal nint Seconds;
        internal nint Microseconds;
    }

    /// <summary>struct linger.</summary>
    internal struct Linger
    {
        internal int IsOn;
        internal int Seconds;
    }

    /// <summary>struct timespec.</summary>
    internal struct TimeSpec
    {
        internal nint Seconds;
        internal nint Nanoseconds;
    }

    /// <summary>struct iovec.</summary>
    internal struct IOVector
    {
        internal void* Base;
        internal nuint Length;
    }

    /// <summary>struct msghdr.</summary>
    internal struct MessageHeader
    {
        internal void* Name;
        internal uint NameLength;
        internal IOVector* Vectors;
        internal nuint VectorCount;
        internal void* Control;
        internal nuint ControlLength;
        internal int Flags;
    }

    /// <summary>struct cmsghdr.</summary>
    internal struct ControlHeader
    {
        internal nuint Length;
        internal int Level;
        internal int Type;
    }

    /// <summary>struct pollfd.</summary>
    internal struct PollDescriptor
    {
        internal int Fd;
        internal short Events;
        internal short ReturnedEvents;
    }

    /// <summary>struct rlimit.</summary>
    internal struct ResourceLimit
    {
        internal nuint Current;
        internal nuint Maximum;
    }

    /// <summary>struct addrinfo.</summary>
    internal struct AddressInfoRecord
    {
        internal int Flags;
        internal int Family;
        internal int SocketType;
        internal int Protocol;
        internal uint AddressLength;
        internal byte* Address;
        internal byte* CanonicalName;
        internal AddressInfoRecord* Next;
    }
}
