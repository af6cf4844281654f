using System.Globalization;
using System.Text;

namespace SocketPools.Tool.Http;

/// <summary>The head of a request (RFC 9112, section 3).</summary>
/// <param name="Method">A token; case matters.</param>
/// <param name="Target">What is asked for, as it came: visible ASCII.</param>
/// <param name="MinorVersion">0 or more: HTTP/1.<i>x</i>.</param>
/// <param name="Fields">The header fields.</param>
internal sealed record RequestHead(string Method, string Target, int MinorVersion, HeaderFields Fields)
{
    // RFC 9112, section 2.2: some clients send an empty line after a body.
    private const int MaxEmptyLines = 2;

    /// <summary>Whether a body follows the head.</summary>
    internal bool HasBody => Fields["Transfer-Encoding"] is not null || Fields.ContentLength() > 0;

    /// <summary>Whether the client wants to send more requests on the connection (RFC 9112, section 9.3).</summary>
    internal bool KeepsAlive => MinorVersion > 0
        ? !Fields.List("Connection").Contains("close", StringComparer.OrdinalIgnoreCase)
        : Fields.List("Connection").Contains("keep-alive", StringComparer.OrdinalIgnoreCase);

    /// <summary>Reads a request's head.</summary>
    /// <returns>The head, or null when the client closed instead of asking.</returns>
    internal static RequestHead? Read(ByteSource source)
    {
        string? line = source.ReadLine(HeadLimits.Request.Line, "request line", 414);
        for (int empty = 0; line?.Length == 0 && empty < MaxEmptyLines; empty++)
        {
            line = source.ReadLine(HeadLimits.Request.Line, "request line", 414);
        }

        if (line is null)
        {
            return null;
        }

        (string method, string target, int minor) = ParseRequestLine(line);
        RequestHead head = new(method, target, minor, HeaderFields.Read(source, HeadLimits.Request));
        head.Validate();
        return head;
    }

    /// <summary>The head as it goes over the wire.</summary>
    internal byte[] ToBytes()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"{Method} {Target} HTTP/1.{MinorVersion}\r\n");
        Fields.WriteTo(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private void Validate()
    {
        int hosts = Fields.All.Count(field => field.Key.Equals("Host", StringComparison.OrdinalIgnoreCase));
        if (hosts > 1 || (hosts == 0 && MinorVersion > 0))
        {
            throw new HttpFormatException("A request has one Host field");
        }

        // RFC 9112, section 6.3: both is how requests are smuggled.
        if (Fields.ContentLength() is not null && Fields["Transfer-Encoding"] is not null)
        {
            throw new HttpFormatException("A request has no Content-Length beside a Transfer-Encoding");
        }
    }

    private static (string Method, string Target, int Minor) ParseRequestLine(string line)
    {
        string[] parts = line.Split(' ');
        if (parts.Length != 3 || !HeaderFields.IsToken(parts[0]) || parts[1].Length == 0 || parts[1].Any(c => c is <= ' ' or >= '\u007F'))
        {
            throw new HttpFormatException("The request line is not METHOD TARGET VERSION");
        }

        string version = parts[2];
        if (version.Length != 8 || !version.StartsWith("HTTP/", StringComparison.Ordinal)
            || !char.IsAsciiDigit(version[5]) || version[6] != '.' || !char.IsAsciiDigit(version[7]))
        {
            throw new HttpFormatException("The request line has no HTTP version");
        }

        return version[5] == '1'
            ? (parts[0], parts[1], version[7] - '0')
            : throw new HttpFormatException($"{version} is not spoken here", 505);
    }
}
