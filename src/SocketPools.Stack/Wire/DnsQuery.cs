using System.Buffers.Binary;
using System.Text;

namespace SocketPools.Stack.Wire;

/// <summary>
/// A question to a recursive server (RFC 1035, section 4.1). Its name is one that can be asked for: labels of 1..63 visible ASCII
/// characters, 253 in all. Names in other scripts have to be converted before (RFC 5891, section 4.4).
/// </summary>
internal readonly record struct DnsQuery
{
    /// <summary>More than any query needs.</summary>
    internal const int MaxLength = DnsView.HeaderLength + DnsName.MaxLength + 4 + OptLength;

    private const int OptLength = 11;
    private const int MaxText = DnsName.MaxLength - 2;

    private DnsQuery(string name, DnsType type, ushort id) => (Name, Type, Id) = (name, type, id);

    /// <summary>The name, without a dot at the end.</summary>
    internal string Name { get; }

    internal DnsType Type { get; }

    /// <summary>The response has the same. Random, so that only a host that has seen the query can answer (RFC 5452, section 9.2).</summary>
    internal ushort Id { get; }

    /// <summary>The longest response that is taken over UDP, told by EDNS (RFC 6891, section 6.2.3); 0: without EDNS, 512.</summary>
    internal ushort UdpPayloadSize { get; init; }

    /// <summary>Bytes of the message.</summary>
    internal int Length => DnsView.HeaderLength + (Name.Length == 0 ? 1 : Name.Length + 2) + 4 + (UdpPayloadSize == 0 ? 0 : OptLength);

    /// <summary>Makes a query.</summary>
    /// <param name="name">The name, with or without a dot at the end; empty for the root.</param>
    /// <param name="type">The type of the records.</param>
    /// <param name="id">A random number.</param>
    /// <param name="query">The query.</param>
    /// <returns>False: the name is not valid in DNS.</returns>
    internal static bool TryCreate(string name, DnsType type, ushort id, out DnsQuery query)
    {
        name = name.EndsWith('.') ? name[..^1] : name;
        query = new DnsQuery(name, type, id);
        if (name.Length > MaxText)
        {
            return false;
        }

        foreach (Range range in name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = name.AsSpan()[range];
            if (label.Length is 0 or > DnsName.MaxLabel || label.ContainsAnyExceptInRange('!', '~'))
            {
                return name.Length == 0;
            }
        }

        return true;
    }

    /// <summary>Writes the message.</summary>
    /// <param name="destination">At least <see cref="Length"/> bytes.</param>
    internal void Write(Span<byte> destination)
    {
        destination = destination[..Length];
        destination.Clear();
        BinaryPrimitives.WriteUInt16BigEndian(destination, Id);
        destination[2] = 1; // recursion desired
        destination[5] = 1;
        destination[11] = UdpPayloadSize == 0 ? (byte)0 : (byte)1;
        Span<byte> rest = destination[(DnsView.HeaderLength + WriteName(destination[DnsView.HeaderLength..]))..];
        BinaryPrimitives.WriteUInt16BigEndian(rest, (ushort)Type);
        BinaryPrimitives.WriteUInt16BigEndian(rest[2..], DnsView.InternetClass);
        if (UdpPayloadSize != 0)
        {
            BinaryPrimitives.WriteUInt16BigEndian(rest[5..], (ushort)DnsType.Opt);
            BinaryPrimitives.WriteUInt16BigEndian(rest[7..], UdpPayloadSize);
        }
    }

    private int WriteName(Span<byte> destination)
    {
        int at = 0;
        foreach (Range range in Name.AsSpan().Split('.'))
        {
            ReadOnlySpan<char> label = Name.AsSpan()[range];
            destination[at] = (byte)label.Length;
            Encoding.ASCII.GetBytes(label, destination[(at + 1)..]);
            at += label.Length == 0 ? 0 : label.Length + 1;
        }

        destination[at] = 0;
        return at + 1;
    }
}
