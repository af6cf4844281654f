using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Host.Portable;

/// <summary>Turns what <see cref="System.Net.Sockets"/> throws into an <see cref="Errno"/>, for exception filters.</summary>
internal static class PortableErrors
{
    internal static bool TryMap(Exception exception, out Errno errno)
    {
        Errno? mapped = exception switch
        {
            SocketException e => ErrnoTable.ToErrno(e.SocketErrorCode),
            ObjectDisposedException => Errno.EBADF,
            InvalidOperationException or ArgumentException => Errno.EINVAL,
            NotSupportedException => Errno.EOPNOTSUPP,
            _ => null,
        };
        errno = mapped ?? Errno.None;
        return mapped is not null;
    }

    /// <summary>
    /// A send's error by the words of Linux: a stream without a connection is EPIPE, a datagram without a peer
    /// EDESTADDRREQ. Windows and macOS say ENOTCONN.
    /// </summary>
    internal static Errno OfSend(SocketType type, SocketError error) => (type, ErrnoTable.ToErrno(error)) switch
    {
        (SocketType.Stream, Errno.ENOTCONN) => Errno.EPIPE,
        (not SocketType.Stream, Errno.ENOTCONN) => Errno.EDESTADDRREQ,
        (not SocketType.Stream, Errno.ECONNRESET) => Errno.ECONNREFUSED,
        (_, Errno errno) => errno,
    };

    /// <summary>A receive's error by the words of Linux; Windows reports a refused datagram as a reset.</summary>
    internal static Errno OfReceive(SocketType type, SocketError error) => (type, ErrnoTable.ToErrno(error)) switch
    {
        (not SocketType.Stream, Errno.ECONNRESET) => Errno.ECONNREFUSED,
        (_, Errno errno) => errno,
    };
}
