using System.Diagnostics.CodeAnalysis;
using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests.Common;

/// <summary>A radio around another, which hands out its sockets wrapped.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "Some of the projects that compile it derive from it.")]
internal class WrappedRadio(Radio inner, Func<WrappedRadio, RadioSocket, WrappedSocket> wrap, TimeProvider? clock = null) : Radio(inner.MaxSockets)
{
    public override string Name => inner.Name;

    public override TimeProvider TimeProvider => clock ?? inner.TimeProvider;

    public override RadioResult OpenSocket(AddressFamily family, SocketType type, ProtocolType protocol, out RadioSocket? socket)
    {
        RadioResult result = inner.OpenSocket(family, type, protocol, out RadioSocket? made);
        socket = made is null ? null : wrap(this, made);
        return result;
    }

    public override AddressLookup Resolve(AddressQuery query, in Deadline deadline) => inner.Resolve(query, deadline);

    public override ValueTask<AddressLookup> ResolveAsync(AddressQuery query, CancellationToken cancellationToken) =>
        inner.ResolveAsync(query, cancellationToken);

    internal RadioSocket Wrap(RadioSocket socket) => wrap(this, socket);
}

/// <summary>A socket around another: everything is passed on, and the blocking calls are the contract's own.</summary>
[SuppressMessage("Performance", "CA1852", Justification = "Some of the projects that compile it derive from it.")]
internal class WrappedSocket(WrappedRadio radio, RadioSocket inner) : RadioSocket
{
    public override Radio Radio => radio;

    public override AddressFamily Family => inner.Family;

    public override SocketType Type => inner.Type;

    public override ProtocolType Protocol => inner.Protocol;

    public override RadioResult Bind(in IPSocketAddress local) => inner.Bind(local);

    public override RadioResult Listen(int backlog) => inner.Listen(backlog);

    public override RadioResult Shutdown(SocketShutdown how) => inner.Shutdown(how);

    public override RadioResult GetLocalAddress(out IPSocketAddress local) => inner.GetLocalAddress(out local);

    public override RadioResult GetRemoteAddress(out IPSocketAddress remote) => inner.GetRemoteAddress(out remote);

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) =>
        inner.SetOption(level, name, value);

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value) =>
        inner.GetOption(level, name, value);

    public override RadioResult SetNonBlocking(bool nonBlocking) => inner.SetNonBlocking(nonBlocking);

    public override RadioResult TryConnect(in IPSocketAddress remote) => inner.TryConnect(remote);

    public override RadioResult FinishConnect() => inner.FinishConnect();

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        RadioResult result = inner.TryAccept(out RadioSocket? made, out remote);
        accepted = made is null ? null : radio.Wrap(made);
        return result;
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data) => inner.TrySend(data);

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => inner.TrySendTo(data, remote);

    public override RadioResult TryReceive(Span<byte> buffer) => inner.TryReceive(buffer);

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote) => inner.TryReceiveFrom(buffer, out remote);

    public override RadioResult TryPeek(Span<byte> buffer, out IPSocketAddress remote) => inner.TryPeek(buffer, out remote);

    public override RadioResult GetAvailable() => inner.GetAvailable();

    public override RadioResult TryReceiveMessage(Span<byte> buffer, out IPSocketAddress remote, out PacketInformation information) =>
        inner.TryReceiveMessage(buffer, out remote, out information);

    public override Readiness Poll(Readiness interest) => inner.Poll(interest);

    public override RadioResult Wait(Readiness interest, in Deadline deadline) => inner.Wait(interest, deadline);

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
        inner.WaitAsync(interest, cancellationToken);

    public override void Close() => inner.Close();
}
