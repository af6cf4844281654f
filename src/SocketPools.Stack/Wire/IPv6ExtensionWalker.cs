namespace SocketPools.Stack.Wire;

/// <summary>What is to be done with an IPv6 packet after its extension headers were read.</summary>
internal enum IPv6Verdict
{
    /// <summary>They are stepped over; the transport's header is at <see cref="IPv6Extensions.Offset"/>.</summary>
    Deliver,
    /// <summary>It is a fragment, to be put together with the others.</summary>
    Reassemble,
    /// <summary>It is dropped in silence.</summary>
    Drop,
    /// <summary>It is dropped, and its sender hears of a parameter problem (RFC 4443, section 3.4).</summary>
    Refuse,
}

/// <summary>What the extension headers of an IPv6 packet say. All offsets count from the packet's first byte.</summary>
internal readonly record struct IPv6Extensions
{
    internal IPv6Verdict Verdict { get; init; }

    /// <summary>What lies at <see cref="Offset"/>: the transport, or for a fragment what the fragmented part begins with.</summary>
    internal byte Protocol { get; init; }

    /// <summary>Where the transport's header lies, or a fragment's bytes.</summary>
    internal int Offset { get; init; }

    /// <summary>Where the next-header field lies that names <see cref="Protocol"/>: the pointer of the error about an unknown protocol.</summary>
    internal int ProtocolPointer { get; init; }

    /// <summary>Whether there was a fragment header that cuts nothing (RFC 6946).</summary>
    internal bool IsAtomicFragment { get; init; }

    /// <summary>The fragment header, with <see cref="IPv6Verdict.Reassemble"/>.</summary>
    internal IPv6FragmentHeader Fragment { get; init; }

    /// <summary>With <see cref="IPv6Verdict.Refuse"/>: what is wrong.</summary>
    internal Icmpv6Problem Problem { get; init; }

    /// <summary>With <see cref="IPv6Verdict.Refuse"/>: where it is.</summary>
    internal int Pointer { get; init; }

    /// <summary>With <see cref="IPv6Verdict.Refuse"/>: whether the sender hears of it also when the packet went to a group (RFC 8200, section 4.2).</summary>
    internal bool IsReportedToGroups { get; init; }

    /// <summary>Headers and options looked at.</summary>
    internal int Steps { get; init; }
}

/// <summary>
/// Reads the extension headers of a received IPv6 packet in their order (RFC 8200, section 4): options by their two highest bits
/// (4.2), a routing header when it is used up (4.4), a fragment header (4.5), and for the rest says what to answer. Authentication and
/// encryption end the walk like a transport: without security associations this stack cannot verify them.
/// </summary>
/// <remarks>Bounded as RFC 8504, section 5.3, allows: 8 headers, 8 options that are no padding in each, 7 bytes of padding in a row.</remarks>
internal ref struct IPv6ExtensionWalker
{
    internal const int MaxHeaders = 8;
    internal const int MaxOptions = 8;

    private const int MaxPadding = 7;

    private readonly ReadOnlySpan<byte> _packet;
    private readonly int _end;
    private int _at = IPv6Header.Length;
    private int _steps;
    private bool _isAtomicFragment;

    private IPv6ExtensionWalker(IPv6View view)
    {
        _packet = view.Bytes;
        _end = view.TotalLength;
    }

    /// <summary>Reads the extension headers of a packet. Those that do not lie in one piece with its header are as good as cut off.</summary>
    internal static IPv6Extensions Walk(IPv6View view) => new IPv6ExtensionWalker(view).Walk(view.NextHeader);

    private IPv6Extensions Walk(byte next)
    {
        int nextPointer = 6;
        for (int headers = 0; ; headers++)
        {
            if (!IsExtension(next))
            {
                return new IPv6Extensions { Protocol = next, ProtocolPointer = nextPointer, Offset = _at, Steps = _steps, IsAtomicFragment = _isAtomicFragment };
            }

            _steps++;
            if (next == IPProtocol.HopByHop && headers > 0)
            {
                return Refuse(Icmpv6Problem.UnknownNextHeader, nextPointer);
            }

            if (headers == MaxHeaders || !TryMeasure(next, out int length))
            {
                return Drop();
            }

            IPv6Extensions result = next switch
            {
                IPProtocol.Routing => WalkRouting(),
                IPProtocol.Fragment => WalkFragment(nextPointer),
                _ => WalkOptions(_packet.Slice(_at, length)),
            };
            if (result.Verdict != IPv6Verdict.Deliver)
            {
                return result;
            }

            _isAtomicFragment |= next == IPProtocol.Fragment;
            nextPointer = _at;
            next = _packet[_at];
            _at += length;
        }
    }

    /// <summary>
    /// Whether a first fragment has all headers up to the transport's own (RFC 8200, section 4.5), which whoever looks at packets on
    /// the way has to see. As Linux: of an unknown transport one byte is enough.
    /// </summary>
    internal static bool HasWholeChain(IPv6View view, in IPv6Extensions first)
    {
        ReadOnlySpan<byte> packet = view.Bytes;
        byte next = first.Protocol;
        int at = first.Offset;
        while (next is IPProtocol.HopByHop or IPProtocol.Routing or IPProtocol.DestinationOptions)
        {
            if (at + 8 > packet.Length)
            {
                return false;
            }

            (next, at) = (packet[at], at + ((packet[at + 1] + 1) * 8));
        }

        int least = next switch
        {
            IPProtocol.Tcp => TcpHeader.MinLength,
            IPProtocol.Udp or IPProtocol.Icmpv6 or IPProtocol.Fragment => 8,
            IPProtocol.NoNextHeader => 0,
            _ => 1,
        };
        return at + least <= packet.Length;
    }

    private static bool IsExtension(byte protocol) =>
        protocol is IPProtocol.HopByHop or IPProtocol.Routing or IPProtocol.Fragment or IPProtocol.DestinationOptions;

    private readonly bool TryMeasure(byte header, out int length)
    {
        length = 0;
        if (_at + 8 > _packet.Length)
        {
            return false;
        }

        length = header == IPProtocol.Fragment ? IPv6FragmentHeader.Length : (_packet[_at + 1] + 1) * 8;
        return _at + length <= _packet.Length;
    }

    // 4.4: with no segments left it is over; else a type that is not known is refused, and none is.
    private readonly IPv6Extensions WalkRouting() =>
        _packet[_at + 3] == 0 ? default : Refuse(Icmpv6Problem.ErroneousField, _at + 2);

    private readonly IPv6Extensions WalkFragment(int nextPointer)
    {
        IPv6FragmentHeader fragment = IPv6FragmentHeader.Read(_packet[_at..]);
        if (fragment.IsAtomic)
        {
            return default;
        }

        int offset = _at + IPv6FragmentHeader.Length;
        int length = _end - offset;
        if (fragment.HasMore && (length % 8 != 0 || length == 0))
        {
            return Refuse(Icmpv6Problem.ErroneousField, 4);
        }

        // What comes before the fragment header counts as payload of the whole packet.
        return fragment.Offset + length + (_at - IPv6Header.Length) > ushort.MaxValue
            ? Refuse(Icmpv6Problem.ErroneousField, _at + 2)
            : new IPv6Extensions
            {
                Verdict = IPv6Verdict.Reassemble,
                Protocol = fragment.NextHeader,
                ProtocolPointer = nextPointer,
                Offset = offset,
                Fragment = fragment,
                Steps = _steps,
            };
    }

    private IPv6Extensions WalkOptions(ReadOnlySpan<byte> header)
    {
        int options = 0;
        int padding = 0;
        for (int at = 2; at < header.Length;)
        {
            _steps++;
            byte type = header[at];
            int length = type == 0 ? 1 : at + 1 < header.Length ? header[at + 1] + 2 : int.MaxValue;
            bool isPadding = type is 0 or 1;
            padding = isPadding ? padding + length : 0;
            options += isPadding ? 0 : 1;
            if (length > header.Length - at || padding > MaxPadding || options > MaxOptions)
            {
                return Drop();
            }

            if (!isPadding && type >> 6 != 0)
            {
                return RefuseOption(type >> 6, _at + at);
            }

            at += length;
        }

        return default;
    }

    // 4.2: 01 drop; 10 drop and say so; 11 the same, but not to a group's packets.
    private readonly IPv6Extensions RefuseOption(int action, int pointer) =>
        action == 2 || (action == 3 && _packet[24] != 0xFF)
            ? Refuse(Icmpv6Problem.UnknownOption, pointer) with { IsReportedToGroups = action == 2 }
            : Drop();

    private readonly IPv6Extensions Drop() => new() { Verdict = IPv6Verdict.Drop, Steps = _steps };

    private readonly IPv6Extensions Refuse(Icmpv6Problem problem, int pointer) =>
        new() { Verdict = IPv6Verdict.Refuse, Problem = problem, Pointer = pointer, Steps = _steps };
}
