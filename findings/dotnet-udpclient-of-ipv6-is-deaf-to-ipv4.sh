#!/bin/bash
# .NET 10.0 on Linux, UdpClient: with AddressFamily.InterNetworkV6 it does not hear IPv4, though new Socket(type, protocol) does
#
# Guess: new UdpClient(0, AddressFamily.InterNetworkV6) is bound to [::], and as on Linux by default, in Python and in Kestrel, IPv4 datagrams
# arrive there as ::ffff:a.b.c.d; or like TcpListener.Create it is dual-mode.
# Observed: DualMode is False, and a datagram to 127.0.0.1 and its port is lost; the sender gets no error. new UdpClient(0) hears IPv4 only. A
# Socket made without a family is dual-mode, TcpListener.Create too.
# Why it matters: there is no constructor of UdpClient that hears both, and a port that "listens on [::]" answers half of the clients. Set
# Client.DualMode on new UdpClient(AddressFamily.InterNetworkV6) before Client.Bind.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

static UdpClient Dual()
{
    UdpClient made = new(AddressFamily.InterNetworkV6);
    made.Client.DualMode = true;
    made.Client.Bind(new IPEndPoint(IPAddress.IPv6Any, 0));
    return made;
}
foreach (UdpClient receiver in new[] { new UdpClient(0, AddressFamily.InterNetworkV6), new UdpClient(0), Dual() })
{
    int port = ((IPEndPoint)receiver.Client.LocalEndPoint).Port;
    string heard = "";
    foreach (IPAddress address in new[] { IPAddress.Loopback, IPAddress.IPv6Loopback })
    {
        using UdpClient sender = new(address.AddressFamily);
        sender.Send(new byte[3], new IPEndPoint(address, port));
        heard += receiver.Client.Poll(500_000, SelectMode.SelectRead) + " ";
        IPEndPoint from = null;
        while (receiver.Available > 0)
        {
            receiver.Receive(ref from);
        }
    }
    Console.WriteLine(heard + (receiver.Client.AddressFamily == AddressFamily.InterNetworkV6 && receiver.Client.DualMode));
}
CSHARP
)
expect "hears IPv4, hears IPv6, DualMode: with InterNetworkV6, with a port alone, with DualMode set" "$out" $'False True False\nTrue False False\nTrue True True'
