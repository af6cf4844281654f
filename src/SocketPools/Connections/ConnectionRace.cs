using System.Diagnostics;
using SocketPools.Diagnostics;
using SocketPools.Radios;

namespace SocketPools.Connections;

/// <summary>What all races have in common, RFC 8305.</summary>
internal static class ConnectionRace
{
    /// <summary>RFC 8305, section 5: the Connection Attempt Delay.</summary>
    internal static readonly TimeSpan AttemptDelay = TimeSpan.FromMilliseconds(250);

    /// <summary>RFC 8305, section 4: the families in turns, beginning with that of the first row.</summary>
    internal static IEnumerable<AddressInfo> InTurns(IReadOnlyList<AddressInfo> rows)
    {
        Queue<AddressInfo> first = new(rows.Where(row => row.Family == rows[0].Family));
        Queue<AddressInfo> second = new(rows.Where(row => row.Family != rows[0].Family));
        while (first.Count > 0 || second.Count > 0)
        {
            if (first.TryDequeue(out AddressInfo? one))
            {
                yield return one;
            }

            if (second.TryDequeue(out AddressInfo? other))
            {
                yield return other;
            }
        }
    }
}

/// <summary>
/// Connects to one of several addresses (RFC 8305, "Happy Eyeballs"): one attempt after the other, a quarter of a second apart
/// or as soon as one has failed, families in turns; the first connection wins, and the others are closed.
/// </summary>
/// <remarks>Section 3, the two questions to the name server, is the resolver's: it answers both families at once.</remarks>
/// <typeparam name="TConnection">A connection; disposing it closes it.</typeparam>
/// <param name="connector">Makes the attempts.</param>
/// <param name="host">What the caller named, for messages.</param>
/// <param name="deadline">The time of all attempts together.</param>
internal sealed class ConnectionRace<TConnection>(IConnector<TConnection> connector, string host, Deadline deadline)
    where TConnection : class, IDisposable
{
    private readonly List<Task<TConnection>> _running = [];
    private readonly List<PoolSocketException> _failures = [];

    internal async Task<TConnection> RunAsync(IReadOnlyList<AddressInfo> rows, CancellationToken cancellationToken)
    {
        Queue<AddressInfo> left = new(ConnectionRace.InTurns(rows));
        using CancellationTokenSource race = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        try
        {
            while (true)
            {
                StartNext(left, race.Token);
                if (_running.Count == 0)
                {
                    throw Failure();
                }

                if (await NextAsync(left.Count > 0, race.Token).ConfigureAwait(false) is not { } ended)
                {
                    continue; // it is slow: the next one starts beside it
                }

                _running.Remove(ended);
                try
                {
                    return await ended.ConfigureAwait(false);
                }
                catch (PoolSocketException e) when (e.Errno != Errno.EBADF)
                {
                    _failures.Add(e);
                }
            }
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            await race.CancelAsync().ConfigureAwait(false);
            await CloseLosersAsync().ConfigureAwait(false);
        }
    }

    /// <summary>Starts an attempt. While others run, a full pool only means to wait for one of them.</summary>
    private void StartNext(Queue<AddressInfo> left, CancellationToken token)
    {
        bool mayStart = (connector.HasRoom || _running.Count == 0) && (_failures.Count == 0 || !deadline.HasExpired);
        if (!mayStart || !left.TryPeek(out AddressInfo? row))
        {
            return;
        }

        try
        {
            TConnection socket = connector.Create(row.Family);
            _running.Add(AttemptAsync(socket, row.Address, token));
        }
        catch (PoolSocketException e)
        {
            _running.Add(Task.FromException<TConnection>(e)); // a family that this radio has not, for example
        }
        catch (OutOfSocketsException) when (_running.Count > 0)
        {
            return; // another socket took the last place in between; those that run may still arrive, and the row's turn comes again
        }

        left.Dequeue();
    }

    private async Task<TConnection> AttemptAsync(TConnection socket, IPSocketAddress remote, CancellationToken token)
    {
        try
        {
            await connector.ConnectAsync(socket, remote, host, deadline, token).ConfigureAwait(false);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>The next attempt that is over, or null when it is time for another one.</summary>
    private async Task<Task<TConnection>?> NextAsync(bool hasMore, CancellationToken token)
    {
        if (!hasMore)
        {
            return await Task.WhenAny(_running).ConfigureAwait(false);
        }

        using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(token);
        Task delay = Task.Delay(ConnectionRace.AttemptDelay, connector.Radio.TimeProvider, end.Token);
        Task ended = await Task.WhenAny([.. _running, delay]).ConfigureAwait(false);
        await end.CancelAsync().ConfigureAwait(false);

        // A delay that the caller's token has ended is no reason to start another attempt: the attempts end, too.
        return ended as Task<TConnection> ?? (token.IsCancellationRequested ? await Task.WhenAny(_running).ConfigureAwait(false) : null);
    }

    private async Task CloseLosersAsync()
    {
        foreach (Task<TConnection> loser in _running)
        {
            await ((Task)loser).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (loser.IsCompletedSuccessfully)
            {
                (await loser.ConfigureAwait(false)).Dispose();
            }
        }
    }

    /// <summary>The failure of the address that was preferred, or that the time was up, with the others as a hint.</summary>
    private PoolSocketException Failure()
    {
        Debug.Assert(_failures.Count > 0);
        int timeout = deadline.IsImmediate || !deadline.HasExpired ? -1 : _failures.FindIndex(e => e.Errno == Errno.ETIMEDOUT);
        PoolSocketException first = _failures[Math.Max(timeout, 0)];
        return _failures.Count == 1
            ? first
            : new PoolSocketException(
                first.Errno, "connect", connector.Radio.Name, first.Local, first.Remote, deadline.Elapsed,
                $"No address of \"{VisibleText.Escape(host)}\" answers; also: {string.Join("; ", _failures.Where(e => e != first).Select(e => e.Message))}");
    }
}
