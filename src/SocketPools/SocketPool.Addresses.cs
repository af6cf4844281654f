using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

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
        lock (_gate)
        {
            ObjectDisposedException.ThrowIf(_disposed, this);
        }

        Deadline deadline = new(_clock, CallTimeout.FromNullable(timeout));
        return LookUp(new AddressQuery(host, service, family, type, protocol, flags), deadline);
    }

    /// <summary>
    /// The address that a host string means to bind, connect and sendto, as CPython has it: <c>""</c> is any address,
    /// <c>"&lt;broadcast&gt;"</c> is 255.255.255.255, digits are taken as they are, a name is looked up in the socket's family.
    /// </summary>
    internal IPSocketAddress ResolveHost(string host, int port, AddressFamily family, in Deadline deadline)
    {
        ArgumentNullException.ThrowIfNull(host);
        PortNumber.ThrowIfInvalid(port);
        if (host.Length == 0)
        {
            return new IPSocketAddress(family == AddressFamily.InterNetwork ? IPAddress.Any : IPAddress.IPv6Any, port);
        }

        if (host is "<broadcast>" or "255.255.255.255" && family == AddressFamily.InterNetwork)
        {
            return new IPSocketAddress(IPAddress.Broadcast, port);
        }

        if (family == AddressFamily.InterNetwork && DottedQuad.TryParse(host, out uint quad))
        {
            return IPSocketAddress.FromIPv4(quad, (ushort)port);
        }

        // One type is asked for so that there is one row an address.
        AddressQuery query = new(host, null, family, SocketType.Dgram);
        return LookUp(query, deadline)[0].Address.WithPort(port);
    }

    private IReadOnlyList<AddressInfo> LookUp(AddressQuery query, in Deadline deadline)
    {
        if (HasNull(query.Host) || HasNull(query.Service))
        {
            throw new ArgumentException("A host or service has no null character.");
        }

        AddressLookup answer = _radio.LookUp(query, deadline);
        if (!answer.Failed)
        {
            return answer.Rows;
        }

        if (answer is { Error: AddressInfoError.System, Errno: Errno.ETIMEDOUT })
        {
            throw new PoolSocketException(
                Errno.ETIMEDOUT, "getaddrinfo", _radio.Name, elapsed: deadline.Elapsed, hint: $"The name server did not answer in time for \"{query.Host}\"");
        }

        throw new AddressInfoException(answer.Error, query, answer.Errno, _radio.Name, deadline.Elapsed);
    }

    // The system's resolver would not see what follows it.
    private static bool HasNull(string? text) => text is not null && text.Contains('\0', StringComparison.Ordinal);
}
