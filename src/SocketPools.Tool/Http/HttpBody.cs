namespace SocketPools.Tool.Http;

/// <summary>The body of a message, freed from its framing (RFC 9112, section 6).</summary>
internal abstract class HttpBody
{
    /// <summary>Its length, where the head tells it.</summary>
    internal virtual long? Length => null;

    /// <summary>Reads some bytes; 0 at the end of the body, as often as asked.</summary>
    /// <exception cref="HttpFormatException">The body is cut off, or its framing is broken.</exception>
    internal abstract int Read(Span<byte> destination);

    /// <summary>The body that follows the head of the response to a GET (RFC 9112, section 6.3).</summary>
    internal static HttpBody Of(ResponseHead head, ByteSource source)
    {
        if (head.Status is < 200 or 204 or 304)
        {
            return new LengthBody(source, 0);
        }

        string[] codings = [.. head.Fields.List("Transfer-Encoding")];
        if (codings.Length > 0)
        {
            return codings.Length == 1 && codings[0].Equals("chunked", StringComparison.OrdinalIgnoreCase)
                ? new ChunkedBody(source)
                : throw new HttpFormatException($"The transfer coding \"{ToolConsole.OneLine(HeaderFields.Shorten(string.Join(", ", codings)))}\" is not known here");
        }

        return head.Fields.ContentLength() is { } length ? new LengthBody(source, length) : new RestBody(source);
    }

    /// <summary>A body of so many bytes.</summary>
    private sealed class LengthBody(ByteSource source, long length) : HttpBody
    {
        private readonly long _length = length;
        private long _left = length;

        internal override long? Length => _length;

        internal override int Read(Span<byte> destination)
        {
            if (_left == 0 || destination.IsEmpty)
            {
                return 0;
            }

            int count = source.Read(destination[..(int)Math.Min(destination.Length, _left)]);
            _left -= count;
            return count > 0
                ? count
                : throw new HttpFormatException($"The body is cut off: {_length - _left} of {_length} bytes came");
        }
    }

    /// <summary>A body that ends where the connection does.</summary>
    private sealed class RestBody(ByteSource source) : HttpBody
    {
        internal override int Read(Span<byte> destination) => destination.IsEmpty ? 0 : source.Read(destination);
    }
}
