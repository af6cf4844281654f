using System.Buffers.Binary;
using System.Text;

namespace SocketPools.Chips.Lan;

/// <summary>DNS messages with one question for an address (RFC 1035, section 4).</summary>
internal static class DnsMessage
{
    internal const int TypeA = 1;
    internal const int ServerFailure = 2;
    internal const int NameError = 3;
    internal const int MostNameLength = 253;

    private const int HeaderLength = 12;
    private const int ClassIn = 1;
    private const int PointerBits = 0xC0;

    /// <summary>Writes a question; 0 when the name is none.</summary>
    internal static int WriteQuery(Span<byte> buffer, ushort id, string name)
    {
        if (name.Length is 0 or > MostNameLength || buffer.Length < HeaderLength + MostNameLength + 6)
        {
            return 0;
        }

        buffer[..HeaderLength].Clear();
        BinaryPrimitives.WriteUInt16BigEndian(buffer, id);
        buffer[2] = 1; // recursion desired
        buffer[5] = 1;
        int at = HeaderLength;
        foreach (string label in name.TrimEnd('.').Split('.'))
        {
            if (label.Length is 0 or > 63 || !Ascii.IsValid(label))
            {
                return 0;
            }

            buffer[at++] = (byte)label.Length;
            at += Encoding.ASCII.GetBytes(label, buffer[at..]);
        }

        buffer[at++] = 0;
        BinaryPrimitives.WriteUInt16BigEndian(buffer[at..], TypeA);
        BinaryPrimitives.WriteUInt16BigEndian(buffer[(at + 2)..], ClassIn);
        return at + 4;
    }

    /// <summary>Reads the first question of a query.</summary>
    internal static bool TryReadQuestion(ReadOnlySpan<byte> message, out string name, out int type, out int end)
    {
        name = "";
        type = 0;
        end = HeaderLength;
        if (message.Length < HeaderLength || (message[2] & 0xF8) != 0 || message[4] != 0 || message[5] == 0)
        {
            return false;
        }

        StringBuilder text = new();
        while (end < message.Length && message[end] is > 0 and < PointerBits and byte length)
        {
            if (length > 63 || end + 1 + length >= message.Length || text.Length + length > MostNameLength)
            {
                return false;
            }

            text.Append(text.Length > 0 ? "." : "").Append(Encoding.ASCII.GetString(message.Slice(end + 1, length)));
            end += 1 + length;
        }

        if (end + 5 > message.Length || message[end] != 0 || text.Length == 0)
        {
            return false;
        }

        type = BinaryPrimitives.ReadUInt16BigEndian(message[(end + 1)..]);
        end += 5;
        name = text.ToString();
        return true;
    }

    /// <summary>A response with the question and the addresses.</summary>
    internal static byte[] WriteResponse(ReadOnlySpan<byte> query, int code, List<byte[]> addresses)
    {
        byte[] response = new byte[query.Length + (16 * addresses.Count)];
        query.CopyTo(response);
        response[2] = (byte)(0x80 | (query[2] & 0x01));
        response[3] = (byte)(0x80 | code);
        response.AsSpan(4, 8).Clear();
        response[5] = 1;
        response[7] = (byte)addresses.Count;
        int at = query.Length;
        foreach (byte[] address in addresses)
        {
            ReadOnlySpan<byte> head = [PointerBits, HeaderLength, 0, TypeA, 0, ClassIn, 0, 0, 0, 60, 0, 4];
            head.CopyTo(response.AsSpan(at));
            address.CopyTo(response.AsSpan(at + 12));
            at += 16;
        }

        return response;
    }

    /// <summary>The addresses of a response to a question; false when it is none, or not to this question.</summary>
    internal static bool TryReadResponse(ReadOnlySpan<byte> message, ReadOnlySpan<byte> query, out int code, List<byte[]> addresses)
    {
        code = 0;
        if (message.Length < query.Length || (message[2] & 0x80) == 0 || !message[..2].SequenceEqual(query[..2])
            || !message[HeaderLength..query.Length].SequenceEqual(query[HeaderLength..]))
        {
            return false;
        }

        code = message[3] & 0x0F;
        int at = query.Length;
        for (int left = BinaryPrimitives.ReadUInt16BigEndian(message[6..]); left > 0 && SkipName(message, ref at) && at + 10 <= message.Length; left--)
        {
            int type = BinaryPrimitives.ReadUInt16BigEndian(message[at..]);
            int length = BinaryPrimitives.ReadUInt16BigEndian(message[(at + 8)..]);
            at += 10;
            if (at + length > message.Length)
            {
                break;
            }

            if (type == TypeA && length == 4)
            {
                addresses.Add(message.Slice(at, 4).ToArray());
            }

            at += length;
        }

        return true;
    }

    private static bool SkipName(ReadOnlySpan<byte> message, ref int at)
    {
        while (at < message.Length)
        {
            byte length = message[at];
            if (length >= PointerBits)
            {
                at += 2;
                return at <= message.Length;
            }

            at += 1 + length;
            if (length == 0)
            {
                return true;
            }
        }

        return false;
    }
}
