using System.Globalization;
using SocketPools.Async;
using SocketPools.Radios;

namespace SocketPools.Host.Backends;

/// <summary>
/// Gives the system's blocking resolver a deadline. A lookup that is given up goes on in its thread until the system's own
/// limit ends it (resolv.conf(5): 5 s an attempt by default); <see cref="HostLookups"/> bounds how many do.
/// </summary>
internal static class HostLookup
{
    internal static AddressLookup Run(HostBackend backend, AddressQuery query, in Deadline deadline, Action? interrupted)
    {
        if (TryNumeric(backend, query, out AddressLookup answer))
        {
            return answer;
        }

        AddressQuery shared = SharedQuery.Of(query, out int port);
        bool isUnlimited = deadline.IsInfinite || deadline.IsImmediate;
        if (isUnlimited && interrupted is null)
        {
            return SharedQuery.WithPort(backend.Lookups.Ask(shared), port);
        }

        SharedLookup lookup = backend.Lookups.Join(shared);
        bool hasBegun = true;
        bool isInterrupted = true;
        try
        {
            bool isOver = BlockingWait.For(lookup.Answer, isUnlimited ? Deadline.Never : deadline, deadline.TimeProvider, interrupted);
            isInterrupted = false;
            if (isOver)
            {
                return SharedQuery.WithPort(lookup.Answer.GetAwaiter().GetResult(), port);
            }
        }
        finally
        {
            hasBegun = backend.Lookups.Leave(lookup, isInterrupted);
        }

        return new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT) { Detail = hasBegun ? null : NotBegun };
    }

    internal static async ValueTask<AddressLookup> RunAsync(HostBackend backend, AddressQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (TryNumeric(backend, query, out AddressLookup answer))
        {
            return answer;
        }

        SharedLookup lookup = backend.Lookups.Join(SharedQuery.Of(query, out int port));
        try
        {
            answer = await lookup.Answer.WaitAsync(cancellationToken).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            if (!backend.Lookups.Leave(lookup))
            {
                throw new LookupNotBegunException(NotBegun, cancellationToken);
            }

            throw;
        }
        catch
        {
            _ = backend.Lookups.Leave(lookup);
            throw;
        }

        _ = backend.Lookups.Leave(lookup);
        return SharedQuery.WithPort(answer, port);
    }

    private static string NotBegun => string.Create(
        CultureInfo.InvariantCulture,
        $"{HostLookups.MaxConcurrent} lookups of other names were under way, which is the limit (HostNetwork.MaxConcurrentLookups), and this one did not begin");

    /// <summary>Addresses in digits are answered at once, without a query.</summary>
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
}

/// <summary>A lookup was cancelled before its turn came; the message says why it had to wait.</summary>
internal sealed class LookupNotBegunException(string message, CancellationToken cancellationToken) : OperationCanceledException(message, cancellationToken);
