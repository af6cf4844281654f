using System.Net;
using System.Net.Sockets;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>The radio below a chip of <c>socketpool run</c>: another radio, with names and addresses led where the run's rules say.</summary>
internal sealed class LedRadio(Radio radio, LeadFunction lead) : Radio(radio.MaxSocketsLimit)
{
    public override string Name => radio.Name;

    public override TimeProvider TimeProvider => radio.TimeProvider;

    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        RadioResult result = radio.OpenSocket(family, type, protocol, out socket);
        socket = socket is null ? null : new LedSocket(this, socket);
        return result;
    }

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) =>
        TryLead(query, out AddressQuery led, out AddressLookup failure) ? radio.Resolve(led, deadline) : failure;

    public override ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken) =>
        TryLead(query, out AddressQuery led, out AddressLookup failure) ? radio.ResolveAsync(led, cancellationToken) : new(failure);

    internal Errno Lead(string operation, ref IPSocketAddress address)
    {
        string host = address.ToIPAddress().ToString();
        int port = address.Port;
        int error = lead.Ask(operation, ref host, ref port);
        if (error != 0)
        {
            return error < 0 ? Errno.EHOSTUNREACH : (Errno)error;
        }

        if (IPAddress.TryParse(host, out IPAddress? other) && port is >= 0 and <= IPEndPoint.MaxPort)
        {
            address = new IPSocketAddress(other, port);
        }

        return Errno.None;
    }

    private bool TryLead(AddressQuery query, out AddressQuery led, out AddressLookup failure)
    {
        led = query;
        failure = default;
        if (query.Host is null)
        {
            return true;
        }

        string host = query.Host;
        int port = 0;
        int error = lead.Ask("getaddrinfo", ref host, ref port);
        led = query with { Host = host };
        failure = error < 0 ? new AddressLookup(AddressInfoError.NoName) : new AddressLookup(AddressInfoError.System, (Errno)error);
        return error == 0;
    }
}

/// <summary>A socket whose addresses are led elsewhere; everything else is the other socket's.</summary>
internal sealed class LedSocket(LedRadio radio, RadioSocket socket) : RadioSocket
{
    public override Radio Radio => radio;

    public override AddressFamily Family => socket.Family;

    public override SocketType Type => socket.Type;

    public override ProtocolType Protocol => socket.Protocol;

    public override RadioResult Bind(in IPSocketAddress local)
    {
        IPSocketAddress led = local;
        Errno error = radio.Lead("bind", ref led);
        return error == Errno.None ? socket.Bind(led) : error;
    }

    public override RadioResult TryConnect(in IPSocketAddress remote)
    {
        IPSocketAddress led = remote;
        Errno error = radio.Lead("connect", ref led);
        return error == Errno.None ? socket.TryConnect(led) : error;
    }

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote)
    {
        IPSocketAddress led = remote;
        Errno error = radio.Lead("sendto", ref led);
        return error == Errno.None ? socket.TrySendTo(data, led) : error;
    }

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = socket.TryReceiveFrom(buffer, out remote);
        if (!result.Failed && remote.HasValue)
        {
            radio.Lead("from", ref remote);
        }

        return result;
    }

    public override RadioResult GetAvailable() => socket.GetAvailable();

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote)
    {
        RadioResult result = socket.TryPeek(buffer, out remote);
        if (!result.Failed && remote.HasValue)
        {
            radio.Lead("from", ref remote);
        }

        return result;
    }

    public override RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information)
    {
        RadioResult result = socket.TryReceiveMessage(buffer, out remote, out information);
        if (!result.Failed && remote.HasValue)
        {
            radio.Lead("from", ref remote);
        }

        return result;
    }

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        RadioResult result = socket.TryAccept(out accepted, out remote);
        accepted = accepted is null ? null : new LedSocket(radio, accepted);
        return result;
    }

    public override RadioResult Listen(int backlog) => socket.Listen(backlog);

    public override RadioResult Shutdown(SocketShutdown how) => socket.Shutdown(how);

    public override RadioResult GetLocalAddress(out IPSocketAddress local) => socket.GetLocalAddress(out local);

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote) => socket.GetRemoteAddress(out remote);

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => socket.SetOption(level, name, value);

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value) => socket.GetOption(level, name, value);

    public override RadioResult FinishConnect() => socket.FinishConnect();

    public override RadioResult TrySend(ReadOnlySpan<byte> data) => socket.TrySend(data);

    public override RadioResult TryReceive(Span<byte> buffer) => socket.TryReceive(buffer);

    public override Readiness Poll(Readiness interest) => socket.Poll(interest);

    public override RadioResult Wait(Readiness interest, in Deadline deadline) => socket.Wait(interest, deadline);

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) => socket.WaitAsync(interest, cancellationToken);

    public override void Close() => socket.Close();
}
