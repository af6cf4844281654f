using System.Globalization;

namespace SocketPools.Tool.Http;

/// <summary>The chunked transfer coding (RFC 9112, section 7.1). Extensions are skipped.</summary>
internal sealed class ChunkedBody(ByteSource source) : HttpBody
{
    private const int MaxSizeLine = 4096;

    // 60 bits: any sum with a position stays in a long.
    private const int MaxDigits = 15;

    private long _left;
    private bool _first = true;

    /// <summary>The fields after the last chunk; null until the end was read.</summary>
    internal HeaderFields? Trailers { get; private set; }

    internal override int Read(Span<byte> destination)
    {
        if (destination.IsEmpty || Trailers is not null)
        {
            return 0;
        }

        if (_left == 0 && !BeginChunk())
        {
            return 0;
        }

        int count = source.Read(destination[..(int)Math.Min(destination.Length, _left)]);
        _left -= count;
        return count > 0 ? count : throw CutOff();
    }

    /// <summary>Reads the line before the next chunk, or the end of the body.</summary>
    /// <returns>False at the end.</returns>
    private bool BeginChunk()
    {
        if (!_first && (source.ReadLine(2, "end of a chunk", 400) ?? throw CutOff()).Length > 0)
        {
            throw new HttpFormatException("A chunk is longer than its size");
        }

        _first = false;
        string line = source.ReadLine(MaxSizeLine, "size of a chunk", 400) ?? throw CutOff();
        int end = line.AsSpan().IndexOfAny(";\t ");
        ReadOnlySpan<char> digits = end < 0 ? line : line.AsSpan(0, end);
        bool extension = end < 0 || line.AsSpan(end).TrimStart(" \t") is [] or [';', ..];
        if (!extension || digits.Length > MaxDigits || !long.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out _left))
        {
            throw new HttpFormatException($"\"{ToolConsole.OneLine(HeaderFields.Shorten(line))}\" is not the size of a chunk");
        }

        if (_left > 0)
        {
            return true;
        }

        Trailers = HeaderFields.Read(source, HeadLimits.Response);
        return false;
    }

    private static HttpFormatException CutOff() => new("The body is cut off: the last chunk did not come");
}
