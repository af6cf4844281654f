using System.Globalization;
using System.Net;
using System.Net.Sockets;
using SocketPools.Chips.Lan;
using SocketPools.Radios;

namespace SocketPools.Chips;

/// <summary>Lookups: digits are answered here, and names by the DNS server of the options, over a socket of the chip.</summary>
public sealed partial class WiznetRadio
{
    private const int DnsPort = 53;
    private const int DnsTries = 2;

    /// <inheritdoc/>
    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline)
    {
        if (AnswerHere(query) is AddressLookup known)
        {
            return known;
        }

        bool limited = !deadline.IsInfinite && !deadline.IsImmediate;
        using CancellationTokenSource end = limited ? new(deadline.Remaining, TimeProvider) : new();
        while (true)
        {
            try
            {
                return ResolveAsync(query, end.Token).AsTask().GetAwaiter().GetResult();
            }
            catch (OperationCanceledException) when (deadline.HasExpired)
            {
                return new AddressLookup(AddressInfoError.System, Errno.ETIMEDOUT);
            }
            catch (OperationCanceledException)
            {
                Thread.Yield(); // the timer was early by less than a tick of the clock
            }
        }
    }

    /// <inheritdoc/>
    public override async ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        if (AnswerHere(query) is AddressLookup known)
        {
            return known;
        }

        if (_options.DnsServer is null)
        {
            return new AddressLookup(AddressInfoError.NoName) { Detail = "the options of this radio have no DnsServer" };
        }

        byte[] question = new byte[512];
        int length = DnsMessage.WriteQuery(question, (ushort)_random.Next(0x10000), query.Host!);
        if (length == 0)
        {
            return new AddressLookup(AddressInfoError.NoName) { Detail = "this is no name for DNS" };
        }

        OpenSocket(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp, out RadioSocket? socket);
        try
        {
            return await AskAsync((WiznetDatagramSocket)socket!, query, question.AsMemory(0, length), cancellationToken).ConfigureAwait(false);
        }
        finally
        {
            socket!.Close();
        }
    }

    private async Task<AddressLookup> AskAsync(WiznetDatagramSocket socket, AddressQuery query, ReadOnlyMemory<byte> question, CancellationToken cancellationToken)
    {
        byte[] response = new byte[1472];
        RadioResult result = socket.TryConnect(new IPSocketAddress(_options.DnsServer!, DnsPort));
        for (int i = 0; i < DnsTries && !result.Failed; i++)
        {
            result = socket.TrySend(question.Span);
            using CancellationTokenSource end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            using ITimer timer = TimeProvider.CreateTimer(static s => ((CancellationTokenSource)s!).Cancel(), end, _options.DnsTimeout, Timeout.InfiniteTimeSpan);
            while (!result.Failed)
            {
                try
                {
                    result = await socket.WaitAsync(Readiness.Readable, end.Token).ConfigureAwait(false);
                }
                catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
                {
                    break; // no answer to this try
                }

                int count = socket.TryReceive(response).Count;
                List<byte[]> addresses = [];
                if (DnsMessage.TryReadResponse(response.AsSpan(0, count), question.Span, out int code, addresses))
                {
                    return ToLookup(query, code, addresses);
                }
            }
        }

        return result.Failed
            ? new AddressLookup(AddressInfoError.System, result.Errno)
            : new AddressLookup(AddressInfoError.Again) { Detail = $"{_options.DnsServer} did not answer" };
    }

    private static AddressLookup ToLookup(AddressQuery query, int code, List<byte[]> addresses) => code switch
    {
        0 when addresses.Count > 0 => Rows(query, [.. addresses.Select(a => new IPAddress(a))]),
        0 => new AddressLookup(AddressInfoError.NoData),
        DnsMessage.NameError => new AddressLookup(AddressInfoError.NoName),
        _ => new AddressLookup(AddressInfoError.Fail) { Detail = $"the name server answered with code {code}" },
    };

    /// <summary>What needs no name server; null for names.</summary>
    private static AddressLookup? AnswerHere(AddressQuery query)
    {
        if (query.Family is not (AddressFamily.InterNetwork or AddressFamily.Unspecified))
        {
            return new AddressLookup(query.Family == AddressFamily.InterNetworkV6 ? AddressInfoError.AddressFamily : AddressInfoError.Family);
        }

        if (query.Service is not null && !TryReadPort(query.Service, out _))
        {
            return new AddressLookup(AddressInfoError.Service);
        }

        if (query.Host is null)
        {
            bool passive = (query.Flags & AddressInfoFlags.Passive) != 0;
            return Rows(query, [passive ? IPAddress.Any : IPAddress.Loopback]);
        }

        if (IPAddress.TryParse(query.Host, out IPAddress? address))
        {
            return address.AddressFamily == AddressFamily.InterNetwork ? Rows(query, [address]) : new AddressLookup(AddressInfoError.AddressFamily);
        }

        return (query.Flags & AddressInfoFlags.NumericHost) != 0 ? new AddressLookup(AddressInfoError.NoName) : null;
    }

    private static AddressLookup Rows(AddressQuery query, IPAddress[] addresses)
    {
        int port = 0;
        if (query.Service is not null)
        {
            TryReadPort(query.Service, out port);
        }

        string canonical = (query.Flags & AddressInfoFlags.CanonicalName) != 0 ? query.Host ?? "" : "";
        (SocketType Type, ProtocolType Protocol)[] kinds = [(SocketType.Stream, ProtocolType.Tcp), (SocketType.Dgram, ProtocolType.Udp)];
        List<AddressInfo> rows = [];
        foreach (IPAddress address in addresses)
        {
            foreach ((SocketType type, ProtocolType protocol) in kinds)
            {
                if ((query.Type == 0 || query.Type == type) && (query.Protocol == ProtocolType.Unspecified || query.Protocol == protocol))
                {
                    rows.Add(new AddressInfo(AddressFamily.InterNetwork, type, protocol, rows.Count == 0 ? canonical : "", new IPSocketAddress(address, port)));
                }
            }
        }

        return rows.Count > 0 ? new AddressLookup(rows) : new AddressLookup(AddressInfoError.SocketType);
    }

    private static bool TryReadPort(string service, out int port) =>
        int.TryParse(service, NumberStyles.None, CultureInfo.InvariantCulture, out port) && port <= IPEndPoint.MaxPort;
}
