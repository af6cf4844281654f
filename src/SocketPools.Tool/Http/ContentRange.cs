using System.Globalization;

namespace SocketPools.Tool.Http;

/// <summary>The field Content-Range (RFC 9110, section 14.4): <c>bytes 0-499/1234</c>, <c>bytes 0-499/*</c> or <c>bytes */1234</c>.</summary>
internal readonly record struct ContentRange
{
    private ContentRange(long? first, long? last, long? total) => (First, Last, Total) = (first, last, total);

    /// <summary>The position of the first byte; null when no range is satisfied.</summary>
    internal long? First { get; }

    /// <summary>The position of the last byte, itself included; null when no range is satisfied.</summary>
    internal long? Last { get; }

    /// <summary>The length of the whole, or null if it is not told.</summary>
    internal long? Total { get; }

    /// <summary>How many bytes the range has.</summary>
    internal long Count => Last - First + 1 ?? 0;

    internal static ContentRange Of(long first, long last, long total) => new(first, last, total);

    internal static ContentRange Unsatisfied(long total) => new(null, null, total);

    /// <exception cref="HttpFormatException">The text is no Content-Range in bytes, or contradicts itself.</exception>
    internal static ContentRange Parse(string text)
    {
        int slash = text.IndexOf('/', StringComparison.Ordinal);
        if (!text.StartsWith("bytes ", StringComparison.OrdinalIgnoreCase) || slash < 6)
        {
            throw Bad(text);
        }

        string range = text[6..slash];
        string whole = text[(slash + 1)..];
        long? total = whole == "*" ? null : Number(whole, text);
        if (range == "*")
        {
            return total is null ? throw Bad(text) : new ContentRange(null, null, total);
        }

        int dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 1)
        {
            throw Bad(text);
        }

        long first = Number(range[..dash], text);
        long last = Number(range[(dash + 1)..], text);
        return first <= last && last < (total ?? long.MaxValue) ? new ContentRange(first, last, total) : throw Bad(text);
    }

    public override string ToString() => string.Create(
        CultureInfo.InvariantCulture,
        $"bytes {(First is null ? "*" : $"{First}-{Last}")}/{(Total is null ? "*" : $"{Total}")}");

    private static long Number(string digits, string text) =>
        HeaderFields.TryParseDigits(digits, out long value) ? value : throw Bad(text);

    private static HttpFormatException Bad(string text) =>
        new($"\"{ToolConsole.OneLine(HeaderFields.Shorten(text))}\" is not a Content-Range");
}
