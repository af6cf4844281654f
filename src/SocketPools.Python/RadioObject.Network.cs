using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using SocketPools.Python.CApi;
using SocketPools.Python.PyTypes;

namespace SocketPools.Python;

/// <summary>What the host's system says about its network: the one address, and the name servers.</summary>
internal static unsafe partial class RadioObject
{
    [UnmanagedCallersOnly]
    private static nint GetInternetProtocol4(nint self, nint closure)
    {
        try
        {
            if (FindAddress(Instance.Get<PythonRadio>(self).Radio.Interface) is not var (address, gateway))
            {
                return Globals.NewNone();
            }

            nint tuple = Py.PyTuple_New(3);
            if (tuple != 0)
            {
                _ = Py.PyTuple_SetItem(tuple, 0, Text.New(address.Address.ToString()));
                _ = Py.PyTuple_SetItem(tuple, 1, Text.New(address.IPv4Mask.ToString()));
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
            return NewList(InterfacesUp(Instance.Get<PythonRadio>(self).Radio.Interface).SelectMany(i => i.GetIPProperties().DnsAddresses).Distinct());
        }
        catch (Exception e)
        {
            return Raise.From(e);
        }
    }

    /// <summary>An address of the interface with a gateway; without one, of any but loopback; without one, loopback's.</summary>
    private static (UnicastIPAddressInformation Address, IPAddress? Gateway)? FindAddress(string? interfaceName) => InterfacesUp(interfaceName)
        .SelectMany(i => i.GetIPProperties().UnicastAddresses.Where(a => a.Address.AddressFamily == AddressFamily.InterNetwork)
            .Select(a => ((UnicastIPAddressInformation, IPAddress?)?)(a, FindGateway(i))))
        .OrderBy(a => a!.Value.Item2 is not null ? 0 : IPAddress.IsLoopback(a.Value.Item1.Address) ? 2 : 1)
        .FirstOrDefault();

    private static IPAddress? FindGateway(NetworkInterface nic) => nic.GetIPProperties().GatewayAddresses.Select(g => g.Address)
        .FirstOrDefault(a => a.AddressFamily == AddressFamily.InterNetwork && !a.Equals(IPAddress.Any));

    private static IEnumerable<NetworkInterface> InterfacesUp(string? name) => NetworkInterface.GetAllNetworkInterfaces()
        .Where(i => i.OperationalStatus != OperationalStatus.Down && (name is null || i.Name == name));

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
