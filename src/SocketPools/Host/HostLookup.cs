using SocketPools.Radios;

namespace SocketPools.Host;

/// <summary>
/// Gives the system's blocking resolver a deadline. A lookup that is given up goes on in its thread until the system's own
/// limit ends it (resolv.conf(5): 5 s an attempt by default); nobody waits for it.
/// </summary>
internal static class HostLookup
{
    // How soon a signal's handler runs while the resolver, which no signal interrupts, is waited for.
    private static readonly TimeSpan s_slice = TimeSpan.FromMilliseconds(50);

    internal static AddressLookup Run(HostBackend backend, AddressQuery query, in Deadline deadline, Action? interrupted)
    {
        if (TryNumeric(backend, query, out AddressLookup answer))
        {
            return answer;
        }

        bool isUnlimited = deadline.IsInfinite || deadline.IsImmediate;
        if (isUnlimited && interrupted is null)
        {
            return backend.LookUp(query);
        }

        Task<AddressLookup> lookup = Start(backend, query);
        while (true)
        {
            TimeSpan left = isUnlimited ? Timeout.InfiniteTimeSpan : deadline.Remaining;
            bool isWhole = interrupted is null || (!isUnlimited && left < s_slice);
            if (lookup.Wait(isWhole ? left : s_slice))
            {
                return lookup.Result;
            }

            if (isWhole)
            {
                return new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT);
            }

            interrupted!();
        }
    }

    internal static async ValueTask<AddressLookup> RunAsync(HostBackend backend, AddressQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return TryNumeric(backend, query, out AddressLookup answer)
            ? answer
            : await Start(backend, query).WaitAsync(cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Addresses in digits are answered at once: nobody has to be asked.</summary>
    private static bool TryNumeric(HostBackend backend, AddressQuery query, out AddressLookup answer)
    {
        answer = default;
        if (query.Host is not null && !LooksNumeric(query.Host))
        {
            return false;
        }

        // A service name is read from a local file, so this does not wait either.
        answer = backend.LookUp(query.Host is null ? query : query with { Flags = query.Flags | AddressInfoFlags.NumericHost });
        return !(answer.Error == AddressInfoError.NoName && query.Host is not null);
    }

    private static bool LooksNumeric(string host) => host.Length > 0 && (char.IsAsciiDigit(host[0]) || host.Contains(':', StringComparison.Ordinal));

    // A thread of its own: a slow name server must not starve the thread pool.
    private static Task<AddressLookup> Start(HostBackend backend, AddressQuery query) =>
        Task.Factory.StartNew(() => backend.LookUp(query), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
