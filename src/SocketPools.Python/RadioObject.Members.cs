using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Radios;

namespace SocketPools.Python;

/// <summary>The members of every radio: ping, the sockets' table and traffic, addresses.</summary>
internal static unsafe partial class RadioObject
{
    private static readonly Parameters s_ping = new("ping", 1, "address", "timeout");
    private static ushort s_sequence;

    [UnmanagedCallersOnly]
    private static nint Ping(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_ping.Bind(args, count, keywords, places) || Addresses.ReadHost(places[0], "ping") is not { } host)
        {
            return 0;
        }

        double seconds = places[1] == 0 ? 0.5 : Py.PyFloat_AsDouble(places[1]);
        if (Py.PyErr_Occurred() != 0)
        {
            return 0;
        }

        if (!(seconds > 0 && seconds <= CallTimeout.Max.TotalSeconds))
        {
            return Raise.ValueError("timeout must be positive seconds");
        }

        try
        {
            SocketPool pool = SocketPool.For(Instance.Get<PythonRadio>(self).Radio);
            // Never rounded down to nothing.
            TimeSpan timeout = TimeSpan.FromTicks(long.Max(1, (long)(seconds * TimeSpan.TicksPerSecond)));
            EchoResult result;
            Gil.Release();
            try
            {
                IPSocketAddress address = pool.GetAddressInfo(host, 0, type: SocketType.Dgram)[0].Address;
                using IcmpEcho echo = new(pool, address.Family);
                result = echo.Ping(address, ++s_sequence, "socketpool"u8, timeout);
            }
            finally
            {
                Gil.Acquire();
            }

            return result.Outcome == EchoOutcome.Reply ? Py.PyFloat_FromDouble(result.Time.TotalSeconds) : Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Dump(nint self, nint unused)
    {
        try
        {
            return Text.New(SocketPool.For(Instance.Get<PythonRadio>(self).Radio).Dump());
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetTraffic(nint self, nint closure)
    {
        try
        {
            PythonRadio state = Instance.Get<PythonRadio>(self);
            nint tuple = Py.PyTuple_New(3);
            if (tuple != 0)
            {
                _ = Py.PyTuple_SetItem(tuple, 0, Numbers.New(SocketPool.For(state.Radio).TotalOpened));
                _ = Py.PyTuple_SetItem(tuple, 1, Numbers.New(state.Traffic.BytesSent));
                _ = Py.PyTuple_SetItem(tuple, 2, Numbers.New(state.Traffic.BytesReceived));
            }

            return tuple;
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint CloseSockets(nint self, nint unused)
    {
        try
        {
            SocketPool pool = SocketPool.For(Instance.Get<PythonRadio>(self).Radio);
            Gil.Release();
            try
            {
                pool.CloseSockets();
            }
            finally
            {
                Gil.Acquire();
            }

            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetInterface(nint self, nint closure) =>
        Instance.Get<PythonRadio>(self).Interface is { } name ? Text.New(name) : Globals.NewNone();

    [UnmanagedCallersOnly]
    private static nint GetMaxSockets(nint self, nint closure) => Numbers.New(Instance.Get<PythonRadio>(self).Radio.MaxSockets);

    [UnmanagedCallersOnly]
    private static nint GetAddresses(nint self, nint closure)
    {
        try
        {
            return NewList(Instance.Get<PythonRadio>(self).Addresses.OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetIsUp(nint self, nint closure)
    {
        try
        {
            return Py.PyBool_FromLong(Instance.Get<PythonRadio>(self).IsUp ? 1 : 0);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetMacAddress(nint self, nint closure)
    {
        try
        {
            byte[] bytes = Instance.Get<PythonRadio>(self).PhysicalAddress.GetAddressBytes();
            fixed (byte* first = bytes)
            {
                return bytes.Length == 0 ? Globals.NewNone() : Py.PyBytes_FromStringAndSize(first, bytes.Length);
            }
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }
}
