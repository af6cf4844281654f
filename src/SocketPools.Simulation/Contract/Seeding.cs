namespace SocketPools.Simulation;

/// <summary>Seeds that are derived from one: each purpose has its own, so that one more use of one changes no other.</summary>
internal static class Seeding
{
    /// <summary>Derives a seed for a purpose: FNV-1a over its name, mixed with the seed as SplitMix64 does.</summary>
    internal static ulong Derive(int seed, string purpose)
    {
        ulong hash = 0xCBF2_9CE4_8422_2325;
        foreach (char c in purpose)
        {
            hash = (hash ^ c) * 0x100_0000_01B3;
        }

        ulong mixed = hash + ((ulong)(uint)seed * 0x9E37_79B9_7F4A_7C15);
        mixed = (mixed ^ (mixed >> 30)) * 0xBF58_476D_1CE4_E5B9;
        mixed = (mixed ^ (mixed >> 27)) * 0x94D0_49BB_1331_11EB;
        return mixed ^ (mixed >> 31);
    }

    internal static Random CreateRandom(int seed, string purpose) => new(ToInt32(Derive(seed, purpose)));

    internal static int ToInt32(ulong seed) => (int)(seed & int.MaxValue);
}
