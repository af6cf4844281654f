using SocketPools.Stack.Buffers;
using SocketPools.Stack.Links;

namespace SocketPools.Benchmarks.Stack;

/// <summary>
/// A link that loses sent frames by a pattern: after <see cref="Begin"/>, the fate of the n-th large frame depends on the seed and on n
/// alone. Two senders that are compared lose the same segments, as long as they send the same ones.
/// </summary>
internal sealed class PatternLink(ILink inner) : DelegatingLink(inner)
{
    // Segments of text; acknowledgments and handshakes are smaller.
    private const int Large = 600;

    private readonly Lock _gate = new();
    private Random _random = new(0);
    private double _probability;

    /// <summary>Begins a pattern.</summary>
    /// <param name="seed">The same seed loses the same frames.</param>
    /// <param name="probability">The probability that a frame is lost, 0 to 1.</param>
    internal void Begin(int seed, double probability)
    {
        lock (_gate)
        {
            (_random, _probability) = (new Random(seed), probability);
        }
    }

    public override bool TrySend(Frame frame)
    {
        if (frame.Length < Large || !LosesNext())
        {
            return base.TrySend(frame);
        }

        frame.Release();
        return true;
    }

    private bool LosesNext()
    {
        lock (_gate)
        {
            return _random.NextDouble() < _probability;
        }
    }
}
