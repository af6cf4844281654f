namespace SocketPools.Tool.Http;

/// <summary>What the field Range asks of a file (RFC 9110, section 14.2).</summary>
/// <param name="First">The position of the first byte.</param>
/// <param name="Count">How many bytes; 0 when nothing of the file is in the range.</param>
internal readonly record struct ByteRange(long First, long Count)
{
    /// <summary>Reads a range of one piece in bytes, cut to the file.</summary>
    /// <returns>The range, or null for everything else, which a server may ignore: the answer is then the whole.</returns>
    internal static ByteRange? Parse(string? text, long length)
    {
        if (text is null || !text.StartsWith("bytes=", StringComparison.OrdinalIgnoreCase))
        {
            return null;
        }

        string range = text["bytes=".Length..].Trim(' ', '\t');
        int dash = range.IndexOf('-', StringComparison.Ordinal);
        if (dash < 0)
        {
            return null;
        }

        if (dash == 0)
        {
            return HeaderFields.TryParseDigits(range.AsSpan(1), out long suffix)
                ? new ByteRange(Math.Max(length - suffix, 0), Math.Min(suffix, length))
                : null;
        }

        long last = long.MaxValue;
        if (!HeaderFields.TryParseDigits(range.AsSpan(0, dash), out long first)
            || (dash + 1 < range.Length && !HeaderFields.TryParseDigits(range.AsSpan(dash + 1), out last))
            || last < first)
        {
            return null;
        }

        return first >= length ? new ByteRange(first, 0) : new ByteRange(first, Math.Min(last, length - 1) - first + 1);
    }
}
