using SocketPools.Radios;

namespace SocketPools.Serving;

/// <summary>What the error of a failed accept(2) concerns: the result of <see cref="AcceptRecovery.Classify"/>.</summary>
public enum AcceptFailure
{
    /// <summary>One connection, which has gone already: the next one may be fine.</summary>
    Connection,

    /// <summary>The system or the process has no descriptors or no memory left.</summary>
    Exhaustion,

    /// <summary>The network or a filter. Usually it is about one connection, accept(2), but it may stay.</summary>
    Network,

    /// <summary>The listening socket itself: it will never accept again.</summary>
    Listener,
}

/// <summary>
/// Decides how a server goes on after a failed accept: at once, after a pause that grows from 5 to 250 ms, or not at all. When descriptors
/// run out it releases a reserve first, and accepting goes on when the reserve is full again.
/// </summary>
/// <remarks>
/// One loop of a server uses it: <see cref="Succeed"/> after each connection; after an error <see cref="Classify"/>, then
/// <see cref="ReleaseReserve"/> for <see cref="AcceptFailure.Exhaustion"/> and <see cref="MustPauseForNetwork"/> for
/// <see cref="AcceptFailure.Network"/>, then <see cref="PauseAsync"/> or <see cref="Pause"/>. Not for several threads at once.
/// </remarks>
/// <param name="clock">The clock of the pauses.</param>
public sealed class AcceptRecovery(TimeProvider clock) : IDisposable
{
    private const int MostNetworkFailures = 16;
    private static readonly TimeSpan s_firstPause = TimeSpan.FromMilliseconds(5);
    private static readonly TimeSpan s_longestPause = TimeSpan.FromMilliseconds(250);

    // Made before the first accept: it starts the threads that a pause needs.
    private readonly DescriptorReserve _reserve = new();
    private TimeSpan _pause = s_firstPause;
    private int _networkFailures;

    /// <summary>Whether accepting has paused since the last connection.</summary>
    public bool IsPaused => _pause != s_firstPause;

    /// <summary>Says what an error of accept is about.</summary>
    /// <param name="errno">The error.</param>
    public static AcceptFailure Classify(Errno errno) => errno switch
    {
        Errno.ECONNABORTED or Errno.ECONNRESET or Errno.EPROTO or Errno.ETIMEDOUT => AcceptFailure.Connection,
        Errno.EINVAL or Errno.ENOTSOCK or Errno.EFAULT or Errno.EBADF => AcceptFailure.Listener,
        _ when DescriptorReserve.IsExhaustion(errno) => AcceptFailure.Exhaustion,
        _ => AcceptFailure.Network,
    };

    /// <summary>
    /// Whether to pause before the next accept, although none has failed: the last connection took one of the last descriptors. A thread
    /// that the runtime starts while there is none ends the process.
    /// </summary>
    public bool IsNearLimit { get; private set; }

    /// <summary>Reports that a connection was accepted, which resets the pauses.</summary>
    /// <param name="descriptor">Its descriptor; -1 where the radio has none.</param>
    public void Succeed(nint descriptor = -1)
    {
        _pause = s_firstPause;
        _networkFailures = 0;
        IsNearLimit = DescriptorReserve.IsNearLimit(descriptor);
    }

    /// <summary>
    /// Counts a failure of the network. Accept reports what was pending on one connection, so that the next one is tried at once; an
    /// error that stays (ENETDOWN) must not turn in circles.
    /// </summary>
    /// <returns>Whether to pause.</returns>
    public bool MustPauseForNetwork() => ++_networkFailures > MostNetworkFailures;

    /// <summary>Descriptors or memory have run out. To be called first of all, before anything that may need some.</summary>
    public void ReleaseReserve() => _ = _reserve.Release();

    /// <summary>Pauses, until there are descriptors again if they had run out.</summary>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public async ValueTask PauseAsync(CancellationToken cancellationToken)
    {
        do
        {
            TimeSpan pause = NextPause();
            try
            {
                await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(false);
            }
            catch (OutOfMemoryException)
            {
                // No timer can be made. This thread is there.
                _ = cancellationToken.WaitHandle.WaitOne(pause);
                cancellationToken.ThrowIfCancellationRequested();
            }
        }
        while (!TryResume());
    }

    /// <summary>As <see cref="PauseAsync"/>, for callers that block.</summary>
    /// <param name="cancellationToken">Ends the pause.</param>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public void Pause(CancellationToken cancellationToken)
    {
        do
        {
            if (cancellationToken.WaitHandle.WaitOne(NextPause()))
            {
                throw new OperationCanceledException(cancellationToken);
            }
        }
        while (!TryResume());
    }

    /// <summary>Releases the reserve for good.</summary>
    public void Dispose() => _reserve.Dispose();

    /// <summary>Accepting goes on with the reserve full and some descriptors beside it; until then the reserve is the process's.</summary>
    private bool TryResume()
    {
        if (!_reserve.TryRefill())
        {
            return false;
        }

        if (!DescriptorReserve.HasMargin())
        {
            _ = _reserve.Release();
            return false;
        }

        IsNearLimit = false;
        return true;
    }

    private TimeSpan NextPause()
    {
        TimeSpan pause = _pause;
        _pause = _pause * 2 < s_longestPause ? _pause * 2 : s_longestPause;
        return pause;
    }
}
