using System.Net.Sockets;
using SocketPools.Connections;
using SocketPools.Diagnostics;
using SocketPools.Inputs;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools;

public sealed partial class SocketPool
{
    /// <summary>
    /// Makes a TCP connection to a host, whichever of its addresses answers first: CPython's <c>create_connection</c>, with
    /// attempts side by side (RFC 8305) when an address is slow. Lookup and attempts share one deadline.
    /// </summary>
    /// <param name="host">A name or an address in digits.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="timeout">When to give up, with ETIMEDOUT; null for no limit.</param>
    /// <param name="cancellationToken">Ends all attempts and leaves no socket behind.</param>
    /// <returns>A connected socket without a timeout.</returns>
    /// <exception cref="PoolSocketException">No address answers: the reason of the first, or ETIMEDOUT when the time was up, and the others' in the message.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="OutOfSocketsException">The budget is used up.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> or <paramref name="timeout"/> is out of range.</exception>
    public async ValueTask<PoolSocket> CreateConnectionAsync(
        string host, int port, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        PortNumber.ThrowIfInvalid(port);
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        Deadline deadline = new(_state.Clock, CallTimeout.FromNullable(timeout));
        AddressInfo[] rows = await LookUpAsync(host, port, deadline, cancellationToken).ConfigureAwait(false);
        return await RaceAsync(host, rows, null, deadline, cancellationToken).ConfigureAwait(false)
            ?? throw Refuse();
    }

    /// <summary>
    /// As <see cref="CreateConnectionAsync"/>, and waits for a slot where the pool is full, within <see cref="CapacityTimeout"/>. The name is looked
    /// up first. Lookup, wait and attempts share the timeout.
    /// </summary>
    /// <param name="host">A name or an address in digits.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="timeout">When to give up; null for no limit but <see cref="CapacityTimeout"/> for the wait.</param>
    /// <param name="cancellationToken">Ends all of it and leaves no socket behind.</param>
    /// <returns>A connected socket without a timeout.</returns>
    /// <exception cref="PoolSocketException">No address answers: the reason of the first, or ETIMEDOUT.</exception>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="OutOfSocketsException">No slot became free in time. It lists the holders.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled. After a wait an <see cref="OutOfSocketsException"/> is inside.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> or <paramref name="timeout"/> is out of range.</exception>
    public ValueTask<PoolSocket> CreateConnectionWhenCapacityAsync(
        string host, int port, TimeSpan? timeout = null, CancellationToken cancellationToken = default)
    {
        ArgumentNullException.ThrowIfNull(host);
        PortNumber.ThrowIfInvalid(port);
        WaitSubject subject = new($"{VisibleText.Escape(host)}:{port}");
        Deadline deadline = new(_state.Clock, CallTimeout.FromNullable(timeout));
        return ConnectWhenRoomAsync(host, port, subject, deadline, Deadline.Never, cancellationToken);
    }

    /// <summary>
    /// As <see cref="CreateConnectionAsync"/>, and waits for a place where the pool is full. The name is looked up first: a name that does not
    /// resolve waits for nothing.
    /// </summary>
    /// <param name="host">A name or an address in digits.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="subject">Host and port for those who look at the wait.</param>
    /// <param name="deadline">The time of lookup, wait and attempts together.</param>
    /// <param name="waitLimit">A limit for the wait, beside the deadline and <see cref="CapacityTimeout"/>.</param>
    /// <param name="cancellationToken">Ends all of it.</param>
    /// <param name="family">The addresses to try; Unspecified for all.</param>
    internal async ValueTask<PoolSocket> ConnectWhenRoomAsync(
        string host, int port, WaitSubject subject, Deadline deadline, Deadline waitLimit, CancellationToken cancellationToken,
        AddressFamily family = AddressFamily.Unspecified)
    {
        ThrowIfDisposed();
        cancellationToken.ThrowIfCancellationRequested();
        AddressInfo[] rows = await LookUpAsync(host, port, deadline, cancellationToken, family).ConfigureAwait(false);
        Deadline limit = Deadline.Earliest(new Deadline(_state.Clock, CapacityTimeout), deadline, waitLimit);
        while (true)
        {
            SocketSlot slot = await AcquireWhenRoomAsync("connect", subject, limit, cancellationToken).ConfigureAwait(false);
            if (await RaceAsync(host, rows, slot, deadline, cancellationToken).ConfigureAwait(false) is { } socket)
            {
                return socket;
            }

            // The first address has failed, and another socket has taken its slot before the next one was tried.
            if (limit.HasExpired)
            {
                throw Refuse();
            }
        }
    }

    private async ValueTask<AddressInfo[]> LookUpAsync(
        string host, int port, Deadline deadline, CancellationToken cancellationToken, AddressFamily family = AddressFamily.Unspecified)
    {
        AddressQuery query = new(host, null, family, SocketType.Stream);
        IReadOnlyList<AddressInfo> rows = await LookUpAsync(query, deadline, cancellationToken).ConfigureAwait(false);
        return [.. rows.Select(row => row with { Address = row.Address.WithPort(port) })];
    }

    /// <summary>Connects to one of several addresses; null where an attempt finds no slot, and no other one is under way.</summary>
    private async ValueTask<PoolSocket?> RaceAsync(
        string host, AddressInfo[] rows, SocketSlot? slot, Deadline deadline, CancellationToken cancellationToken)
    {
        Connector connector = new(this, slot);
        try
        {
            ConnectionRace<PoolSocket> race = new(connector, host, deadline);
            return await race.RunAsync(rows, cancellationToken).ConfigureAwait(false);
        }
        catch (OutOfSocketsException)
        {
            return null;
        }
        finally
        {
            connector.ReleaseUnused();
        }
    }

    /// <param name="pool">The pool.</param>
    /// <param name="slot">The first attempt's; null where it has to find one.</param>
    private sealed class Connector(SocketPool pool, SocketSlot? slot) : IConnector<PoolSocket>
    {
        private SocketSlot? _slot = slot;

        public Radio Radio => pool.Radio;

        public bool HasRoom => _slot is not null || pool.HasRoom;

        public PoolSocket Create(AddressFamily family)
        {
            // Counted by the call, if it fails.
            SocketSlot slot = TakeSlot() ?? pool.TryAcquireUncounted() ?? throw pool.OutOfSockets();
            return pool.OpenIn(slot, family, SocketType.Stream, ProtocolType.Tcp);
        }

        public ValueTask ConnectAsync(PoolSocket connection, IPSocketAddress remote, string host, Deadline deadline, CancellationToken cancellationToken) =>
            connection.ConnectAsync(remote, deadline, cancellationToken, host);

        internal void ReleaseUnused()
        {
            if (TakeSlot() is { } unused)
            {
                pool.Release(unused);
            }
        }

        private SocketSlot? TakeSlot() => Interlocked.Exchange(ref _slot, null);
    }
}
