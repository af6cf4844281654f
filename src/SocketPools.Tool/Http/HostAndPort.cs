using System.Net;
using System.Net.Sockets;

namespace SocketPools.Tool.Http;

/// <summary>The authority of a URL (RFC 3986, section 3.2): <c>name:80</c>, <c>192.0.2.1</c>, <c>[2001:db8::1]:80</c>.</summary>
internal static class HostAndPort
{
    private const int MaxName = 253;

    /// <exception cref="HttpFormatException">It is no host, or no port.</exception>
    internal static (string Host, int Port) Parse(string authority, int defaultPort)
    {
        int colon;
        string host;
        if (authority.StartsWith('['))
        {
            int close = authority.IndexOf(']', StringComparison.Ordinal);
            host = ParseAddress(close < 0 ? authority : authority[1..close]);
            colon = close + 1;
        }
        else
        {
            colon = authority.IndexOf(':', StringComparison.Ordinal);
            colon = colon < 0 ? authority.Length : colon;
            host = ParseName(authority[..colon]);
        }

        if (colon == authority.Length)
        {
            return (host, defaultPort);
        }

        if (authority[colon] != ':')
        {
            throw new HttpFormatException($"\"{Show(authority)}\" has something after the address");
        }

        string digits = authority[(colon + 1)..];
        if (digits.Length == 0)
        {
            return (host, defaultPort);
        }

        return digits.Length <= 5 && HeaderFields.TryParseDigits(digits, out long port) && port is >= 1 and <= 65535
            ? (host, (int)port)
            : throw new HttpFormatException($"\"{Show(digits)}\" is not a port, which is 1 to 65535");
    }

    private static string ParseAddress(string text)
    {
        // RFC 6874: the percent sign of a scope is written %25; the bare one is common.
        string address = text.Replace("%25", "%", StringComparison.Ordinal);
        int scope = address.IndexOf('%', StringComparison.Ordinal);
        string digits = scope < 0 ? address : address[..scope];
        bool scopeIsGood = scope < 0 || (scope + 1 < address.Length && IsScope(address.AsSpan(scope + 1)));
        return scopeIsGood && digits.IndexOfAny(['[', ']', '/']) < 0
            && IPAddress.TryParse(digits, out IPAddress? ip) && ip.AddressFamily == AddressFamily.InterNetworkV6
            ? ip + (scope < 0 ? "" : address[scope..])
            : throw new HttpFormatException($"\"{Show(text)}\" is not an IPv6 address");
    }

    private static string ParseName(string name)
    {
        if (name.Length is 0 or > MaxName)
        {
            throw new HttpFormatException(name.Length == 0 ? "The URL has no host" : $"A host name has at most {MaxName} characters");
        }

        return IsScope(name)
            ? name.ToLowerInvariant()
            : throw new HttpFormatException($"\"{Show(name)}\" is not a host name in ASCII letters, digits, dots and hyphens");
    }

    private static bool IsScope(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.' or '_'))
            {
                return false;
            }
        }

        return true;
    }

    private static string Show(string text) => ToolConsole.OneLine(HeaderFields.Shorten(text));
}
