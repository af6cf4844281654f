using System.Net.Sockets;
using SocketPools.Radios;

namespace SocketPools.Tests;

/// <summary>A socket that can do nothing: calls are EOPNOTSUPP, options ENOPROTOOPT. A test overrides what it is about.</summary>
internal abstract class RefusingSocket(AddressFamily family, SocketType type) : RadioSocket
{
    public override AddressFamily Family => family;

    public override SocketType Type => type;

    public override ProtocolType Protocol => type == SocketType.Stream ? ProtocolType.Tcp : ProtocolType.Unspecified;

    public override RadioResult Bind(in IPSocketAddress local) => Errno.EOPNOTSUPP;

    public override RadioResult Listen(int backlog) => Errno.EOPNOTSUPP;

    public override RadioResult Shutdown(SocketShutdown how) => Errno.EOPNOTSUPP;

    public override RadioResult SetOption(SocketOptionLevel level, SocketOptionName name, ReadOnlySpan<byte> value) => Errno.ENOPROTOOPT;

    public override RadioResult GetOption(SocketOptionLevel level, SocketOptionName name, Span<byte> value) => Errno.ENOPROTOOPT;

    public override RadioResult TryConnect(in IPSocketAddress remote) => Errno.EOPNOTSUPP;

    public override RadioResult FinishConnect() => Errno.EOPNOTSUPP;

    public override RadioResult TryAccept(out RadioSocket? accepted, out IPSocketAddress remote)
    {
        (accepted, remote) = (null, default);
        return Errno.EOPNOTSUPP;
    }

    public override RadioResult TrySend(ReadOnlySpan<byte> data) => Errno.EOPNOTSUPP;

    public override RadioResult TrySendTo(ReadOnlySpan<byte> data, in IPSocketAddress remote) => Errno.EOPNOTSUPP;

    public override RadioResult TryReceive(Span<byte> buffer) => Errno.EOPNOTSUPP;

    public override RadioResult TryReceiveFrom(Span<byte> buffer, out IPSocketAddress remote)
    {
        remote = default;
        return Errno.EOPNOTSUPP;
    }

    public override Readiness Poll(Readiness interest) => Readiness.None;

    public override RadioResult Wait(Readiness interest, in Deadline deadline) => Errno.EOPNOTSUPP;

    public override ValueTask<RadioResult> WaitAsync(Readiness interest, CancellationToken cancellationToken) =>
        ValueTask.FromResult<RadioResult>(Errno.EOPNOTSUPP);
}
