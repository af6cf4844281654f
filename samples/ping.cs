#:project ../src/SocketPools/SocketPools.csproj

// Sends three ICMP echo requests. Needs permission for raw sockets (root, CAP_NET_RAW), or a group in net.ipv4.ping_group_range.
//
//   dotnet run samples/ping.cs                127.0.0.1
//   dotnet run samples/ping.cs -- HOST

using System.Net.Sockets;
using SocketPools;
using SocketPools.Radios;

using SocketPool pool = SocketPool.For(HostNetwork.Default);
try
{
    AddressInfo host = pool.GetAddressInfo(args is [string name] ? name : "127.0.0.1", 0, type: SocketType.Dgram, timeout: TimeSpan.FromSeconds(5))[0];
    using IcmpEcho echo = new(pool, host.Family);
    for (ushort i = 1; i <= 3; i++)
    {
        EchoResult result = echo.Ping(host.Address, i, "socketpool"u8, TimeSpan.FromSeconds(2));
        Console.WriteLine($"{host.Address.ToIPAddress()}: {result.Outcome} after {result.Time.TotalMilliseconds:0.000} ms");
    }

    return 0;
}
catch (PoolSocketException e)
{
    Console.Error.WriteLine(e.Message);
    return 1;
}
