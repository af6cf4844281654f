using System.Runtime.InteropServices;
using SocketPools.Boards;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;
using SocketPools.Simulation;
using SocketPools.Stack.Links;

namespace SocketPools.Python;

/// <summary>
/// <c>_StackNetwork</c>: a TCP/IP stack in this process as a radio. <c>stacknetwork.Radio</c> derives from it. Lists are str with commas,
/// as the environment has them.
/// </summary>
internal static unsafe class StackRadioObject
{
    private const int MaxSockets = 65536;

    private static readonly Parameters s_setDns = new("_set_dns", 1, "servers");
    private static readonly Parameters s_setAddress = new("_set_ipv4", 2, "address", "gateways");
    private static nint s_type;

    /// <summary>The type, once it has been made.</summary>
    internal static nint Type => s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module)
    {
        TypeBuilder type = new TypeBuilder()
            .Doc("_StackNetwork(*, link, addresses='', gateways='', dns='', max_sockets=None, mtu=None, threaded_napi=False, capture=None, board=None)\n--\n\nA TCP/IP stack in this process as a radio, on a link: 'tap:NAME', 'tun:NAME', 'loopback', 'pair', or a radio that was made with 'pair', for the other end. capture is the path of a file for its frames, as pcapng."u8)
            .Slot(Py.Py_tp_new, (delegate* unmanaged<nint, nint, nint, nint>)&New)
            .Method("_set_dns"u8, &SetNameServers, "_set_dns(servers)\n--\n\nSet the name servers, a str."u8)
            .Method("_set_ipv4"u8, &SetAddress, "_set_ipv4(address, gateways)\n--\n\nTake another IPv4 address, '192.0.2.2/24', and gateway."u8)
            .Method("_end"u8, &End, "_end()\n--\n\nClose every socket and the link."u8);
        s_type = RadioObject.AddMembers(StationFunctions.AddTo(type)).Build(module, "stacknetwork._StackNetwork"u8, Instance.Size, Py.Py_TPFLAGS_BASETYPE);
        return s_type;
    }

    [UnmanagedCallersOnly]
    private static nint New(nint type, nint args, nint keywords)
    {
        PythonStackRadio? radio = null;
        try
        {
            if (!TryReadSettings(args, keywords, out Settings settings))
            {
                return 0;
            }

            if (Forks.HasLostStacks)
            {
                return Raise.RuntimeError("a process that was forked from one with a stack has none of .NET's threads, which a stack needs; "
                    + "start it anew (subprocess, or multiprocessing's \"spawn\")");
            }

            if (settings.Node is { } node)
            {
                // Its addresses are those of the network.
                radio = PythonStackRadio.Create(node, settings.MaxSockets, settings.Board);
                return Instance.New(type, radio);
            }

            radio = PythonStackRadio.Create(OpenLink(settings, out ILink? farEnd), settings.MaxSockets, settings.Capture, settings.Board);
            radio.FarEnd = farEnd;
            radio.AddAddresses(settings.Addresses);
            radio.AddGateways(settings.Gateways);
            radio.SetNameServers(settings.NameServers);
            nint o = Instance.New(type, radio);
            if (o == 0)
            {
                radio.End();
            }

            return o;
        }
        catch (Exception e)
        {
            radio?.End();
            return Raise.From(e);
        }
    }

    private static bool TryReadSettings(nint args, nint keywords, out Settings settings)
    {
        settings = new Settings();
        if (Py.PyTuple_Size(args) > 0)
        {
            return Raise.TypeError("_StackNetwork() takes keyword arguments only") != 0;
        }

        nint position = 0, key, value;
        while (keywords != 0 && Py.PyDict_Next(keywords, &position, &key, &value) != 0)
        {
            string? name = Text.Read(key);
            bool isRead = name switch
            {
                "link" when StackRadioObject.Is(value) => (settings.Peer = Instance.Get<PythonRadio>(value)) is not null,
                "link" when HandleObject.Is(value) => (settings.Node = HandleObject.Read<SimulatedNode>(value)) is not null,
                "link" => (settings.Link = Text.Read(value)) is not null,
                "addresses" => (settings.Addresses = Text.Read(value)!) is not null,
                "gateways" => (settings.Gateways = Text.Read(value)!) is not null,
                "dns" => (settings.NameServers = Text.Read(value)!) is not null,
                "max_sockets" => TryReadNumber(value, "max_sockets", MaxSockets, ref settings.MaxSockets),
                "mtu" => TryReadNumber(value, "mtu", 65535, ref settings.Mtu),
                "threaded_napi" => TryReadTruth(value, out settings.UseThreadedNapi),
                "capture" => value == Globals.None || (settings.Capture = Text.Read(value)) is not null,
                "board" => RadioObject.TryReadBoard(value, out settings.Board),
                null => false,
                _ => Raise.TypeError($"_StackNetwork() got an unexpected keyword argument '{name}'") != 0,
            };
            if (!isRead)
            {
                return false;
            }
        }

        return settings.Link is not null || settings.Peer is not null || settings.Node is not null || Raise.TypeError("_StackNetwork() missing required argument: 'link'") != 0;
    }

    private static bool Is(nint o) => Py.PyType_IsSubtype(Py.TypeOf(o), s_type) != 0;

    private static bool TryReadNumber(nint value, string what, int most, ref int number)
    {
        if (value == Globals.None)
        {
            return true;
        }

        return Numbers.TryReadInt(value, what, out number)
            && ((number >= 1 && number <= most) || Raise.ValueError($"{what} is 1 to {most}, not {number}") != 0);
    }

    private static bool TryReadTruth(nint value, out bool isTrue)
    {
        int answer = Py.PyObject_IsTrue(value);
        isTrue = answer > 0;
        return answer >= 0;
    }

    private static ILink? OpenLink(in Settings settings, out ILink? farEnd)
    {
        farEnd = null;
        int mtu = settings.Mtu == 0 ? 1500 : settings.Mtu;
        if (settings.Peer is PythonStackRadio peer)
        {
            ILink end = peer.FarEnd ?? throw new ArgumentException("link: the other end of this radio's cable is not free");
            peer.FarEnd = null;
            return end;
        }

        string[] parts = settings.Link!.Split(':', 2);
        switch (parts)
        {
            case ["loopback"]:
                return null;
            case ["pair"]:
                LinkPair cable = LinkPair.Create(new LinkPairOptions { Mtu = mtu });
                farEnd = cable.B;
                return cable.A;
            case ["tap" or "tun", var name] when OperatingSystem.IsLinux():
                return TapLink.Open(new TapLinkOptions
                {
                    Name = name,
                    Medium = parts[0] == "tap" ? LinkMedium.Ethernet : LinkMedium.IP,
                    Mtu = settings.Mtu == 0 ? null : mtu,
                    UseThreadedNapi = settings.UseThreadedNapi,
                });
            default:
                throw new ArgumentException($"link is tap:NAME, tun:NAME or loopback, not '{settings.Link}'");
        }
    }

    [UnmanagedCallersOnly]
    private static nint SetNameServers(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[1];
        if (!s_setDns.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } list)
        {
            return 0;
        }

        try
        {
            ((PythonStackRadio)Instance.Get<PythonRadio>(self)).SetNameServers(list);
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint SetAddress(nint self, nint* args, nint count, nint keywords)
    {
        Span<nint> places = stackalloc nint[2];
        if (!s_setAddress.Bind(args, count, keywords, places) || Text.Read(places[0]) is not { } address || Text.Read(places[1]) is not { } gateways)
        {
            return 0;
        }

        try
        {
            ((PythonStackRadio)Instance.Get<PythonRadio>(self)).SetInternetProtocol4(address, gateways);
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint End(nint self, nint unused)
    {
        try
        {
            Instance.Get<PythonRadio>(self).End();
            return Globals.NewNone();
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private struct Settings()
    {
        internal string? Link = null;
        internal PythonRadio? Peer = null;
        internal SimulatedNode? Node = null;
        internal string Addresses = "";
        internal string Gateways = "";
        internal string NameServers = "";
        internal int MaxSockets = HostNetwork.DefaultMaxSockets;
        internal int Mtu = 0;
        internal bool UseThreadedNapi = false;
        internal string? Capture = null;
        internal BoardProfile? Board = null;
    }
}
