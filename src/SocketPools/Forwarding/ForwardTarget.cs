using System.Net.Sockets;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Slots;

namespace SocketPools.Forwarding;

/// <summary>Where a forwarder connects to.</summary>
internal sealed record ForwardTarget(string Host, int Port)
{
    public override string ToString() => Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]:{Port}" : $"{Host}:{Port}";

    /// <summary>Connects by TCP: lookup, wait for a place and attempts within one time.</summary>
    internal ValueTask<PoolSocket> ConnectAsync(SocketPool pool, TimeSpan timeout, CancellationToken cancellationToken) =>
        pool.ConnectWhenRoomAsync(
            Host, Port, new WaitSubject(VisibleText.Escape(ToString())), new Deadline(pool.Radio.TimeProvider, timeout), Deadline.Never, cancellationToken);

    /// <summary>Finds the first address.</summary>
    internal async ValueTask<IPSocketAddress> ResolveAsync(SocketPool pool, TimeSpan timeout, CancellationToken cancellationToken)
    {
        IReadOnlyList<AddressInfo> rows = await pool.GetAddressInfoAsync(
            Host, Port, type: SocketType.Dgram, timeout: timeout, cancellationToken: cancellationToken).ConfigureAwait(false);
        return rows[0].Address;
    }
}
