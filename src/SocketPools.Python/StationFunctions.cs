using System.Globalization;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Simulation;

namespace SocketPools.Python;

/// <summary>What the radio of a simulated station does in the air, for <c>stacknetwork._station</c>.</summary>
internal static unsafe class StationFunctions
{
    private static readonly Parameters s_join = new("_join", 4, "ssid", "password", "channel", "seconds");

    internal static TypeBuilder AddTo(TypeBuilder type) => type
        .Method("_join"u8, &Join, "_join(ssid, password, channel, seconds)\n--\n\nJoin a network; what a board says when it cannot, or None."u8)
        .Method("_leave"u8, &Leave, "_leave()\n--\n\nLeave the network."u8)
        .Method("_hear"u8, &Hear, "_hear()\n--\n\nReturn what is heard now, a line each: channel, signal, 1 with a password, hardware address, ssid."u8)
        .Method("_joined_to"u8, &GetAccessPoint, "_joined_to()\n--\n\nReturn the access point, as a line of _hear(); None without one."u8);

    [UnmanagedCallersOnly]
    private static nint Join(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[4];
        if (!s_join.Bind(args, count, keywords, places) || Find(self) is not { } station || Text.Read(places[0]) is not { } ssid || Text.Read(places[1]) is not { } password
            || !Numbers.TryReadInt(places[2], "channel", out int channel))
        {
            return 0;
        }

        double seconds = Py.PyFloat_AsDouble(places[3]);
        if (Py.PyErr_Occurred() != 0)
        {
            return 0;
        }

        try
        {
            Gil.Release();
            WifiResult result;
            try
            {
                result = station.Connect(ssid, password.Length == 0 ? null : password, seconds < 0 ? null : TimeSpan.FromSeconds(Math.Min(seconds, 1e6)), channel);
            }
            finally
            {
                Gil.Acquire();
            }

            return result.IsConnected ? Globals.NewNone() : Text.New(result.Message);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint Leave(nint self, nint unused)
    {
        if (Find(self) is not { } station)
        {
            return 0;
        }

        station.Disconnect();
        return Globals.NewNone();
    }

    [UnmanagedCallersOnly]
    private static nint Hear(nint self, nint unused) =>
        Find(self) is { } station ? Text.New(string.Join('\n', station.FindNetworks().Select(n => Line(n.Channel, n.SignalDbm, n.IsProtected, n.Bssid, n.Ssid)))) : 0;

    [UnmanagedCallersOnly]
    private static nint GetAccessPoint(nint self, nint unused)
    {
        if (Find(self) is not { } station)
        {
            return 0;
        }

        return station.AccessPoint is { } ap && station.IsRunning ? Text.New(Line(ap.Channel, ap.SignalAt(station), ap.Password is not null, ap.Bssid, ap.Ssid)) : Globals.NewNone();
    }

    private static string Line(int channel, int signal, bool isProtected, string bssid, string ssid) =>
        string.Create(CultureInfo.InvariantCulture, $"{channel} {signal} {(isProtected ? 1 : 0)} {bssid} {ssid}");

    private static SimulatedStation? Find(nint self)
    {
        if (Instance.Get<PythonRadio>(self) is PythonStackRadio { Station: { } station })
        {
            return station;
        }

        Raise.RuntimeError("the radio is that of no simulated station");
        return null;
    }
}
