using System.Text;

namespace SocketPools.Tool.Http;

/// <summary>
/// Lines and blocks from a stream, through one buffer. What it returns or throws depends on the bytes alone, never on how
/// the stream cuts them into reads.
/// </summary>
internal sealed class ByteSource(Stream stream)
{
    private readonly byte[] _buffer = new byte[16 * 1024];
    private int _start;
    private int _end;

    /// <summary>How many bytes were taken out so far.</summary>
    internal long Consumed { get; private set; }

    /// <summary>Whether bytes have come that were not taken.</summary>
    internal bool HasBuffered => _start < _end;

    /// <summary>Reads some bytes; 0 at the end of the stream.</summary>
    internal int Read(Span<byte> destination)
    {
        int count;
        if (HasBuffered)
        {
            count = Math.Min(destination.Length, _end - _start);
            _buffer.AsSpan(_start, count).CopyTo(destination);
            _start += count;
        }
        else
        {
            count = stream.Read(destination);
        }

        Consumed += count;
        return count;
    }

    /// <summary>Waits for a byte without taking it.</summary>
    /// <returns>False at the end of the stream.</returns>
    internal bool Peek()
    {
        if (!HasBuffered)
        {
            _start = 0;
            _end = stream.Read(_buffer);
        }

        return HasBuffered;
    }

    /// <summary>Reads a line that ends in CR LF or LF (RFC 9112, section 2.2), as Latin-1 text without the end.</summary>
    /// <param name="limit">The most bytes it may have, its end included.</param>
    /// <param name="what">Its name in errors.</param>
    /// <param name="statusWhenLong">What a server answers to a line that is too long.</param>
    /// <returns>The line, or null when the stream ended before its first byte.</returns>
    /// <exception cref="HttpFormatException">Too long, cut off, or with a control character other than a tab.</exception>
    internal string? ReadLine(int limit, string what, int statusWhenLong)
    {
        StringBuilder line = new();
        bool carriageReturn = false;
        for (int length = 1; ; length++)
        {
            if (length > limit)
            {
                throw new HttpFormatException($"The {what} is longer than {limit} bytes", statusWhenLong);
            }

            if (!Peek())
            {
                return length == 1 ? null : throw new HttpFormatException($"The stream ended inside the {what}");
            }

            byte value = _buffer[_start++];
            Consumed++;
            if (value == '\n')
            {
                return line.ToString();
            }

            if (carriageReturn || (value < 0x20 && value is not ((byte)'\t' or (byte)'\r')) || value == 0x7F)
            {
                throw new HttpFormatException($"There is a control character in the {what}");
            }

            carriageReturn = value == '\r';
            if (!carriageReturn)
            {
                line.Append((char)value);
            }
        }
    }
}
