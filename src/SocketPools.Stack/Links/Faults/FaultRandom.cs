using System.Diagnostics.CodeAnalysis;

namespace SocketPools.Stack.Links;

/// <summary>
/// Random numbers from a seed: SplitMix64 (Steele, Lea, Flood 2014). Every kind of fault has its own, so that the same seed loses
/// the same frames whatever else is set.
/// </summary>
/// <param name="seed">The seed.</param>
/// <param name="stream">Which of the sequences of this seed.</param>
internal struct FaultRandom(ulong seed, ulong stream)
{
    private const ulong Step = 0x9E37_79B9_7F4A_7C15;

    private ulong _state = Mix(seed + (stream + 1) * 0xD1B5_4A32_D192_ED03);

    /// <summary>64 bits.</summary>
    internal ulong Next() => Mix(_state += Step);

    /// <summary>A number from 0, below 1.</summary>
    internal double NextFraction() => (Next() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True so often. Takes one number whatever the answer.</summary>
    internal bool IsHit(double probability) => NextFraction() < probability;

    /// <summary>A number from 0, below a limit.</summary>
    internal int Below(int limit) => (int)((UInt128)Next() * (ulong)limit >> 64);

    [SuppressMessage("Style", "IDE0047", Justification = "The parentheses show the steps.")]
    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58_476D_1CE4_E5B9;
        z = (z ^ (z >> 27)) * 0x94D0_49BB_1331_11EB;
        return z ^ (z >> 31);
    }
}
