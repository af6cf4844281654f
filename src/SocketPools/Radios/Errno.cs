namespace SocketPools.Radios;

/// <summary>
/// The reason of a failure, with the names of <c>errno(3)</c>. The numbers are Linux's on every platform, so that an error looks the same
/// on every radio; radios translate other systems' numbers. See <see cref="RadioResult.Errno"/>.
/// </summary>
public enum Errno
{
    /// <summary>The operation succeeded without an error.</summary>
    None = 0,
    /// <summary>The operation needs a right that the process does not have.</summary>
    EPERM = 1,
    /// <summary>No such file; here: no such interface.</summary>
    ENOENT = 2,
    /// <summary>A signal ended the call. Never seen by users: calls go on with the time that is left.</summary>
    EINTR = 4,
    /// <summary>The device reported an input or output error.</summary>
    EIO = 5,
    /// <summary>No such device or address.</summary>
    ENXIO = 6,
    /// <summary>The socket or its descriptor is closed.</summary>
    EBADF = 9,
    /// <summary>The operation would block and the socket does not wait.</summary>
    EAGAIN = 11,
    /// <summary>The system is out of memory.</summary>
    ENOMEM = 12,
    /// <summary>Access was refused, for example a broadcast without <c>SO_BROADCAST</c> or a port below 1024.</summary>
    EACCES = 13,
    /// <summary>A pointer went outside the process.</summary>
    EFAULT = 14,
    /// <summary>The device or port is busy.</summary>
    EBUSY = 16,
    /// <summary>A file or an entry exists already.</summary>
    EEXIST = 17,
    /// <summary>No such device, for example an interface that is gone.</summary>
    ENODEV = 19,
    /// <summary>An argument is not valid in this state of the socket.</summary>
    EINVAL = 22,
    /// <summary>The system's table of open files is full.</summary>
    ENFILE = 23,
    /// <summary>The process has no descriptors left (<c>ulimit -n</c>).</summary>
    EMFILE = 24,
    /// <summary>A file or a value is too large.</summary>
    EFBIG = 27,
    /// <summary>No space is left on the device.</summary>
    ENOSPC = 28,
    /// <summary>The stream cannot be written any more: the peer is gone or this side was shut down.</summary>
    EPIPE = 32,
    /// <summary>A number is out of range.</summary>
    ERANGE = 34,
    /// <summary>The peer violated the protocol, or the protocol failed.</summary>
    EPROTO = 71,
    /// <summary>A value is too large for its type.</summary>
    EOVERFLOW = 75,
    /// <summary>The descriptor is not a socket.</summary>
    ENOTSOCK = 88,
    /// <summary>A destination is needed and none was given.</summary>
    EDESTADDRREQ = 89,
    /// <summary>The datagram is longer than the protocol or the link allows.</summary>
    EMSGSIZE = 90,
    /// <summary>The protocol does not fit the type of the socket.</summary>
    EPROTOTYPE = 91,
    /// <summary>The option is not known at this level.</summary>
    ENOPROTOOPT = 92,
    /// <summary>The protocol is not supported.</summary>
    EPROTONOSUPPORT = 93,
    /// <summary>The socket type is not supported in this family.</summary>
    ESOCKTNOSUPPORT = 94,
    /// <summary>The operation is not supported by this socket or radio.</summary>
    EOPNOTSUPP = 95,
    /// <summary>The protocol family is not supported.</summary>
    EPFNOSUPPORT = 96,
    /// <summary>The address family is not supported.</summary>
    EAFNOSUPPORT = 97,
    /// <summary>Another socket has the address.</summary>
    EADDRINUSE = 98,
    /// <summary>The address is not one of this radio's, or no port is left.</summary>
    EADDRNOTAVAIL = 99,
    /// <summary>The network or the interface is down.</summary>
    ENETDOWN = 100,
    /// <summary>There is no route to the network.</summary>
    ENETUNREACH = 101,
    /// <summary>The network dropped the connection.</summary>
    ENETRESET = 102,
    /// <summary>The connection was aborted on this side.</summary>
    ECONNABORTED = 103,
    /// <summary>The peer reset the connection.</summary>
    ECONNRESET = 104,
    /// <summary>No buffer space is left.</summary>
    ENOBUFS = 105,
    /// <summary>The socket is connected already.</summary>
    EISCONN = 106,
    /// <summary>The socket is not connected.</summary>
    ENOTCONN = 107,
    /// <summary>The socket was shut down.</summary>
    ESHUTDOWN = 108,
    /// <summary>The operation or the connection timed out.</summary>
    ETIMEDOUT = 110,
    /// <summary>The peer refused the connection: no socket listens at the address.</summary>
    ECONNREFUSED = 111,
    /// <summary>The host does not respond: it is down.</summary>
    EHOSTDOWN = 112,
    /// <summary>There is no route to the host.</summary>
    EHOSTUNREACH = 113,
    /// <summary>An earlier connect is still under way.</summary>
    EALREADY = 114,
    /// <summary>The connect was started and goes on by itself.</summary>
    EINPROGRESS = 115,
    /// <summary>The operation was cancelled before it ended.</summary>
    ECANCELED = 125,
}
