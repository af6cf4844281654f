using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Async;
using SocketPools.Diagnostics;
using SocketPools.Host.Backends;
using SocketPools.Inputs;
using SocketPools.Radios;
using SocketPools.Telemetry;

namespace SocketPools;

public sealed partial class SocketPool
{
    /// <summary>
    /// What <c>CreateSocket</c> and <c>Connect</c> want for a host and a port: <c>pool.getaddrinfo</c>, with the rows and
    /// the order that the system's <c>getaddrinfo(3)</c> gives.
    /// </summary>
    /// <param name="host">A name, an address in digits (IPv6 with <c>%scope</c>), or null for this host.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="family">The only family wanted, or Unspecified.</param>
    /// <param name="type">The only type wanted, or 0 for one row a type.</param>
    /// <param name="protocol">The only protocol wanted, or Unspecified.</param>
    /// <param name="flags">How to look up.</param>
    /// <param name="timeout">When to give up, with ETIMEDOUT; null for no limit.</param>
    /// <returns>At least one row, in the order in which they should be tried.</returns>
    /// <exception cref="AddressInfoException">The name does not resolve; <see cref="AddressInfoException.Error"/> says why.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the time was up.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public IReadOnlyList<AddressInfo> GetAddressInfo(
        string? host,
        int port,
        AddressFamily family = AddressFamily.Unspecified,
        SocketType type = 0,
        ProtocolType protocol = ProtocolType.Unspecified,
        AddressInfoFlags flags = AddressInfoFlags.None,
        TimeSpan? timeout = null)
    {
        PortNumber.ThrowIfInvalid(port);
        return GetAddressInfo(host, port.ToString(CultureInfo.InvariantCulture), family, type, protocol, flags, timeout);
    }

    /// <summary>As the other overload, with a service name (<c>"http"</c>) or a number in digits as port.</summary>
    /// <param name="host">A name, an address in digits (IPv6 with <c>%scope</c>), or null for this host.</param>
    /// <param name="service">A name of <c>services(5)</c>, a number, or null for port 0.</param>
    /// <param name="family">The only family wanted, or Unspecified.</param>
    /// <param name="type">The only type wanted, or 0 for one row a type.</param>
    /// <param name="protocol">The only protocol wanted, or Unspecified.</param>
    /// <param name="flags">How to look up.</param>
    /// <param name="timeout">When to give up, with ETIMEDOUT; null for no limit.</param>
    /// <returns>At least one row, in the order in which they should be tried.</returns>
    /// <exception cref="AddressInfoException">The name does not resolve; <see cref="AddressInfoException.Error"/> says why.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the time was up.</exception>
    public IReadOnlyList<AddressInfo> GetAddressInfo(
        string? host,
        string? service,
        AddressFamily family = AddressFamily.Unspecified,
        SocketType type = 0,
        ProtocolType protocol = ProtocolType.Unspecified,
        AddressInfoFlags flags = AddressInfoFlags.None,
        TimeSpan? timeout = null)
    {
        ThrowIfDisposed();
        Deadline deadline = new(_state.Clock, CallTimeout.FromNullable(timeout));
        return LookUp(new AddressQuery(host, service, family, type, protocol, flags), deadline);
    }

    /// <summary>As <see cref="GetAddressInfo(string?, int, AddressFamily, SocketType, ProtocolType, AddressInfoFlags, TimeSpan?)"/>, without holding a thread.</summary>
    /// <param name="host">A name, an address in digits (IPv6 with <c>%scope</c>), or null for this host.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="family">The only family wanted, or Unspecified.</param>
    /// <param name="type">The only type wanted, or 0 for one row a type.</param>
    /// <param name="protocol">The only protocol wanted, or Unspecified.</param>
    /// <param name="flags">How to look up.</param>
    /// <param name="timeout">When to give up, with ETIMEDOUT; null for no limit.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>At least one row, in the order in which they should be tried.</returns>
    /// <exception cref="AddressInfoException">The name does not resolve; <see cref="AddressInfoException.Error"/> says why.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the time was up.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public ValueTask<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host,
        int port,
        AddressFamily family = AddressFamily.Unspecified,
        SocketType type = 0,
        ProtocolType protocol = ProtocolType.Unspecified,
        AddressInfoFlags flags = AddressInfoFlags.None,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        PortNumber.ThrowIfInvalid(port);
        return GetAddressInfoAsync(
            host, port.ToString(CultureInfo.InvariantCulture), family, type, protocol, flags, timeout, cancellationToken);
    }

    /// <summary>As the other overload, with a service name (<c>"http"</c>) or a number in digits as port.</summary>
    /// <param name="host">A name, an address in digits (IPv6 with <c>%scope</c>), or null for this host.</param>
    /// <param name="service">A name of <c>services(5)</c>, a number, or null for port 0.</param>
    /// <param name="family">The only family wanted, or Unspecified.</param>
    /// <param name="type">The only type wanted, or 0 for one row a type.</param>
    /// <param name="protocol">The only protocol wanted, or Unspecified.</param>
    /// <param name="flags">How to look up.</param>
    /// <param name="timeout">When to give up, with ETIMEDOUT; null for no limit.</param>
    /// <param name="cancellationToken">Ends the wait for the answer.</param>
    /// <returns>At least one row, in the order in which they should be tried.</returns>
    /// <exception cref="AddressInfoException">The name does not resolve; <see cref="AddressInfoException.Error"/> says why.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the time was up.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    /// <exception cref="ObjectDisposedException">The pool is disposed, or was while waiting.</exception>
    public ValueTask<IReadOnlyList<AddressInfo>> GetAddressInfoAsync(
        string? host,
        string? service,
        AddressFamily family = AddressFamily.Unspecified,
        SocketType type = 0,
        ProtocolType protocol = ProtocolType.Unspecified,
        AddressInfoFlags flags = AddressInfoFlags.None,
        TimeSpan? timeout = null,
        CancellationToken cancellationToken = default)
    {
        ThrowIfDisposed();
        Deadline deadline = new(_state.Clock, CallTimeout.FromNullable(timeout));
        return LookUpUntilDisposedAsync(new AddressQuery(host, service, family, type, protocol, flags), deadline, cancellationToken);
    }

    /// <summary>
    /// The address that a host string means to bind, connect and sendto, as CPython has it: <c>""</c> is any address,
    /// <c>"&lt;broadcast&gt;"</c> is 255.255.255.255, digits are taken as they are, a name is looked up in the socket's family.
    /// </summary>
    /// <param name="host">A name, an address in digits, <c>""</c> for any address, <c>"&lt;broadcast&gt;"</c>.</param>
    /// <param name="port">0..65535.</param>
    /// <param name="family">The socket's family.</param>
    /// <param name="deadline">When to give up.</param>
    /// <returns>The first address that the host has in the family, with the port.</returns>
    /// <exception cref="AddressInfoException">The name does not resolve.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the time was up.</exception>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="port"/> is out of range.</exception>
    public IPSocketAddress ResolveHost(string host, int port, AddressFamily family, in Deadline deadline) =>
        TryReadHost(host, port, family, out IPSocketAddress address) ? address : LookUp(HostQuery(host, family), deadline)[0].Address.WithPort(port);

    /// <summary>As <see cref="ResolveHost"/>, without holding a thread.</summary>
    internal async ValueTask<IPSocketAddress> ResolveHostAsync(
        string host, int port, AddressFamily family, Deadline deadline, CancellationToken cancellationToken) =>
        (await LookUpAsync(HostQuery(host, family), deadline, cancellationToken).ConfigureAwait(false))[0].Address.WithPort(port);

    /// <summary>Reads a host that needs no lookup.</summary>
    internal static bool TryReadHost(string host, int port, AddressFamily family, out IPSocketAddress address)
    {
        ArgumentNullException.ThrowIfNull(host);
        PortNumber.ThrowIfInvalid(port);
        if (host.Length == 0)
        {
            address = new IPSocketAddress(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port);
            return true;
        }

        if (host is "<broadcast>" or "255.255.255.255" && family == AddressFamily.InterNetwork)
        {
            address = new IPSocketAddress(IPAddress.Broadcast, port);
            return true;
        }

        bool isQuad = DottedQuad.TryParse(host, out uint quad) && family == AddressFamily.InterNetwork;
        address = isQuad ? IPSocketAddress.FromIPv4(quad, (ushort)port) : default;
        return isQuad;
    }

    // One type is asked for so that there is one row an address.
    private static AddressQuery HostQuery(string host, AddressFamily family) => new(host, null, family, SocketType.Dgram);

    private IReadOnlyList<AddressInfo> LookUp(AddressQuery query, in Deadline deadline)
    {
        ThrowIfHasNull(query);
        LookupWatch? watch = LookupWatch.Start(this, query);
        IReadOnlyList<AddressInfo> rows;
        try
        {
            rows = RowsOf(_state.Radio.Resolve(query, deadline), query, deadline);
        }
        catch (Exception e)
        {
            watch?.Fail(e);
            throw;
        }

        watch?.Succeed();
        return rows;
    }

    private async ValueTask<IReadOnlyList<AddressInfo>> LookUpUntilDisposedAsync(
        AddressQuery query, Deadline deadline, CancellationToken cancellationToken)
    {
        using CancellationTokenSource either = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, EndToken);
        try
        {
            return await LookUpAsync(query, deadline, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw new ObjectDisposedException(nameof(SocketPool));
        }
    }

    private async ValueTask<IReadOnlyList<AddressInfo>> LookUpAsync(AddressQuery query, Deadline deadline, CancellationToken cancellationToken)
    {
        ThrowIfHasNull(query);
        LookupWatch? watch = LookupWatch.Start(this, query);
        IReadOnlyList<AddressInfo> rows;
        try
        {
            rows = await AskAsync(query, deadline, cancellationToken).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            watch?.Fail(e);
            throw;
        }

        watch?.Succeed();
        return rows;
    }

    private async ValueTask<IReadOnlyList<AddressInfo>> AskAsync(AddressQuery query, Deadline deadline, CancellationToken cancellationToken)
    {
        if (deadline.IsInfinite || deadline.IsImmediate)
        {
            return RowsOf(await _state.Radio.ResolveAsync(query, cancellationToken).ConfigureAwait(false), query, deadline);
        }

        using WaitLimit limit = new(_state.Clock);
        AddressLookup answer;
        try
        {
            answer = await _state.Radio.ResolveAsync(query, limit.Begin(deadline, cancellationToken)).ConfigureAwait(false);
        }
        catch (OperationCanceledException e) when (limit.HasExpired)
        {
            answer = new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT) { Detail = (e as LookupNotBegunException)?.Message };
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            throw new OperationCanceledException(cancellationToken);
        }
        finally
        {
            limit.TryFinish();
        }

        return RowsOf(answer, query, deadline);
    }

    private IReadOnlyList<AddressInfo> RowsOf(in AddressLookup answer, AddressQuery query, in Deadline deadline)
    {
        if (!answer.Failed)
        {
            return answer.Rows;
        }

        if (answer is { Error: AddressInfoError.System, Errno: Errno.ETIMEDOUT })
        {
            throw new PoolSocketException(
                Errno.ETIMEDOUT, "getaddrinfo", _state.Radio.Name, elapsed: deadline.Elapsed,
                hint: answer.Detail is { } detail ? VisibleText.Escape(detail) : $"The lookup of \"{VisibleText.Escape(query.Host)}\" did not end in time");
        }

        throw new AddressInfoException(answer.Error, query, answer.Errno, _state.Radio.Name, deadline.Elapsed, answer.Detail);
    }

    internal void ThrowIfDisposed()
    {
        lock (_state.Gate)
        {
            ObjectDisposedException.ThrowIf(IsDisposed, this);
        }
    }

    private static void ThrowIfHasNull(AddressQuery query)
    {
        if (HasNull(query.Host) || HasNull(query.Service))
        {
            throw new ArgumentException("A host or service has no null character.");
        }
    }

    // The system's resolver would not see what follows it.
    private static bool HasNull(string? text) => text is not null && text.Contains('\0', StringComparison.Ordinal);
}
