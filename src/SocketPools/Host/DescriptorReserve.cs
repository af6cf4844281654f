using SocketPools.Host;
using SocketPools.Host.Linux;
using SocketPools.Radios;

namespace SocketPools;

/// <summary>
/// Spare descriptors of a server. It keeps some open while all is well, and gives them up when accept fails with EMFILE or ENFILE: the
/// runtime and the server then have descriptors to recover with.
/// </summary>
/// <remarks>
/// <para>Making a reserve also starts the threads that waiting needs: the runtime's timer thread, threads of the thread pool, and
/// on Linux the threads of asynchronous waits. A new thread needs two descriptors in .NET, so none of them can be started later.</para>
/// <para>The order on exhaustion: <see cref="Release"/> first, before anything else is called; then wait; then
/// <see cref="TryRefill"/>, and accept again when it returns true.</para>
/// <para>On Linux the spares are eventfd(2) descriptors. On other systems the reserve holds nothing, and <see cref="TryRefill"/>
/// returns true. All members may be called from any thread, and none of them throws for want of descriptors.</para>
/// </remarks>
public sealed class DescriptorReserve : IDisposable
{
    /// <summary>How many spare descriptors a reserve has by default: enough for eight new threads.</summary>
    public const int DefaultCount = 16;

    // Descriptors below the limit that servers leave to the rest of the process; a sixteenth of a low limit.
    private const int Margin = 24;

    // No process of .NET works with fewer.
    private const int LeastNearLimit = 32;

    private readonly Lock _gate = new();
    private readonly int[] _spares;
    private bool _isDisposed;
    private int _held;

    /// <summary>Starts the threads, and takes the descriptors if the process has them.</summary>
    /// <param name="count">How many descriptors to hold, 1 to 1024.</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="count"/> is out of range.</exception>
    public DescriptorReserve(int count = DefaultCount)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(count, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, 1024);
        _spares = new int[count];
        RuntimeThreads.Start();
        _ = TryRefill();
    }

    /// <summary>How many descriptors it holds when it is full.</summary>
    public int Count => _spares.Length;

    /// <summary>How many descriptors it holds now: <see cref="Count"/>, or 0 after <see cref="Release"/>.</summary>
    public int HeldCount => Volatile.Read(ref _held);

    /// <summary>Gives the descriptors up. Allocates nothing, and does nothing the second time.</summary>
    /// <returns>How many were given up by this call.</returns>
    public int Release()
    {
        lock (_gate)
        {
            int held = _held;
            for (int i = 0; i < held; i++)
            {
                _ = Libc.close(_spares[i]);
            }

            _held = 0;
            return held;
        }
    }

    /// <summary>Takes all of the descriptors back, or none of them.</summary>
    /// <returns>Whether the reserve is full again; false while the process has not enough descriptors, or after <see cref="Dispose"/>.</returns>
    public bool TryRefill()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        lock (_gate)
        {
            if (_isDisposed || _held > 0)
            {
                return !_isDisposed;
            }

            for (int taken = 0; taken < _spares.Length; taken++)
            {
                _spares[taken] = Libc.eventfd(0, Libc.EFD_CLOEXEC);
                if (_spares[taken] < 0)
                {
                    while (--taken >= 0)
                    {
                        _ = Libc.close(_spares[taken]);
                    }

                    return false;
                }
            }

            _held = _spares.Length;
            return true;
        }
    }

    /// <summary>Whether a descriptor is among the last of the process: the system gives out the lowest that is free.</summary>
    /// <param name="descriptor">A descriptor that was just made; -1 where there is none.</param>
    internal static unsafe bool IsNearLimit(nint descriptor)
    {
        if (!OperatingSystem.IsLinux() || descriptor < LeastNearLimit)
        {
            return false;
        }

        Libc.ResourceLimit limit;
        if (Libc.getrlimit(Libc.RLIMIT_NOFILE, &limit) != 0)
        {
            return false;
        }

        nuint margin = nuint.Min(Margin, limit.Current / 16);
        return (nuint)descriptor >= limit.Current - margin;
    }

    /// <summary>Whether a new descriptor would not be among the last of the process.</summary>
    internal static bool HasMargin()
    {
        if (!OperatingSystem.IsLinux())
        {
            return true;
        }

        int probe = Libc.eventfd(0, Libc.EFD_CLOEXEC);
        if (probe < 0)
        {
            return false;
        }

        bool hasMargin = !IsNearLimit(probe);
        _ = Libc.close(probe);
        return hasMargin;
    }

    /// <summary>Gives the descriptors up for good.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            _isDisposed = true;
            _ = Release();
        }
    }

    /// <summary>Whether an error says that descriptors or memory of the system have run out, so that waiting may help.</summary>
    /// <param name="errno">Why an accept failed.</param>
    public static bool IsExhaustion(Errno errno) => errno is Errno.EMFILE or Errno.ENFILE or Errno.ENOBUFS or Errno.ENOMEM;
}
