using SocketPools.Stack.Buffers;
using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

/// <summary>
/// Puts packets together from their fragments (RFC 791, section 3.2; RFC 8200, section 4.5), under limits of number, bytes and time.
/// </summary>
/// <remarks>
/// Fragments that overlap end their packet, in IPv4 as in IPv6 (RFC 5722): no correct sender makes them, and a forged one is to be read in
/// two ways. The same fragment twice is one that the network has doubled (RFC 8200, section 4.5). A fragment stays in the block that it
/// came in, which is what it is charged for, and is copied once, when its packet is whole. Which packet goes when there are too many is
/// in the other part of this class.
/// </remarks>
internal sealed partial class Reassembler(NetworkStack stack)
{
    // RFC 1122, 3.3.2: 60 to 120 s; RFC 8200: 60 s.
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Key, Partial> _partials = [];

    // Those of packets that are whole or given up, for the next ones: never more than there were at once.
    private readonly Stack<Partial> _spare = new();

    internal int Count => _partials.Count;

    /// <summary>Bytes that fragments hold.</summary>
    internal int Bytes { get; private set; }

    /// <summary>Adds a fragment, which is the reassembler's from then on. Returns the whole packet when it was the last one.</summary>
    internal Frame? AddIPv4(in IPv4View view, Frame frame)
    {
        Key key = new(view.Source, view.Destination, view.Protocol, view.Identification);
        Piece piece = new(view.FragmentOffset, frame.Length - view.HeaderLength, view.HeaderLength, frame);
        return Add(key, piece, view.HasMoreFragments, view.HeaderLength);
    }

    /// <summary>As for IPv4. The packet that comes out has an IPv6 header and no extension headers: those before the fragment header were walked.</summary>
    internal Frame? AddIPv6(in IPv6View view, in IPv6Extensions extensions, Frame frame)
    {
        // RFC 8200: the next header of the first fragment's header decides.
        IPv6FragmentHeader fragment = extensions.Fragment;
        Key key = new(view.Source, view.Destination, 0, fragment.Identification);
        frame.Head[6] = extensions.Protocol;
        Piece piece = new(fragment.Offset, frame.Length - extensions.Offset, extensions.Offset, frame);
        return Add(key, piece, fragment.HasMore, IPv6Header.Length);
    }

    internal void Clear()
    {
        foreach (Partial partial in _partials.Values.ToArray())
        {
            Remove(partial);
        }
    }

    /// <param name="key">Which packet.</param>
    /// <param name="piece">The fragment.</param>
    /// <param name="hasMore">Whether more come after it.</param>
    /// <param name="headerLength">How much of the header the whole packet keeps, from the first fragment.</param>
    private Frame? Add(in Key key, in Piece piece, bool hasMore, int headerLength)
    {
        if (piece.Length <= 0 || (hasMore && piece.Length % 8 != 0) || piece.End > MaxLength(key.Source.IsIPv6, headerLength))
        {
            stack.Drop(piece.Frame, DropReason.Fragment);
            return null;
        }

        if (!_partials.TryGetValue(key, out Partial? partial))
        {
            partial = Begin(key);
        }

        int held = partial.HeldBytes;
        bool fits = partial.TryAdd(piece, hasMore, headerLength);
        if (!fits)
        {
            stack.Drop(piece.Frame, DropReason.Fragment);
            Remove(partial);
            return null;
        }

        Charge(partial, partial.HeldBytes - held);
        if (!partial.IsWhole)
        {
            KeepToLimits(partial);
            return null;
        }

        // The first fragment may have options that the others did not reckon with.
        Frame? whole = partial.IsTooLong || partial.IsMixed ? null : partial.Join();
        Remove(partial);
        if (whole is null)
        {
            stack.Counters.Drop(DropReason.Fragment);
            return null;
        }

        stack.Counters.PacketsReassembled++;
        return whole;
    }

    /// <summary>The most bytes behind the header: IPv4's length covers its header, IPv6's does not (RFC 8200, section 3).</summary>
    private static int MaxLength(bool isIPv6, int headerLength) => IPv4Header.MaxLength - (isIPv6 ? 0 : headerLength);

    private Partial Begin(in Key key)
    {
        Partial begun = _spare.TryPop(out Partial? spare) ? spare : new Partial(this);
        begun.Begin(key);
        _partials.Add(key, begun);
        Enlist(begun);
        stack.Timers.Set(begun.Timer, stack.Timers.Now + stack.Timers.Ticks(s_time));
        return begun;
    }

    // Lets go of a packet and of what is held for it.
    private void Remove(Partial partial)
    {
        _partials.Remove(partial.Key);
        Charge(partial, -partial.HeldBytes);
        Delist(partial);
        stack.Timers.Remove(partial.Timer);
        partial.Release();
        _spare.Push(partial);
    }

    private void OnTimer(Partial partial)
    {
        // RFC 792 and RFC 4443: the sender hears of it if the first fragment has come, which is quoted.
        stack.Counters.Drop(DropReason.Fragment);
        if (partial.HasFirst)
        {
            Frame first = partial.CopyFirst();
            stack.Errors?.RefuseReassembly(first);
            first.Release();
        }

        Remove(partial);
    }

    private readonly record struct Key(IPAddressValue Source, IPAddressValue Destination, byte Protocol, ulong Identification);

    /// <summary>A fragment in the frame that it came in.</summary>
    /// <param name="Start">Where its bytes belong in the packet.</param>
    /// <param name="Length">How many they are.</param>
    /// <param name="At">Where they begin in the frame.</param>
    /// <param name="Frame">The frame, from the IP header on.</param>
    private readonly record struct Piece(int Start, int Length, int At, Frame Frame)
    {
        internal int End => Start + Length;
    }
}
