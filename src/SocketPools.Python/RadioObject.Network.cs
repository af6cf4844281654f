using System.Net;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>The one address, and the name servers.</summary>
internal static unsafe partial class RadioObject
{
    [UnmanagedCallersOnly]
    private static nint GetInternetProtocol4(nint self, nint closure)
    {
        try
        {
            if (Instance.Get<PythonRadio>(self).FindInternetProtocol4() is not var (address, mask, gateway))
            {
                return Globals.NewNone();
            }

            nint tuple = Py.PyTuple_New(3);
            if (tuple != 0)
            {
                _ = Py.PyTuple_SetItem(tuple, 0, Text.New(address.ToString()));
                _ = Py.PyTuple_SetItem(tuple, 1, Text.New(mask.ToString()));
                _ = Py.PyTuple_SetItem(tuple, 2, gateway is null ? Globals.NewNone() : Text.New(gateway.ToString()));
            }

            return tuple;
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    [UnmanagedCallersOnly]
    private static nint GetNameServers(nint self, nint closure)
    {
        try
        {
            return NewList(Instance.Get<PythonRadio>(self).NameServers);
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    private static nint NewList(IEnumerable<IPAddress> addresses)
    {
        IPAddress[] items = [.. addresses];
        nint list = Py.PyList_New(items.Length);
        for (int i = 0; list != 0 && i < items.Length; i++)
        {
            _ = Py.PyList_SetItem(list, i, Text.New(items[i].ToString()));
        }

        return list;
    }
}
