using SocketPools.Diagnostics;
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

    /// <summary>What to give in place of an object that has no bytes.</summary>
    internal static string ForBytes(string typeName) => $"a bytes-like object is required, not '{typeName}': " + typeName switch
    {
        "str" => "sockets carry bytes, so write b\"text\" or text.encode()",
        "tuple" => "the bytes go first, and the address after them",
        _ => "sockets carry bytes, so write str(value).encode(), or json.dumps(value).encode()",
    };

    /// <summary>What to give in place of an object that cannot be filled.</summary>
    internal static string ForBuffer(string typeName) =>
        $"a contiguous read-write bytes-like object is required, not '{typeName}': buffer = bytearray(1024), and then recv_into(buffer)";

    /// <summary>What is wrong with a text that cannot be the name of a host; null if it can.</summary>
    internal static string? ForHost(string text)
    {
        if (text.Contains('/', StringComparison.Ordinal))
        {
            return ForUrl(text);
        }

        if (text.Trim().Length != text.Length)
        {
            return $"\"{VisibleText.EscapeLines(text)}\" has white space around the name of the host: text.strip()";
        }

        string[] parts = text.Split(':');
        bool isNumber = parts.Length == 2 && parts[0].Length > 0 && parts[1].Length > 0 && parts[1].All(char.IsAsciiDigit);
        return isNumber ? $"\"{text}\" is a host and a port: the port is the second item of the address, (\"{parts[0]}\", {parts[1]})" : null;
    }

    /// <summary>A host that is a URL: what to give instead.</summary>
    private static string ForUrl(string text)
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
        ("bind", Errno.EADDRNOTAVAIL) => "The radio does not have this address; \"\" or \"0.0.0.0\" is every address of it",
        ("listen" or "accept", Errno.EOPNOTSUPP) => "Datagram sockets have no connections: bind() and recvfrom_into(buffer) are a server's calls",
        ("connect", Errno.ECONNREFUSED) => "Nothing listens on this port there",
        ("socket", Errno.EAFNOSUPPORT) => "The family goes first, then the type: pool.socket(pool.AF_INET, pool.SOCK_STREAM)",
        (_, Errno.EBADF) => "Make another with pool.socket()",
        ("sendto" or "send" or "connect", Errno.EACCES) => "The system does not let this program send there",
        ("setsockopt", Errno.ENOPROTOOPT) => "This system does not have the option at this level; how long a call may take is for settimeout() alone",
        _ => null,
    };
}
