using System.Runtime.CompilerServices;

namespace SocketPools.Stack.Buffers;

/// <summary>
/// Room behind the fields of an object that one thread writes for each frame: what is behind it in memory, and read by others, is in another cache line.
/// The runtime puts structures behind all other fields.
/// </summary>
[InlineArray(16)]
internal struct CacheLinePadding
{
    private long _first;
}
