using SocketPools.Radios;

namespace SocketPools.Boards;

/// <summary>
/// The numbers that boards have for errors: newlib's, which differ from Linux's from 98 on. Translates from and to <see cref="Errno"/>.
/// </summary>
/// <remarks>Source: newlib 3.3, sys/errno.h; observed in exceptions of both ports.</remarks>
public static class NewlibErrno
{
    // EPROTO stands for "a number that means nothing": one that was read beside a table, and was 0 where it was seen.
    private static readonly Dictionary<Errno, int> s_numbers = new()
    {
        [Errno.EPROTO] = 0,
        [Errno.EPERM] = 1,
        [Errno.ENOENT] = 2,
        [Errno.EIO] = 5,
        [Errno.EBADF] = 9,
        [Errno.EAGAIN] = 11,
        [Errno.ENOMEM] = 12,
        [Errno.EACCES] = 13,
        [Errno.EEXIST] = 17,
        [Errno.ENODEV] = 19,
        [Errno.EINVAL] = 22,
        [Errno.ENOSPC] = 28,
        [Errno.EPIPE] = 32,
        [Errno.EOPNOTSUPP] = 95,
        [Errno.ECONNRESET] = 104,
        [Errno.ENOBUFS] = 105,
        [Errno.EAFNOSUPPORT] = 106,
        [Errno.ENOPROTOOPT] = 109,
        [Errno.ECONNREFUSED] = 111,
        [Errno.EADDRINUSE] = 112,
        [Errno.ECONNABORTED] = 113,
        [Errno.ENETUNREACH] = 114,
        [Errno.ENETDOWN] = 115,
        [Errno.ETIMEDOUT] = 116,
        [Errno.EHOSTDOWN] = 117,
        [Errno.EHOSTUNREACH] = 118,
        [Errno.EINPROGRESS] = 119,
        [Errno.EALREADY] = 120,
        [Errno.EMSGSIZE] = 122,
        [Errno.EPROTONOSUPPORT] = 123,
        [Errno.EADDRNOTAVAIL] = 125,
        [Errno.EISCONN] = 127,
        [Errno.ENOTCONN] = 128,
    };

    /// <summary>Every error with its number.</summary>
    public static IReadOnlyDictionary<Errno, int> All => s_numbers;

    /// <summary>The number of an error; the error's own where newlib's is not known.</summary>
    /// <param name="errno">The error.</param>
    public static int ToNumber(Errno errno) => s_numbers.TryGetValue(errno, out int number) ? number : (int)errno;
}
