using System.Runtime.InteropServices;
using SocketPools.Boards;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>
/// <c>hostnetwork.HostNetwork</c>: the host's network, or one interface of it, as a radio. <c>wifi.Radio</c> derives from it.
/// </summary>
internal static unsafe partial class RadioObject
{
    private static nint s_type;

    /// <summary>The type, once it has been made.</summary>
    internal static nint Type => s_type;

    /// <summary>Makes the type; 0 with the error set.</summary>
    internal static nint Build(nint module)
    {
        TypeBuilder type = new TypeBuilder()
            .Doc("HostNetwork(*, interface=None, max_sockets=None, board=None)\n--\n\nThe host's network as a radio, or one interface of it."u8)
            .Slot(Py.Py_tp_new, (delegate* unmanaged<nint, nint, nint, nint>)&New);
        s_type = AddMembers(type).Build(module, "hostnetwork.HostNetwork"u8, Instance.Size, Py.Py_TPFLAGS_BASETYPE);
        return s_type;
    }

    /// <summary>What the radios of the host and of a stack have in common.</summary>
    internal static TypeBuilder AddMembers(TypeBuilder type) => type
        .Slot(Py.Py_tp_dealloc, (delegate* unmanaged<nint, void>)&Deallocate)
        .WeakReferencesAt(Instance.WeakReferencesOffset)
        .Method("_ping"u8, &Ping, "_ping(address, timeout)\n--\n\nReturn the seconds that an ICMP echo took, or None."u8)
        .Method("_dump"u8, &Dump, "_dump()\n--\n\nReturn a table of who holds which socket."u8)
        .Property("_traffic"u8, &GetTraffic, "How many sockets were made, and the bytes that they sent and received."u8)
        .Property("interface"u8, &GetInterface, "The only interface in use, or None."u8)
        .Property("max_sockets"u8, &GetMaxSockets, "How many sockets may be open at once."u8)
        .Property("_addresses"u8, &GetAddresses, "The addresses, a list of str."u8)
        .Method("_close_sockets"u8, &CloseSockets, "_close_sockets()\n--\n\nClose every socket of the radio, which wakes what waits on them."u8)
        .Property("_ipv4"u8, &GetInternetProtocol4, "The address that others reach this radio by: (address, netmask, gateway), of which the gateway may be None; or None."u8)
        .Property("_dns"u8, &GetNameServers, "The addresses of the name servers, a list of str."u8)
        .Property("_is_up"u8, &GetIsUp, "Whether the link is up."u8)
        .Property("_mac_address"u8, &GetMacAddress, "The hardware address, six bytes, or None."u8);

    internal static bool Is(nint o) =>
        Py.PyType_IsSubtype(Py.TypeOf(o), s_type) != 0 || Py.PyType_IsSubtype(Py.TypeOf(o), StackRadioObject.Type) != 0;

    [UnmanagedCallersOnly]
    private static nint New(nint type, nint args, nint keywords)
    {
        try
        {
            if (Py.PyTuple_Size(args) > 0)
            {
                return Raise.TypeError("HostNetwork() takes keyword arguments only: interface, max_sockets");
            }

            string? name = null;
            int? most = null;
            BoardProfile? board = null;
            nint position = 0, key, value;
            while (keywords != 0 && Py.PyDict_Next(keywords, &position, &key, &value) != 0)
            {
                switch (Text.Read(key))
                {
                    case "interface":
                        if (value != Globals.None && (name = Text.Read(value)) is null)
                        {
                            return 0;
                        }

                        break;
                    case "max_sockets":
                        if (value != Globals.None)
                        {
                            if (!Numbers.TryReadInt(value, "max_sockets", out int given))
                            {
                                return 0;
                            }

                            most = given;
                        }

                        break;
                    case "board":
                        if (!TryReadBoard(value, out board))
                        {
                            return 0;
                        }

                        break;
                    case { } other:
                        return Raise.TypeError($"HostNetwork() got an unexpected keyword argument '{other}'");
                    default:
                        return 0;
                }
            }

            HostNetwork radio = new(name) { Interrupted = Gil.OnInterrupted };
            if (most < 1 || most > radio.MaxSocketsLimit)
            {
                return Raise.ValueError($"max_sockets is 1 to {radio.MaxSocketsLimit} (the process's limit of open files, less a reserve), not {most}");
            }

            radio.MaxSockets = most ?? radio.MaxSockets;
            return Instance.New(type, new PythonHostRadio(radio, board));
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    /// <summary>A board's name, or None. False with the error set.</summary>
    internal static bool TryReadBoard(nint value, out BoardProfile? board)
    {
        board = null;
        if (value == Globals.None)
        {
            return true;
        }

        string? name = Text.Read(value);
        return name is not null
            && (BoardProfiles.TryFind(name, out board)
                || Raise.ValueError($"board is one of {string.Join(", ", BoardProfiles.All.Select(profile => profile.Name))}, not '{name}'") != 0);
    }

    [UnmanagedCallersOnly]
    private static void Deallocate(nint self)
    {
        if (Instance.IsComplete(self))
        {
            nint type, value, traceback;
            Py.PyErr_Fetch(&type, &value, &traceback);
            Instance.ClearWeakReferences(self);
            try
            {
                Instance.Get<PythonRadio>(self).End();
            }
            catch (Exception e)
            {
                Unraisable.From(e);
            }

            Py.PyErr_Restore(type, value, traceback);
        }

        Instance.Free(self);
    }
}
