using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SocketPools.Stack.Wire;

/// <summary>
/// A domain name in a DNS message (RFC 1035, sections 3.1 and 4.1.4), which may go on elsewhere in it. Only a name whose end was
/// found is one: at most 255 bytes, labels of at most 63, and pointers that lead back each time, a few of them.
/// </summary>
internal readonly ref struct DnsName
{
    /// <summary>Bytes of a name without pointers, the root's 0 included.</summary>
    internal const int MaxLength = 255;

    /// <summary>Characters or bytes of a label.</summary>
    internal const int MaxLabel = 63;

    // A name written by a server that compresses every label takes as many as it has labels; those in use have less than ten.
    private const int MaxPointers = 32;

    private readonly ReadOnlySpan<byte> _message;
    private readonly int _at;

    private DnsName(ReadOnlySpan<byte> message, int at)
    {
        _message = message;
        _at = at;
    }

    /// <summary>Reads a name. False: it is cut off, too long, or goes in circles.</summary>
    /// <param name="message">All of the message, which pointers count from.</param>
    /// <param name="at">Where the name begins.</param>
    /// <param name="name">The name.</param>
    /// <param name="end">Where what follows it begins.</param>
    /// <param name="steps">Labels and pointers looked at, added to what it was.</param>
    internal static bool TryRead(ReadOnlySpan<byte> message, int at, out DnsName name, out int end, scoped ref int steps)
    {
        name = new DnsName(message, at);
        end = 0;
        int length = 0;
        int pointers = 0;
        int earliest = at;
        while (at < message.Length)
        {
            steps++;
            int label = message[at];
            if (label >= 0xC0)
            {
                end = end == 0 ? at + 2 : end;
                if (at + 2 > message.Length || ++pointers > MaxPointers)
                {
                    return false;
                }

                at = BinaryPrimitives.ReadUInt16BigEndian(message[at..]) & 0x3FFF;
                if (at >= earliest)
                {
                    return false;
                }

                earliest = at;
                continue;
            }

            length += label + 1;
            if (label > MaxLabel || length > MaxLength)
            {
                return false;
            }

            at += label + 1;
            if (label == 0)
            {
                end = end == 0 ? at : end;
                return true;
            }
        }

        return false;
    }

    /// <summary>Whether it is a name as people write it: labels between dots, upper or lower case, with or without a dot at the end (RFC 4343).</summary>
    internal bool Is(ReadOnlySpan<char> text)
    {
        text = text.EndsWith('.') ? text[..^1] : text;
        int at = _at;
        while (TryNext(ref at, out ReadOnlySpan<byte> label))
        {
            if (text.Length < label.Length || !Ascii.EqualsIgnoreCase(label, text[..label.Length]) || label.Contains((byte)'.'))
            {
                return false;
            }

            text = text[label.Length..];
            if (text.Length > 0)
            {
                if (text[0] != '.' || text.Length == 1)
                {
                    return false;
                }

                text = text[1..];
            }
        }

        return text.IsEmpty;
    }

    /// <summary>Whether both are the same name, upper or lower case (RFC 4343).</summary>
    internal bool Equals(DnsName other)
    {
        int at = _at;
        int otherAt = other._at;
        while (TryNext(ref at, out ReadOnlySpan<byte> label))
        {
            if (!other.TryNext(ref otherAt, out ReadOnlySpan<byte> otherLabel) || !EqualsIgnoreCase(label, otherLabel))
            {
                return false;
            }
        }

        return !other.TryNext(ref otherAt, out _);
    }

    /// <summary>The name in lower case, without a dot at the end; what is no letter, digit, hyphen or underscore as <c>\DDD</c> (RFC 1035, section 5.1).</summary>
    public override string ToString()
    {
        StringBuilder text = new();
        int at = _at;
        while (TryNext(ref at, out ReadOnlySpan<byte> label))
        {
            text.Append(text.Length == 0 ? "" : ".");
            foreach (byte value in label)
            {
                char c = char.ToLowerInvariant((char)value);
                if (char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
                {
                    text.Append(c);
                }
                else
                {
                    text.Append(CultureInfo.InvariantCulture, $"\\{value:D3}");
                }
            }
        }

        return text.ToString();
    }

    // Letters of ASCII are the same in both cases, all other bytes are themselves.
    private static bool EqualsIgnoreCase(ReadOnlySpan<byte> left, ReadOnlySpan<byte> right)
    {
        if (left.Length != right.Length)
        {
            return false;
        }

        for (int i = 0; i < left.Length; i++)
        {
            if (Lower(left[i]) != Lower(right[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static int Lower(byte value) => value is >= (byte)'A' and <= (byte)'Z' ? value | 0x20 : value;

    // The name was read once: its pointers lead to its end.
    private bool TryNext(ref int at, out ReadOnlySpan<byte> label)
    {
        while (_message[at] >= 0xC0)
        {
            at = BinaryPrimitives.ReadUInt16BigEndian(_message[at..]) & 0x3FFF;
        }

        label = _message.Slice(at + 1, _message[at]);
        at += label.Length == 0 ? 0 : label.Length + 1;
        return label.Length > 0;
    }
}
