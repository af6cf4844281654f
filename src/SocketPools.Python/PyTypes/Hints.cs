using SocketPools.Radios;

namespace SocketPools.Python.PyTypes;

/// <summary>What would help after an error, in Python's words: those of the radios name what a .NET program calls.</summary>
internal static class Hints
{
    /// <summary>The text of EAGAIN, which loops wait for: made once.</summary>
    internal const string NotReady =
        "Resource temporarily unavailable: the socket is not ready, and does not wait (settimeout(0) or setblocking(False)); try again later, or call settimeout(seconds)";

    /// <summary>An error's text with the hint for Python.</summary>
    internal static string Translate(PoolSocketException exception)
    {
        string? hint = For(exception.Operation, exception.Errno) ?? exception.Hint;
        string suffix = exception.Hint is null ? "" : ". " + exception.Hint;
        string text = suffix.Length > 0 && exception.Message.EndsWith(suffix, StringComparison.Ordinal) ? exception.Message[..^suffix.Length] : exception.Message;
        return hint is null ? text : text + ". " + hint;
    }

    /// <summary>A host that is a URL: what to give instead.</summary>
    internal static string ForUrl(string text)
    {
        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        string host = text[(scheme < 0 ? 0 : scheme + 3)..].Split('/')[0];
        return $"\"{text}\" is {(scheme < 0 ? "not the name of a host" : "a URL and not the name of a host")}"
            + (host.Length > 0 ? $"; the host alone is \"{host}\", and the path goes into the request" : "");
    }

    private static string? For(string operation, Errno errno) => (operation, errno) switch
    {
        ("bind", Errno.EADDRINUSE) =>
            "Another socket has this port. If it is an earlier run of this program: sock.setsockopt(pool.SOL_SOCKET, pool.SO_REUSEADDR, 1) before bind()",
        ("bind", Errno.EINVAL) => "A socket is bound once: this one has its address already; make another with pool.socket()",
        ("accept", Errno.EINVAL) => "accept() needs a server's socket: call bind() and listen() first",
        ("listen", Errno.EINVAL or Errno.EDESTADDRREQ) => "Call bind() first, and do not connect() a server's socket",
        ("send" or "sendall" or "recv_into" or "recvfrom_into" or "getpeername", Errno.ENOTCONN) => "Call connect() first, or use the socket that accept() returned",
        ("send" or "sendall", Errno.EDESTADDRREQ) => "Call connect() first, or use sendto(bytes, (host, port))",
        ("send" or "sendall", Errno.EPIPE) => "The other side has closed the connection, or there was none: call connect() first",
        ("connect", Errno.EISCONN) => "A socket connects once; make another with pool.socket()",
        (_, Errno.EBADF) => "The socket is closed",
        ("sendto" or "send" or "connect", Errno.EACCES) => "The system does not let this program send there",
        ("setsockopt", Errno.ENOPROTOOPT) => "This system does not have the option at this level; how long a call may take is for settimeout() alone",
        _ => null,
    };
}
