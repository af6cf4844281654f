using SocketPools.Radios;

namespace SocketPools.Tests.Differential;

/// <summary>How a runner makes the calls that may wait: by the blocking ones, or by their asynchronous twins.</summary>
internal abstract class SocketCalls
{
    internal static readonly SocketCalls Blocking = new BlockingCalls();
    internal static readonly SocketCalls Asynchronous = new AsynchronousCalls();

    /// <summary>Whether what waits sleeps in a system call, where a signal can meet it.</summary>
    internal abstract bool WaitsInTheKernel { get; }

    internal abstract void Connect(PoolSocket socket, string host, int port);

    internal abstract void Connect(PoolSocket socket, IPSocketAddress remote);

    internal abstract PoolSocket Accept(PoolSocket socket, out IPSocketAddress remote);

    internal abstract int Send(PoolSocket socket, byte[] data);

    internal abstract void SendAll(PoolSocket socket, byte[] data);

    internal abstract int SendTo(PoolSocket socket, byte[] data, string host, int port);

    internal abstract int SendTo(PoolSocket socket, byte[] data, IPSocketAddress remote);

    internal abstract int Receive(PoolSocket socket, Memory<byte> buffer, int? size = null);

    internal abstract int ReceiveFrom(PoolSocket socket, Memory<byte> buffer, int? size, out IPSocketAddress remote);
}

internal sealed class BlockingCalls : SocketCalls
{
    internal override bool WaitsInTheKernel => true;

    internal override void Connect(PoolSocket socket, string host, int port) => socket.Connect(host, port);

    internal override void Connect(PoolSocket socket, IPSocketAddress remote) => socket.Connect(remote);

    internal override PoolSocket Accept(PoolSocket socket, out IPSocketAddress remote) => socket.Accept(out remote);

    internal override int Send(PoolSocket socket, byte[] data) => socket.Send(data);

    internal override void SendAll(PoolSocket socket, byte[] data) => socket.SendAll(data);

    internal override int SendTo(PoolSocket socket, byte[] data, string host, int port) => socket.SendTo(data, host, port);

    internal override int SendTo(PoolSocket socket, byte[] data, IPSocketAddress remote) => socket.SendTo(data, remote);

    internal override int Receive(PoolSocket socket, Memory<byte> buffer, int? size = null) =>
        size is { } s ? socket.ReceiveInto(buffer.Span, s) : socket.ReceiveInto(buffer.Span);

    internal override int ReceiveFrom(PoolSocket socket, Memory<byte> buffer, int? size, out IPSocketAddress remote) =>
        size is { } s ? socket.ReceiveFromInto(buffer.Span, s, out remote) : socket.ReceiveFromInto(buffer.Span, out remote);
}

/// <summary>The twins. The thread of the case waits for the task, and says meanwhile that its call is blocked.</summary>
internal sealed class AsynchronousCalls : SocketCalls
{
    internal override bool WaitsInTheKernel => false;

    internal override void Connect(PoolSocket socket, string host, int port) => Finish(socket.ConnectAsync(host, port));

    internal override void Connect(PoolSocket socket, IPSocketAddress remote) => Finish(socket.ConnectAsync(remote));

    internal override PoolSocket Accept(PoolSocket socket, out IPSocketAddress remote)
    {
        PoolSocket accepted = Finish(socket.AcceptAsync());
        remote = accepted.GetSnapshot().Remote; // of a connection that is reset by now, too
        return accepted;
    }

    internal override int Send(PoolSocket socket, byte[] data) => Finish(socket.SendAsync(data));

    internal override void SendAll(PoolSocket socket, byte[] data) => Finish(socket.SendAllAsync(data));

    internal override int SendTo(PoolSocket socket, byte[] data, string host, int port) => Finish(socket.SendToAsync(data, host, port));

    internal override int SendTo(PoolSocket socket, byte[] data, IPSocketAddress remote) => Finish(socket.SendToAsync(data, remote));

    internal override int Receive(PoolSocket socket, Memory<byte> buffer, int? size = null) =>
        Finish(size is { } s ? socket.ReceiveIntoAsync(buffer, s) : socket.ReceiveIntoAsync(buffer));

    internal override int ReceiveFrom(PoolSocket socket, Memory<byte> buffer, int? size, out IPSocketAddress remote)
    {
        (int count, remote) = Finish(size is { } s ? socket.ReceiveFromIntoAsync(buffer, s) : socket.ReceiveFromIntoAsync(buffer));
        return count;
    }

    private static T Finish<T>(ValueTask<T> call)
    {
        using (BlockedCall.NoteWaiting(!call.IsCompleted))
        {
            return call.AsTask().GetAwaiter().GetResult();
        }
    }

    private static void Finish(ValueTask call)
    {
        using (BlockedCall.NoteWaiting(!call.IsCompleted))
        {
            call.AsTask().GetAwaiter().GetResult();
        }
    }
}
