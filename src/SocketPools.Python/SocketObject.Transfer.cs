using System.Runtime.InteropServices;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>send, sendall, sendto, recv_into, recvfrom_into: what programs spend their time in. No .NET object is made on the way.</summary>
internal static unsafe partial class SocketObject
{
    private static readonly Parameters s_send = new("send", 1, "bytes");
    private static readonly Parameters s_sendAll = new("sendall", 1, "bytes");
    private static readonly Parameters s_sendTo = new("sendto", 2, "bytes", "address");
    private static readonly Parameters s_receiveInto = new("recv_into", 1, "buffer", "bufsize");
    private static readonly Parameters s_receiveFromInto = new("recvfrom_into", 1, "buffer", "bufsize");

    private static void AddTransfer(TypeBuilder type) => type
        .Method("send"u8, &Send, "send($self, bytes)\n--\n\nSend what fits of some bytes to the connected peer and return how many were taken."u8)
        .Method("sendall"u8, &SendAll, "sendall($self, bytes)\n--\n\nSend all of some bytes to the connected peer. The time-out is for the whole."u8)
        .Method("sendto"u8, &SendTo, "sendto($self, bytes, address)\n--\n\nSend some bytes to an address, (host, port), and return how many were taken."u8)
        .Method("recv_into"u8, &ReceiveInto, "recv_into($self, buffer, bufsize=0)\n--\n\nReceive at most bufsize bytes (0: as many as fit) into a buffer and return how many came: 0 at the end of the stream."u8)
        .Method("recvfrom_into"u8, &ReceiveFromInto, "recvfrom_into($self, buffer, bufsize=0)\n--\n\nReceive into a buffer and return (how many bytes came, the sender's address)."u8);

    [UnmanagedCallersOnly]
    private static nint Send(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        Buffers data = default;
        if (!s_send.Bind(args, count, keywords, places) || !data.TryGet(places[0]))
        {
            return 0;
        }

        PythonSocket state = Get(self);
        PoolSocket socket = state.Socket;
        Deadline deadline = socket.StartQuickCall();
        RadioResult result = default;
        nint error = 0;
        Gil.Release();
        try
        {
            result = socket.RadioSocket.Send(data.Bytes, deadline);
        }
        catch (Exception e)
        {
            Gil.Acquire();
            error = 1;
            Raise.From(e);
        }

        Gil.Acquire();
        data.Release();
        state.Traffic.BytesSent += result.Failed ? 0 : result.Count;
        return error != 0 ? 0 : CountOf(result, socket, "send", deadline);
    }

    [UnmanagedCallersOnly]
    private static nint SendAll(nint self, nint* args, nint given, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        Buffers data = default;
        if (!s_sendAll.Bind(args, given, keywords, places) || !data.TryGet(places[0]))
        {
            return 0;
        }

        PythonSocket state = Get(self);
        PoolSocket socket = state.Socket;
        Deadline deadline = socket.StartQuickCall();
        RadioResult result = default;
        nint error = 0;
        nint sent = 0;
        Gil.Release();
        try
        {
            // More than a span holds goes span by span, within the one deadline.
            do
            {
                result = socket.RadioSocket.SendAll(data.From(sent), deadline, out int count);
                sent += count;
            }
            while (!result.Failed && sent < data.Length);
        }
        catch (Exception e)
        {
            Gil.Acquire();
            error = 1;
            Raise.From(e);
        }

        Gil.Acquire();
        data.Release();
        state.Traffic.BytesSent += sent;
        return error != 0 || Failed(result, socket, "sendall", deadline) ? 0 : Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint SendTo(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_sendTo.Bind(args, count, keywords, places))
        {
            return 0;
        }

        Buffers data = default;
        if (!data.TryGet(places[0]))
        {
            return 0;
        }

        try
        {
            PythonSocket state = Get(self);
            PoolSocket socket = state.Socket;
            Deadline deadline = socket.StartQuickCall();
            if (!Addresses.TryResolve(places[1], "sendto", socket.Pool, socket.Family, deadline, out IPSocketAddress remote))
            {
                return 0;
            }

            RadioResult result;
            Gil.Release();
            try
            {
                result = socket.RadioSocket.SendTo(data.Bytes, remote, deadline);
                if (result.Errno == Errno.EACCES && AllowsBroadcast(socket))
                {
                    result = socket.RadioSocket.SendTo(data.Bytes, remote, deadline);
                }
            }
            finally
            {
                Gil.Acquire();
            }

            state.Traffic.BytesSent += result.Failed ? 0 : result.Count;
            return CountOf(result, socket, "sendto", deadline, remote);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
        finally
        {
            data.Release();
        }
    }

    [UnmanagedCallersOnly]
    private static nint ReceiveInto(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        Buffers buffer = default;
        if (!s_receiveInto.Bind(args, count, keywords, places) || !TryGetBuffer(places, ref buffer, out Span<byte> bytes))
        {
            return 0;
        }

        PythonSocket state = Get(self);
        PoolSocket socket = state.Socket;
        if (bytes.IsEmpty)
        {
            buffer.Release();
            return Numbers.New(0);
        }

        Deadline deadline = socket.StartQuickCall();
        // What is there already is taken with the interpreter's lock held: letting go of it costs more than the call.
        RadioResult result = socket.RadioSocket.TryReceive(bytes);
        nint error = 0;
        if (result.Errno == Errno.EAGAIN && !deadline.IsImmediate)
        {
            error = WaitAndReceive(socket, bytes, deadline, out result) ? 0 : 1;
        }

        buffer.Release();
        state.Traffic.BytesReceived += result.Failed ? 0 : result.Count;
        return error != 0 ? 0 : CountOf(result, socket, "recv_into", deadline);
    }

    /// <summary>
    /// Receives while other threads run. Where no time-out is set the first long wait of the process says so, as a warning, and goes on. False with
    /// the error set.
    /// </summary>
    private static bool WaitAndReceive(PoolSocket socket, Span<byte> bytes, in Deadline deadline, out RadioResult result)
    {
        if (deadline.IsInfinite && LongWait.IsToldOf(socket))
        {
            if (!ReceiveUnlocked(socket, bytes, socket.StartCall(LongWait.Limit), out result))
            {
                return false;
            }

            if (result.Errno != Errno.ETIMEDOUT)
            {
                return true;
            }

            if (!LongWait.Tell())
            {
                return false;
            }
        }

        return ReceiveUnlocked(socket, bytes, deadline, out result);
    }

    private static bool ReceiveUnlocked(PoolSocket socket, Span<byte> bytes, in Deadline deadline, out RadioResult result)
    {
        result = default;
        Gil.Release();
        try
        {
            result = socket.RadioSocket.Receive(bytes, deadline);
        }
        catch (Exception e)
        {
            Gil.Acquire();
            Raise.From(e);
            return false;
        }

        Gil.Acquire();
        return true;
    }

    [UnmanagedCallersOnly]
    private static nint ReceiveFromInto(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        Buffers buffer = default;
        if (!s_receiveFromInto.Bind(args, count, keywords, places) || !TryGetBuffer(places, ref buffer, out Span<byte> bytes))
        {
            return 0;
        }

        try
        {
            PythonSocket state = Get(self);
            PoolSocket socket = state.Socket;
            Deadline deadline = socket.StartQuickCall();
            bool tells = deadline.IsInfinite && LongWait.IsToldOf(socket);
            RadioResult result = ReceiveFromUnlocked(socket, bytes, tells ? socket.StartCall(LongWait.Limit) : deadline, out IPSocketAddress remote);
            if (tells && result.Errno == Errno.ETIMEDOUT)
            {
                if (!LongWait.Tell())
                {
                    return 0;
                }

                result = ReceiveFromUnlocked(socket, bytes, deadline, out remote);
            }

            state.Traffic.BytesReceived += result.Failed ? 0 : result.Count;
            return Failed(result, socket, "recvfrom_into", deadline) ? 0 : Pair.New(Numbers.New(result.Count), Redirection.NewAddress(remote));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
        finally
        {
            buffer.Release();
        }
    }

    private static RadioResult ReceiveFromUnlocked(PoolSocket socket, Span<byte> bytes, in Deadline deadline, out IPSocketAddress remote)
    {
        Gil.Release();
        try
        {
            return socket.RadioSocket.ReceiveFrom(bytes, out remote, deadline);
        }
        finally
        {
            Gil.Acquire();
        }
    }

    /// <summary>Boards broadcast without an option: the first datagram that the system refuses for want of it sets it.</summary>
    private static bool AllowsBroadcast(PoolSocket socket)
    {
        if (socket.Type != System.Net.Sockets.SocketType.Dgram)
        {
            return false;
        }

        int on = 1;
        return !socket.RadioSocket.SetRawOption(1, 6, MemoryMarshal.AsBytes(new ReadOnlySpan<int>(in on))).Failed; // SOL_SOCKET, SO_BROADCAST
    }

    /// <summary>The memory of a receive's first argument, as long as its second says: 0 means all of it. False with the error set.</summary>
    private static bool TryGetBuffer(scoped ReadOnlySpan<nint> places, ref Buffers buffer, out Span<byte> bytes)
    {
        bytes = default;
        long size = 0;
        if (!buffer.TryGetWritable(places[0]))
        {
            return false;
        }

        if (places[1] != 0 && !Numbers.TryReadLong(places[1], "bufsize", out size))
        {
            buffer.Release();
            return false;
        }

        if (size > buffer.Length)
        {
            buffer.Release();
            Raise.ValueError("buffer too small for requested bytes");
            return false;
        }

        // As on boards, a size that is not positive asks for as many as fit.
        bytes = size <= 0 ? buffer.Bytes : buffer.Bytes[..(int)long.Min(size, int.MaxValue)];
        return true;
    }

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
