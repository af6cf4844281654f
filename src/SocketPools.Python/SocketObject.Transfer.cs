using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>send, sendall, sendto, recv_into, recvfrom_into: what programs spend their time in. No .NET object is made on the way.</summary>
internal static unsafe partial class SocketObject
{
    private static void AddTransfer(TypeBuilder type) => type
        .Method("send"u8, &Send, "send($self, bytes)\n--\n\nSend what fits of some bytes to the connected peer and return how many were taken."u8)
        .Method("sendall"u8, &SendAll, "sendall($self, bytes)\n--\n\nSend all of some bytes to the connected peer. The time-out is for the whole."u8)
        .Method("sendto"u8, &SendTo, "sendto($self, bytes, address)\n--\n\nSend some bytes to an address, (host, port), and return how many were taken."u8)
        .Method("recv_into"u8, &ReceiveInto, "recv_into($self, buffer, bufsize=0)\n--\n\nReceive at most bufsize bytes (0: as many as fit) into a buffer and return how many came: 0 at the end of the stream."u8)
        .Method("recvfrom_into"u8, &ReceiveFromInto, "recvfrom_into($self, buffer, bufsize=0)\n--\n\nReceive into a buffer and return (how many bytes came, the sender's address)."u8);

    /// <summary>A call that a close has woken returns when the socket's place is free: the closing thread is about to give it back.</summary>
    private static void AwaitPlace(PoolSocket socket)
    {
        if (socket.State != Diagnostics.SocketState.Closed || socket.IsReleased)
        {
            return;
        }

        Gil.Release();
        _ = SpinWait.SpinUntil(() => socket.IsReleased, 1000); // a close may wait for the peer (SO_LINGER)
        Gil.Acquire();
    }

    private static nint CountOf(RadioResult result, PoolSocket socket, string operation, in Deadline deadline, in IPSocketAddress remote = default) =>
        Failed(result, socket, operation, deadline, remote) ? 0 : Numbers.New(result.Count);

    private static bool Failed(RadioResult result, PoolSocket socket, string operation, in Deadline deadline, in IPSocketAddress remote = default)
    {
        if (!result.Failed)
        {
            return false;
        }

        if (result.Errno == Errno.EBADF)
        {
            AwaitPlace(socket);
        }

        if (result.Errno == Errno.EAGAIN)
        {
            PythonSimulation.NotePolling(socket);
            Raise.LastHint = socket.Pool.Radio.GetHint(operation, Errno.EAGAIN);
            Raise.WouldBlock();
        }
        else
        {
            Raise.From(socket.CreateException(result.Errno, operation, deadline, remote));
        }

        return true;
    }
}
