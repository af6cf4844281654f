using System.Globalization;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tool.Fetching;

/// <summary>Connects to a host of several addresses.</summary>
internal static class Connector
{
    /// <summary>
    /// Tries the addresses of a host in order, until one answers. All of it, lookup included, has one deadline; an address
    /// that stays silent may use an even share of what is left, so that the ones after it get their turn.
    /// </summary>
    internal static PoolSocket Connect(
        SocketPool pool, string host, int port, TimeSpan? timeout, AddressFamily family = AddressFamily.Unspecified, SocketType type = SocketType.Stream)
    {
        Deadline deadline = new(pool.Radio.TimeProvider, timeout ?? Timeout.InfiniteTimeSpan);
        IReadOnlyList<AddressInfo> rows = LookUp(pool, host, port, family, type, timeout);
        TimeSpan lookup = deadline.Elapsed;
        List<PoolSocketException> failures = [];
        for (int i = 0; i < rows.Count; i++)
        {
            if (i > 0 && deadline.HasExpired)
            {
                break;
            }

            try
            {
                return Connect(pool, rows[i], ShareOf(deadline, rows.Count - i));
            }
            catch (PoolSocketException e) when (e.Errno != Errno.EBADF)
            {
                failures.Add(e);
            }
        }

        Exception reason = failures.Count == 1
            ? failures[0]
            : new ToolException($"no address of {host} answers: {string.Join("; ", failures.Select(e => e.Message))}", inner: failures[^1]);

        // Lookup and connecting draw on the same time: it is told which of them has used it.
        throw PhaseTimeout.Is(reason)
            ? PhaseTimeout.Of(string.Create(CultureInfo.InvariantCulture, $"connecting to {host}, whose lookup used {lookup.TotalSeconds:0.000} s,"), timeout, reason)
            : reason;
    }

    private static IReadOnlyList<AddressInfo> LookUp(
        SocketPool pool, string host, int port, AddressFamily family, SocketType type, TimeSpan? timeout)
    {
        try
        {
            return pool.GetAddressInfo(host, port, family, type, timeout: timeout);
        }
        catch (PoolSocketException e) when (PhaseTimeout.Is(e))
        {
            throw PhaseTimeout.Of($"the lookup of {host}", timeout, e);
        }
    }

    private static PoolSocket Connect(SocketPool pool, AddressInfo row, TimeSpan? timeout)
    {
        PoolSocket socket = pool.CreateSocket(row.Family, row.Type, row.Protocol);
        try
        {
            socket.Timeout = timeout;
            socket.Connect(row.Address);
            return socket;
        }
        catch
        {
            socket.Close();
            throw;
        }
    }

    // At least a tick: zero would mean not to wait at all.
    private static TimeSpan? ShareOf(in Deadline deadline, int addresses) => deadline.IsInfinite
        ? null
        : TimeSpan.FromTicks(Math.Max(deadline.Remaining.Ticks / addresses, 1));
}
