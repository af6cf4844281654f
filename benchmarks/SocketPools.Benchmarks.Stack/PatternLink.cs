using System.Diagnostics.CodeAnalysis;
using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// A link that loses the same large frames in both directions: after <see cref="Begin"/>, the fate of the n-th of them depends on the
/// seed and on n alone. Two senders that are compared then lose the same segments, as long as they send the same ones.
/// </summary>
internal sealed class PatternLink(ILink inner) : DelegatingLink(inner)
{
    // Segments of text; acknowledgments and handshakes are smaller.
    private const int Large = 600;

    private Pattern _outbound = new(0, 0);
    private Pattern _inbound = new(0, 0);

    /// <summary>Begins a pattern.</summary>
    /// <param name="seed">The same seed loses the same frames.</param>
    /// <param name="outbound">The probability that a sent frame is lost, 0 to 1.</param>
    /// <param name="inbound">The probability that a received frame is lost, 0 to 1.</param>
    internal void Begin(int seed, double outbound, double inbound)
    {
        Volatile.Write(ref _outbound, new Pattern(seed, outbound));
        Volatile.Write(ref _inbound, new Pattern(seed, inbound));
    }

    public override bool TrySend(Frame frame)
    {
        if (frame.Length < Large || !Volatile.Read(ref _outbound).LosesNext())
        {
            return base.TrySend(frame);
        }

        frame.Release();
        return true;
    }

    public override bool TryReceive([NotNullWhen(true)] out Frame? frame)
    {
        while (base.TryReceive(out frame))
        {
            if (frame.Length < Large || !Volatile.Read(ref _inbound).LosesNext())
            {
                return true;
            }

            frame.Release();
        }

        return false;
    }

    private sealed class Pattern(int seed, double probability)
    {
        private readonly Lock _gate = new();
        private readonly Random _random = new(seed);

        internal bool LosesNext()
        {
            if (probability == 0)
            {
                return false;
            }

            lock (_gate)
            {
                return _random.NextDouble() < probability;
            }
        }
    }
}
