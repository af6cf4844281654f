using SocketPools.Stack.Core;
using SocketPools.Stack.Wire;

namespace SocketPools.Stack.IP;

// Which packet goes when fragments hold too much.
internal sealed partial class Reassembler
{
    // A source with this part of a limit, or more, pays for what is too much.
    private const int HeavyPart = 8;

    private readonly Dictionary<IPAddressValue, Source> _sources = [];
    private readonly Stack<Source> _spareSources = new();

    // All packets, that whose last fragment came first at the front.
    private readonly LinkedList<Partial> _byAge = new();

    // At most twice HeavyPart.
    private readonly List<Source> _heavy = new(2 * HeavyPart);

    private StackLimits Limits => stack.Limits;

    /// <summary>
    /// Lets go of packets until the limits are kept: of the source that holds most, where one holds an eighth of a limit, and else of
    /// all; there of the packet whose last fragment came longest ago. So a sender of endless fragments under its own address pays for
    /// them itself, and under forged source addresses keeps no sender out whose fragments arrive together.
    /// </summary>
    private void KeepToLimits(Partial newest)
    {
        bool isGone = false;
        while (!isGone && (Bytes > Limits.MaxFragmentBytes || Count > Limits.MaxReassemblies))
        {
            Partial victim = (Heaviest()?.Packets ?? _byAge).First!.Value;
            isGone = victim == newest; // it is the only one of its source, and too much alone
            stack.Counters.Drop(DropReason.FragmentLimit);
            Remove(victim);
        }
    }

    private Source? Heaviest()
    {
        Source? most = null;
        foreach (Source source in _heavy)
        {
            most = most is null || Weight(source) > Weight(most) ? source : most;
        }

        return most;
    }

    private long Weight(Source source) =>
        ((long)source.Bytes * Limits.MaxReassemblies) + ((long)source.Packets.Count * Limits.MaxFragmentBytes);

    private void Enlist(Partial partial)
    {
        if (!_sources.TryGetValue(partial.Key.Source, out Source? source))
        {
            source = _spareSources.TryPop(out Source? spare) ? spare : new Source();
            _sources.Add(partial.Key.Source, source);
        }

        partial.Owner = source;
        source.Packets.AddLast(partial.InSource);
        _byAge.AddLast(partial.InAll);
    }

    private void Delist(Partial partial)
    {
        Source source = partial.Owner!;
        partial.Owner = null;
        source.Packets.Remove(partial.InSource);
        _byAge.Remove(partial.InAll);
        Weigh(source);
        if (source.Packets.Count == 0)
        {
            _sources.Remove(partial.Key.Source);
            _spareSources.Push(source);
        }
    }

    // A fragment has come, or all of a packet's go. The packet is the youngest again.
    private void Charge(Partial partial, int bytes)
    {
        Source source = partial.Owner!;
        Bytes += bytes;
        source.Bytes += bytes;
        if (bytes > 0)
        {
            source.Packets.Remove(partial.InSource);
            source.Packets.AddLast(partial.InSource);
            _byAge.Remove(partial.InAll);
            _byAge.AddLast(partial.InAll);
            Weigh(source);
        }
    }

    private void Weigh(Source source)
    {
        bool isHeavy = source.Packets.Count > 0
            && (source.Bytes >= Limits.MaxFragmentBytes / HeavyPart || source.Packets.Count >= Math.Max(2, Limits.MaxReassemblies / HeavyPart));
        if (isHeavy && !source.IsHeavy)
        {
            _heavy.Add(source);
        }
        else if (!isHeavy && source.IsHeavy)
        {
            _heavy.Remove(source);
        }

        source.IsHeavy = isHeavy;
    }

    /// <summary>Who sends fragments.</summary>
    private sealed class Source
    {
        internal int Bytes { get; set; }

        internal bool IsHeavy { get; set; }

        /// <summary>Its packets, that whose last fragment came first at the front.</summary>
        internal LinkedList<Partial> Packets { get; } = new();
    }
}
