using System.Runtime.InteropServices;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>recv_into and recvfrom_into. No .NET object is made on the way.</summary>
internal static unsafe partial class SocketObject
{
    private static readonly Parameters s_receiveInto = new("recv_into", 1, "buffer", "bufsize");
    private static readonly Parameters s_receiveFromInto = new("recvfrom_into", 1, "buffer", "bufsize");

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
        return TryReceiveInto(state, ref buffer, bytes, deadline, out RadioResult result) ? CountOf(result, socket, "recv_into", deadline) : 0;
    }

    /// <summary>Receives into a buffer, releases it and counts the bytes. False with the error set.</summary>
    private static bool TryReceiveInto(PythonSocket state, ref Buffers buffer, scoped Span<byte> bytes, in Deadline deadline, out RadioResult result)
    {
        // What is there already is taken with the interpreter's lock held: releasing the lock costs more than the call.
        result = state.Socket.RadioSocket.TryReceive(bytes);
        bool isDone = result.Errno != Errno.EAGAIN || deadline.IsImmediate || WaitAndReceive(state.Socket, bytes, deadline, out result);
        buffer.Release();
        state.Traffic.BytesReceived += result.Failed ? 0 : result.Count;
        return isDone;
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
}
