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
        IReadOnlyList<AddressInfo> rows = pool.GetAddressInfo(host, port, family, type, timeout: timeout);
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

        throw failures.Count == 1
            ? failures[0]
            : new ToolException($"no address of {host} answers: {string.Join("; ", failures.Select(e => e.Message))}", inner: failures[^1]);
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
