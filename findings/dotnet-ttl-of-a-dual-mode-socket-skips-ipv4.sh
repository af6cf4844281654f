#!/bin/bash
# .NET 10.0 on Linux: Ttl and MulticastLoopback of a dual-mode socket do not reach its IPv4 traffic
#
# Guess: socket.Ttl = 5 holds for whatever the socket sends; TcpClient and new Socket(type, protocol) make dual-mode sockets, and those talk
# to IPv4 hosts too.
# Observed: only IPV6_UNICAST_HOPS is set; IP_TTL stays 64, and a datagram to an IPv4 host arrives with 64, while Ttl reads 5.
# MulticastLoopback = false leaves IP_MULTICAST_LOOP on. SetSocketOption with SocketOptionLevel.IP sets the other half.
# Why it matters: a limit on hops (GTSM, traceroute, "do not leave the link") is not there for IPv4, and a sender to an IPv4 group hears
# itself. Set the option for both levels.
source "$(dirname "$0")/support/lib.sh"
cat >"$work/ttl.py" <<'P'
import socket
receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.setsockopt(socket.IPPROTO_IP, 12, 1)  # IP_RECVTTL
print(receiver.getsockname()[1], flush=True)
while True:
    _, control, _, _ = receiver.recvmsg(10, 100)
    print("TTL", int.from_bytes(control[0][2], "little"), flush=True)
P
serve python "$work/ttl.py"
out=$(PORT=$port csharp <<'CSHARP'
using System.Net;
using System.Net.Sockets;

IPEndPoint receiver = new(IPAddress.Loopback, int.Parse(Environment.GetEnvironmentVariable("PORT")));
using Socket socket = new(SocketType.Dgram, ProtocolType.Udp);
socket.Ttl = 5;
socket.MulticastLoopback = false;
byte[] loop = new byte[4];
socket.GetRawSocketOption(0, 34, loop); // IPPROTO_IP, IP_MULTICAST_LOOP
Console.WriteLine($"{socket.AddressFamily}, dual mode {socket.DualMode}, Ttl {socket.Ttl}, IP_MULTICAST_LOOP {loop[0]}");
socket.SendTo(new byte[1], receiver);
socket.SetSocketOption(SocketOptionLevel.IP, SocketOptionName.IpTimeToLive, 5);
socket.SendTo(new byte[1], receiver);
CSHARP
)
expect "the socket" "$out" "InterNetworkV6, dual mode True, Ttl 5, IP_MULTICAST_LOOP 1"
for _ in $(seq 50); do [ "$(wc -l <"$work/served.log")" = 3 ] && break; sleep 0.1; done
expect "received with Ttl = 5; with SocketOptionLevel.IP too" "$(tail -n +2 "$work/served.log")" $'TTL 64\nTTL 5'
