using System.Net;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>The host's radio under a name of its own, so that what is measured of it can be told from the rest of the process.</summary>
internal sealed class NamedRadio(int maxSockets = 16) : Radio(maxSockets)
{
    private static int s_last;

    private readonly HostNetwork _host = new();

    public override string Name { get; } = $"named-{Interlocked.Increment(ref s_last)}";

    /// <summary>What every lookup answers instead of asking.</summary>
    internal AddressLookup? Answer { get; set; }

    /// <summary>Lookups without a thread wait until they are cancelled.</summary>
    internal bool NeverAnswers { get; set; }

    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket) =>
        _host.OpenSocket(family, type, protocol, out socket);

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => Answer ?? _host.Resolve(query, deadline);

    public override async ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        if (NeverAnswers)
        {
            await Task.Delay(Timeout.Infinite, cancellationToken);
        }

        return Answer ?? await _host.ResolveAsync(query, cancellationToken);
    }

    public override RadioResult Wait(Span<ReadinessEntry> entries, in Deadline deadline) => _host.Wait(entries, deadline);

    /// <summary>Every name means this host's loopback from now on.</summary>
    internal void AnswerLoopback(AddressFamily family) =>
        Answer = new AddressLookup([new AddressInfo(family, SocketType.Stream, ProtocolType.Tcp, "", new IPEndPoint(TestPool.Loopback(family), 0))]);
}
