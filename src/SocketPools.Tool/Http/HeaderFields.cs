using System.Globalization;
using System.Text;

namespace SocketPools.Tool.Http;

/// <summary>How much of a head is read before it is refused.</summary>
/// <param name="Line">Bytes of one line.</param>
/// <param name="Fields">Number of fields.</param>
/// <param name="Total">Bytes of all fields together.</param>
internal sealed record HeadLimits(int Line, int Fields, int Total)
{
    internal static HeadLimits Request { get; } = new(8 * 1024, 100, 16 * 1024);

    internal static HeadLimits Response { get; } = new(16 * 1024, 200, 64 * 1024);
}

/// <summary>The fields of a head or a trailer (RFC 9112, section 5), in their order.</summary>
internal sealed class HeaderFields
{
    private readonly List<KeyValuePair<string, string>> _fields = [];

    internal IReadOnlyList<KeyValuePair<string, string>> All => _fields;

    /// <summary>The first field of a name, or null.</summary>
    internal string? this[string name]
    {
        get
        {
            foreach ((string key, string value) in _fields)
            {
                if (key.Equals(name, StringComparison.OrdinalIgnoreCase))
                {
                    return value;
                }
            }

            return null;
        }
    }

    /// <summary>The members of a field that is a list, over all lines of that name.</summary>
    internal IEnumerable<string> List(string name) => _fields
        .Where(field => field.Key.Equals(name, StringComparison.OrdinalIgnoreCase))
        .SelectMany(field => field.Value.Split(','))
        .Select(member => member.Trim(' ', '\t'));

    /// <summary>Adds a field of our own making.</summary>
    internal HeaderFields Add(string name, string value)
    {
        if (!IsToken(name) || !IsFieldValue(value))
        {
            throw new HttpFormatException($"\"{ToolConsole.OneLine(name)}\" cannot be sent as a header field");
        }

        _fields.Add(new(name, value));
        return this;
    }

    /// <summary>Reads fields up to the empty line.</summary>
    internal static HeaderFields Read(ByteSource source, HeadLimits limits)
    {
        HeaderFields fields = new();
        long start = source.Consumed;
        while (true)
        {
            string line = source.ReadLine(limits.Line, "header field", 431)
                ?? throw new HttpFormatException("The stream ended inside the head");
            if (line.Length == 0)
            {
                return fields;
            }

            if (fields._fields.Count == limits.Fields || source.Consumed - start > limits.Total)
            {
                throw new HttpFormatException($"The head has more than {limits.Fields} fields or {limits.Total} bytes", 431);
            }

            int colon = line.IndexOf(':', StringComparison.Ordinal);
            if (colon < 1 || !IsToken(line.AsSpan(0, colon)))
            {
                throw new HttpFormatException("A line of the head is not a header field");
            }

            fields._fields.Add(new(line[..colon], line[(colon + 1)..].Trim(' ', '\t')));
        }
    }

    internal void WriteTo(StringBuilder text)
    {
        foreach ((string name, string value) in _fields)
        {
            text.Append(name).Append(": ").Append(value).Append("\r\n");
        }

        text.Append("\r\n");
    }

    /// <summary>The value of Content-Length, or null if there is none (RFC 9112, section 6.3).</summary>
    /// <exception cref="HttpFormatException">It is no number, or there are several that differ.</exception>
    internal long? ContentLength()
    {
        long? length = null;
        foreach (string member in List("Content-Length"))
        {
            if (!TryParseDigits(member, out long value) || (length is not null && length != value))
            {
                throw new HttpFormatException($"The Content-Length \"{ToolConsole.OneLine(Shorten(member))}\" is not one number");
            }

            length = value;
        }

        return length;
    }

    /// <summary>A number in digits alone: no sign, no space, no more than 63 bits.</summary>
    internal static bool TryParseDigits(ReadOnlySpan<char> text, out long value) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value);

    internal static string Shorten(string text) => text.Length <= 60 ? text : text[..57] + "...";

    /// <summary>A token of RFC 9110, section 5.6.2.</summary>
    internal static bool IsToken(ReadOnlySpan<char> text)
    {
        foreach (char c in text)
        {
            if (!char.IsAsciiLetterOrDigit(c) && !"!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal))
            {
                return false;
            }
        }

        return !text.IsEmpty;
    }

    private static bool IsFieldValue(string value) => value.All(c => c is '\t' or (>= ' ' and <= '\u00FF' and not '\u007F'));
}
