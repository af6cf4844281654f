using SocketPools.Stack.Buffers;

namespace SocketPools.Stack.Tests.Links;

/// <summary>
/// The tests of links count what the pools of frames and blocks have lent, so they run alone. Each begins with
/// <c>using PoolAccount account = new();</c>.
/// </summary>
[CollectionDefinition(nameof(LinkTests), DisableParallelization = true)]
public sealed class LinkTests;

/// <summary>What was in use at the start has to be in use at the end, no more and no less.</summary>
internal sealed class PoolAccount : IDisposable
{
    private readonly (long Frames, long Small, long Large) _before = Now;

    private static (long Frames, long Small, long Large) Now => (FramePool.InUse, BlockPool.Small.InUse, BlockPool.Large.InUse);

    // A driver on a thread of the pool may be in the middle of its last batch.
    public void Dispose()
    {
        SpinWait.SpinUntil(() => Now == _before, TimeSpan.FromSeconds(120));
        Assert.Equal(_before, Now);
    }
}
