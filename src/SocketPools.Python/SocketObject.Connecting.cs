using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>connect, bind, listen, accept, shutdown, and the two addresses.</summary>
internal static unsafe partial class SocketObject
{
    private static readonly Parameters s_connect = new("connect", 1, "address");
    private static readonly Parameters s_connectEx = new("connect_ex", 1, "address");
    private static readonly Parameters s_bind = new("bind", 1, "address");
    private static readonly Parameters s_listen = new("listen", 0, "backlog");
    private static readonly Parameters s_shutdown = new("shutdown", 1, "how");

    private static void AddConnecting(TypeBuilder type) => type
        .Method("connect"u8, &Connect, "connect($self, address)\n--\n\nConnect to an address, (host, port). The time-out covers the look-up of the name too."u8)
        .Method("connect_ex"u8, &ConnectEx, "connect_ex($self, address)\n--\n\nAs connect(), but return the error number instead of raising: 0 when connected."u8)
        .Method("bind"u8, &Bind, "bind($self, address)\n--\n\nBind to an address, (host, port). Port 0 takes a free one."u8)
        .Method("listen"u8, &Listen, "listen($self, backlog=128)\n--\n\nWait for connections from now on."u8)
        .Method("accept"u8, &Accept, "accept($self)\n--\n\nTake the next connection and return (socket, address). The new socket has this one's time-out."u8)
        .Method("shutdown"u8, &Shutdown, "shutdown($self, how)\n--\n\nEnd receiving (0), sending (1) or both (2)."u8)
        .Method("getsockname"u8, &GetLocal, "getsockname($self)\n--\n\nReturn the socket's own address."u8)
        .Method("getpeername"u8, &GetRemote, "getpeername($self)\n--\n\nReturn the peer's address."u8);

    [UnmanagedCallersOnly]
    private static nint Connect(nint self, nint* args, nint count, nint keywords)
    {
        try
        {
            Connect(self, s_connect, args, count, keywords, out bool parsed);
            return parsed ? Globals.NewNone() : 0;
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint ConnectEx(nint self, nint* args, nint count, nint keywords)
    {
        try
        {
            Connect(self, s_connectEx, args, count, keywords, out bool parsed);
            return parsed ? Numbers.New(0) : 0;
        }
        catch (AddressInfoException e)
        {
            return Raise.From(e);
        }
        catch (PoolSocketException e)
        {
            // As CPython's: a connect that a time limit ended is still under way.
            return Numbers.New((int)(e.Errno == Errno.ETIMEDOUT ? Errno.EAGAIN : e.Errno));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Bind(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_bind.Bind(args, count, keywords, places))
        {
            return 0;
        }

        try
        {
            PoolSocket socket = Get(self).Socket;
            if (!Addresses.TryResolve(places[0], "bind", socket.Pool, socket.Family, socket.StartCall(), out IPSocketAddress local))
            {
                return 0;
            }

            socket.Bind(local);
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Listen(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        int backlog = 128;
        if (!s_listen.Bind(args, count, keywords, places) || (places[0] != 0 && !Numbers.TryReadInt(places[0], "backlog", out backlog)))
        {
            return 0;
        }

        try
        {
            Get(self).Socket.Listen(backlog);
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Accept(nint self, nint unused)
    {
        try
        {
            PythonSocket state = Get(self);
            PoolSocket accepted;
            IPSocketAddress remote;
            Callers.Note();
            Gil.Release();
            try
            {
                accepted = state.Socket.Accept(out remote);
            }
            catch (PoolSocketException e) when (e.Errno == Errno.EBADF)
            {
                Gil.Acquire();
                AwaitPlace(state.Socket);
                throw;
            }
            finally
            {
                Gil.Acquire();
            }

            return Pair.New(New(accepted, state.Pool, accepted.Timeout == state.Socket.Timeout ? state.Timeout : accepted.Timeout?.TotalSeconds), Addresses.New(remote));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Shutdown(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_shutdown.Bind(args, count, keywords, places) || !Numbers.TryReadInt(places[0], "how", out int how))
        {
            return 0;
        }

        try
        {
            Get(self).Socket.Shutdown((SocketShutdown)how);
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetLocal(nint self, nint unused)
    {
        try
        {
            PoolSocket socket = Get(self).Socket;
            RadioResult result = socket.RadioSocket.GetLocalAddress(out IPSocketAddress local);
            return Failed(result, socket, "getsockname", socket.StartCall()) ? 0 : Addresses.New(local);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetRemote(nint self, nint unused)
    {
        try
        {
            PoolSocket socket = Get(self).Socket;
            RadioResult result = socket.RadioSocket.GetRemoteAddress(out IPSocketAddress remote);
            return Failed(result, socket, "getpeername", socket.StartCall()) ? 0 : Redirection.NewAddress(remote);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static void Connect(nint self, Parameters parameters, nint* args, nint count, nint keywords, out bool parsed)
    {
        parsed = false;
        Span<nint> places = stackalloc nint[1];
        if (!parameters.Bind(args, count, keywords, places))
        {
            return;
        }

        PoolSocket socket = Get(self).Socket;
        Deadline deadline = socket.StartCall();
        if (!Addresses.TryResolve(places[0], parameters.Function, socket.Pool, socket.Family, deadline, out IPSocketAddress remote))
        {
            return;
        }

        parsed = true;
        Gil.Release();
        try
        {
            try
            {
                socket.Connect(remote, deadline);
            }
            catch (PoolSocketException e) when (e.Errno == Errno.EACCES && AllowsBroadcast(socket))
            {
                socket.Connect(remote, deadline);
            }
        }
        catch (PoolSocketException e) when (e.Errno == Errno.EBADF)
        {
            Gil.Acquire();
            AwaitPlace(socket);
            throw;
        }
        finally
        {
            Gil.Acquire();
        }
    }
}
