using System.Globalization;
using System.Text;

namespace SocketPools.Tool.Http;

/// <summary>The head of a response (RFC 9112, section 4).</summary>
/// <param name="MinorVersion">0 or more: HTTP/1.<i>x</i>.</param>
/// <param name="Status">100..599.</param>
/// <param name="Reason">May be empty.</param>
/// <param name="Fields">The header fields.</param>
internal sealed record ResponseHead(int MinorVersion, int Status, string Reason, HeaderFields Fields)
{
    private const int MaxInterim = 10;

    /// <summary>Reads a final response and skips the interim ones (1xx) before it.</summary>
    internal static ResponseHead Read(ByteSource source)
    {
        for (int interim = 0; interim <= MaxInterim; interim++)
        {
            string line = source.ReadLine(HeadLimits.Response.Line, "status line", 431)
                ?? throw new HttpFormatException("The server closed the connection without an answer");
            (int minor, int status, string reason) = ParseStatusLine(line);
            HeaderFields fields = HeaderFields.Read(source, HeadLimits.Response);
            if (status is >= 200 or 101)
            {
                return new ResponseHead(minor, status, reason, fields);
            }
        }

        throw new HttpFormatException($"The server sent more than {MaxInterim} interim answers (1xx)");
    }

    /// <summary>The head as it goes over the wire.</summary>
    internal byte[] ToBytes()
    {
        StringBuilder text = new();
        text.Append(CultureInfo.InvariantCulture, $"HTTP/1.{MinorVersion} {Status:000} {Reason}\r\n");
        Fields.WriteTo(text);
        return Encoding.Latin1.GetBytes(text.ToString());
    }

    private static (int Minor, int Status, string Reason) ParseStatusLine(string line)
    {
        // "HTTP/1.1 200 OK"; the space before an empty reason is often left out.
        bool ok = line.Length >= 12
            && line.StartsWith("HTTP/1.", StringComparison.Ordinal)
            && char.IsAsciiDigit(line[7])
            && line[8] == ' '
            && HeaderFields.TryParseDigits(line.AsSpan(9, 3), out long status)
            && status is >= 100 and <= 599
            && (line.Length == 12 || line[12] == ' ');
        return ok
            ? (line[7] - '0', int.Parse(line.AsSpan(9, 3), CultureInfo.InvariantCulture), line.Length > 13 ? line[13..] : "")
            : throw new HttpFormatException($"The server does not speak HTTP/1.1: it answers \"{ToolConsole.OneLine(HeaderFields.Shorten(line))}\"");
    }
}
