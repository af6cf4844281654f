using System.Runtime.InteropServices;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>send, sendall and sendto. No .NET object is made on the way.</summary>
internal static unsafe partial class SocketObject
{
    private static readonly Parameters s_send = new("send", 1, "bytes");
    private static readonly Parameters s_sendAll = new("sendall", 1, "bytes");
    private static readonly Parameters s_sendTo = new("sendto", 2, "bytes", "address");

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
        return SendUnlocked(state, ref data, deadline, out RadioResult result) ? CountOf(result, socket, "send", deadline) : 0;
    }

    /// <summary>Sends while other threads run, releases the buffer and counts the bytes. False with the error set.</summary>
    private static bool SendUnlocked(PythonSocket state, ref Buffers data, in Deadline deadline, out RadioResult result)
    {
        result = default;
        bool isDone = true;
        Gil.Release();
        try
        {
            result = state.Socket.RadioSocket.Send(data.Bytes, deadline);
        }
        catch (Exception e)
        {
            Gil.Acquire();
            isDone = false;
            Raise.From(e);
        }

        Gil.Acquire();
        data.Release();
        state.Traffic.BytesSent += result.Failed ? 0 : result.Count;
        return isDone;
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
}
