using System.Collections.Frozen;
using System.Net.Sockets;

namespace SocketPools.Radios;

/// <summary>The one table of <see cref="Errno"/>, <see cref="SocketError"/> and texts, read in both directions.</summary>
internal static class ErrnoTable
{
    // Several errors share a SocketError; the first row of a SocketError is what it means in the other direction.
    // Approximate pairs, which SocketError has no better word for, are marked "about".
    private static readonly (Errno Errno, SocketError Socket, string Text)[] s_rows =
    [
        (Errno.None, SocketError.Success, "no error"),
        (Errno.EPERM, SocketError.AccessDenied, "operation not permitted"),
        (Errno.EACCES, SocketError.AccessDenied, "permission denied"),
        (Errno.ENOENT, SocketError.AddressNotAvailable, "no such interface"), // about
        (Errno.EINTR, SocketError.Interrupted, "interrupted by a signal"),
        (Errno.EIO, SocketError.SocketError, "input/output error"),
        (Errno.ENXIO, SocketError.HostNotFound, "no such device or address"), // about; as .NET has it
        (Errno.EBADF, SocketError.OperationAborted, "the socket is closed"), // about
        (Errno.EAGAIN, SocketError.WouldBlock, "the call would block"),
        (Errno.ENOMEM, SocketError.NoBufferSpaceAvailable, "out of memory"), // about
        (Errno.EFAULT, SocketError.Fault, "bad address"),
        (Errno.EBUSY, SocketError.AddressAlreadyInUse, "device or port busy"), // about
        (Errno.EEXIST, SocketError.AddressAlreadyInUse, "exists already"), // about
        (Errno.ENODEV, SocketError.AddressNotAvailable, "no such device"), // about
        (Errno.EINVAL, SocketError.InvalidArgument, "invalid argument"),
        (Errno.ENFILE, SocketError.TooManyOpenSockets, "too many open files in the system"),
        (Errno.EMFILE, SocketError.TooManyOpenSockets, "too many open files in the process"),
        (Errno.EFBIG, SocketError.MessageSize, "too large"), // about
        (Errno.ENOSPC, SocketError.NoBufferSpaceAvailable, "no space left"), // about
        (Errno.EPIPE, SocketError.Shutdown, "broken pipe"),
        (Errno.ERANGE, SocketError.InvalidArgument, "out of range"), // about
        (Errno.EPROTO, SocketError.ProtocolNotSupported, "protocol error"), // about
        (Errno.EOVERFLOW, SocketError.MessageSize, "value too large"), // about
        (Errno.ENOTSOCK, SocketError.NotSocket, "not a socket"),
        (Errno.EDESTADDRREQ, SocketError.DestinationAddressRequired, "destination address required"),
        (Errno.EMSGSIZE, SocketError.MessageSize, "message too long"),
        (Errno.EPROTOTYPE, SocketError.ProtocolType, "wrong protocol for this socket type"),
        (Errno.ENOPROTOOPT, SocketError.ProtocolOption, "option not available"),
        (Errno.EPROTONOSUPPORT, SocketError.ProtocolNotSupported, "protocol not supported"),
        (Errno.ESOCKTNOSUPPORT, SocketError.SocketNotSupported, "socket type not supported"),
        (Errno.EOPNOTSUPP, SocketError.OperationNotSupported, "operation not supported"),
        (Errno.EPFNOSUPPORT, SocketError.ProtocolFamilyNotSupported, "protocol family not supported"),
        (Errno.EAFNOSUPPORT, SocketError.AddressFamilyNotSupported, "address family not supported"),
        (Errno.EADDRINUSE, SocketError.AddressAlreadyInUse, "address already in use"),
        (Errno.EADDRNOTAVAIL, SocketError.AddressNotAvailable, "address not available"),
        (Errno.ENETDOWN, SocketError.NetworkDown, "network is down"),
        (Errno.ENETUNREACH, SocketError.NetworkUnreachable, "network is unreachable"),
        (Errno.ENETRESET, SocketError.NetworkReset, "connection dropped by the network"),
        (Errno.ECONNABORTED, SocketError.ConnectionAborted, "connection aborted"),
        (Errno.ECONNRESET, SocketError.ConnectionReset, "connection reset by peer"),
        (Errno.ENOBUFS, SocketError.NoBufferSpaceAvailable, "no buffer space available"),
        (Errno.EISCONN, SocketError.IsConnected, "already connected"),
        (Errno.ENOTCONN, SocketError.NotConnected, "not connected"),
        (Errno.ESHUTDOWN, SocketError.Disconnecting, "socket is shut down"), // about
        (Errno.ETIMEDOUT, SocketError.TimedOut, "timed out"),
        (Errno.ECONNREFUSED, SocketError.ConnectionRefused, "connection refused"),
        (Errno.EHOSTDOWN, SocketError.HostDown, "host is down"),
        (Errno.EHOSTUNREACH, SocketError.HostUnreachable, "no route to host"),
        (Errno.EALREADY, SocketError.AlreadyInProgress, "a connect is under way already"),
        (Errno.EINPROGRESS, SocketError.InProgress, "in progress"),
        (Errno.ECANCELED, SocketError.OperationAborted, "cancelled"),
    ];

    // Where the first row with a SocketError is not the usual meaning of it.
    private static readonly FrozenDictionary<SocketError, Errno> s_preferred = new Dictionary<SocketError, Errno>
    {
        [SocketError.AccessDenied] = Errno.EACCES,
        [SocketError.AddressNotAvailable] = Errno.EADDRNOTAVAIL,
        [SocketError.AddressAlreadyInUse] = Errno.EADDRINUSE,
        [SocketError.NoBufferSpaceAvailable] = Errno.ENOBUFS,
        [SocketError.TooManyOpenSockets] = Errno.EMFILE,
        [SocketError.MessageSize] = Errno.EMSGSIZE,
        [SocketError.ProtocolNotSupported] = Errno.EPROTONOSUPPORT,
        [SocketError.HostNotFound] = Errno.EHOSTUNREACH,
        [SocketError.Interrupted] = Errno.EBADF, // .NET reports a close under a blocked call so
    }.ToFrozenDictionary();

    private static readonly FrozenDictionary<Errno, (SocketError Socket, string Text)> s_byErrno =
        s_rows.ToFrozenDictionary(row => row.Errno, row => (row.Socket, row.Text));

    private static readonly FrozenDictionary<SocketError, Errno> s_bySocketError = s_rows
        .GroupBy(row => row.Socket)
        .ToFrozenDictionary(g => g.Key, g => s_preferred.TryGetValue(g.Key, out Errno errno) ? errno : g.First().Errno);

    internal static SocketError ToSocketError(Errno errno) =>
        s_byErrno.TryGetValue(errno, out (SocketError Socket, string Text) row) ? row.Socket : SocketError.SocketError;

    internal static Errno ToErrno(SocketError error) => s_bySocketError.TryGetValue(error, out Errno errno) ? errno : Errno.EIO;

    internal static string Describe(Errno errno) =>
        s_byErrno.TryGetValue(errno, out (SocketError Socket, string Text) row) ? row.Text : "error";

    internal static string NameOf(Errno errno) => Enum.IsDefined(errno) ? errno.ToString() : $"errno {(int)errno}";
}
