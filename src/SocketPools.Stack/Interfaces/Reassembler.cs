using SocketPools.Stack.Buffers;
using SocketPools.Stack.Diagnostics;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.Interfaces;

/// <summary>
/// Puts packets together from their fragments (RFC 791, section 3.2; RFC 8200, section 4.5), under limits of number, bytes and time.
/// </summary>
/// <remarks>
/// Fragments that overlap end their packet, in IPv4 as in IPv6 (RFC 5722): no sender makes them, and whoever does wants to be read in
/// two ways. The same fragment twice is one that the network has doubled (RFC 8200, section 4.5). When there are too many packets in
/// pieces the oldest goes: whoever sends pieces without end keeps nobody out whose pieces come together. The fragments' bytes are
/// copied once, into the packet's own block, at their places.
/// </remarks>
internal sealed partial class Reassembler(NetworkStack stack)
{
    // RFC 1122, 3.3.2: 60 to 120 s; RFC 8200: 60 s.
    private static readonly TimeSpan s_time = TimeSpan.FromSeconds(60);

    private readonly Dictionary<Key, Partial> _partials = [];

    // Those of packets that are whole or given up, for the next ones: never more than there were at once.
    private readonly Stack<Partial> _spare = new();
    private int _bytes;

    internal int Count => _partials.Count;

    /// <summary>Bytes that are held for them.</summary>
    internal int Bytes => _bytes;

    /// <summary>Adds a fragment, which is the reassembler's from then on. Returns the whole packet when it was the last one.</summary>
    internal Frame? AddIPv4(in IPv4View view, Frame frame)
    {
        Key key = new(view.Source, view.Destination, view.Protocol, view.Identification);
        return Add(key, frame, view.HeaderLength, view.FragmentOffset, view.HasMoreFragments, view.HeaderLength);
    }

    /// <summary>As for IPv4. The packet that comes out has an IPv6 header and no extension headers: those before the fragment header were walked.</summary>
    internal Frame? AddIPv6(in IPv6View view, in IPv6Extensions extensions, Frame frame)
    {
        // RFC 8200: the next header of the first fragment's header decides, and a fragment of its own is a packet (RFC 6946).
        IPv6FragmentHeader fragment = extensions.Fragment;
        Key key = new(view.Source, view.Destination, 0, fragment.Identification);
        if (fragment.IsAtomic)
        {
            key = key with { Identification = ulong.MaxValue };
        }

        frame.Head[6] = extensions.Protocol;
        return Add(key, frame, extensions.Offset, fragment.Offset, fragment.HasMore, IPv6Header.Length);
    }

    internal void Clear()
    {
        foreach (Partial partial in _partials.Values.ToArray())
        {
            Remove(partial);
            partial.Release();
        }
    }

    /// <param name="key">Which packet.</param>
    /// <param name="frame">The fragment, from its IP header on.</param>
    /// <param name="start">Where its bytes begin.</param>
    /// <param name="offset">Where they belong.</param>
    /// <param name="hasMore">Whether more come after it.</param>
    /// <param name="headerLength">How much of the header the whole packet keeps, from the first fragment.</param>
    private Frame? Add(in Key key, Frame frame, int start, int offset, bool hasMore, int headerLength)
    {
        int length = frame.Length - start;
        if (length <= 0 || (hasMore && length % 8 != 0) || offset + length > IPv4Header.MaxLength - headerLength)
        {
            stack.Drop(frame, DropReason.Fragment);
            return null;
        }

        if (!_partials.TryGetValue(key, out Partial? partial))
        {
            partial = Begin(key);
        }

        bool fits = partial.TryAdd(frame, start, offset, length, hasMore, headerLength);
        frame.Release();
        if (!fits)
        {
            stack.Counters.Drop(DropReason.Fragment);
            Remove(partial);
            partial.Release();
            return null;
        }

        if (!partial.IsWhole)
        {
            return null;
        }

        Remove(partial);
        if (partial.IsTooLong)
        {
            // The first fragment has options that the others did not reckon with.
            stack.Counters.Drop(DropReason.Fragment);
            partial.Release();
            return null;
        }

        stack.Counters.PacketsReassembled++;
        return partial.Take();
    }

    // Each packet holds a block for the longest there is, from its first piece on.
    private Partial Begin(in Key key)
    {
        while (_partials.Count > 0 && (_partials.Count >= stack.Options.MaxReassemblies || _bytes + BlockPool.LargeSize > stack.Options.MaxFragmentBytes))
        {
            Partial oldest = Oldest();
            stack.Counters.Drop(DropReason.FragmentLimit);
            Remove(oldest);
            oldest.Release();
        }

        Partial begun = _spare.TryPop(out Partial? spare) ? spare : new Partial(this);
        begun.Begin(key);
        _partials.Add(key, begun);
        _bytes += BlockPool.LargeSize;
        stack.Timers.Set(begun.Timer, stack.Timers.Now + stack.Timers.Ticks(s_time));
        return begun;
    }

    private Partial Oldest()
    {
        Partial? oldest = null;
        foreach (Partial partial in _partials.Values)
        {
            oldest = oldest is null || partial.Timer.Due < oldest.Timer.Due ? partial : oldest;
        }

        return oldest!;
    }

    private void Remove(Partial partial)
    {
        _partials.Remove(partial.Key);
        _bytes -= BlockPool.LargeSize;
        stack.Timers.Remove(partial.Timer);
    }

    private void OnTimer(Partial partial)
    {
        // RFC 792 and RFC 4443: the sender hears of it if the first fragment has come, which is quoted.
        stack.Counters.Drop(DropReason.Fragment);
        Remove(partial);
        if (partial.HasFirst)
        {
            stack.Errors.RefuseReassembly(partial.TakeFirst());
        }

        partial.Release();
    }

    private readonly record struct Key(IPNumber Source, IPNumber Destination, byte Protocol, ulong Identification);
}
