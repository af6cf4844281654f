#!/bin/bash
# .NET 10.0 on Linux, UdpClient: it may broadcast to 255.255.255.255 unasked, and not to the network's own broadcast address
#
# Guess: without EnableBroadcast both are refused, AccessDenied, as Socket.SendTo does and sockets everywhere do; with it both are sent.
# Observed: UdpClient.Send to 255.255.255.255 turns EnableBroadcast on by itself and sends; to 127.255.255.255, the broadcast address of
# 127.0.0.0/8, it fails with AccessDenied, unless the other was used before. Socket fails for both.
# Why it matters: discovery that was written with 255.255.255.255 and then moved to the subnet's address, the one that leaves by the right interface
# of several, breaks with a missing permission. Set EnableBroadcast.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
ip link set lo up
ip route add 255.255.255.255 dev lo # a namespace of its own: nothing leaves it
source "$1/lib.sh"
csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

static string Try(Func<int> send)
{
    try
    {
        return $"{send()}";
    }
    catch (SocketException e)
    {
        return $"{e.SocketErrorCode}";
    }
}
IPEndPoint limited = new(IPAddress.Broadcast, 9), directed = new(IPAddress.Parse("127.255.255.255"), 9);
using Socket socket = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
Console.WriteLine($"{Try(() => socket.SendTo(new byte[3], limited))} {Try(() => socket.SendTo(new byte[3], directed))}");
using UdpClient client = new();
Console.WriteLine($"{Try(() => client.Send(new byte[3], directed))} {Try(() => client.Send(new byte[3], limited))} {Try(() => client.Send(new byte[3], directed))}");
CSHARP
S
out=$(unshare -n bash "$work/inside" "$support")
expect "Socket: limited, directed; UdpClient: directed, limited, directed" "$out" $'AccessDenied AccessDenied\nAccessDenied 3 3'
