#!/bin/bash
# .NET 10.0 on Linux, System.Net.NetworkInformation.Ping: the TTL of a reply is the TTL of the request
#
# Guess: PingReply.Options has "the options used to transmit the reply" (its documentation): Ttl is what is left of the
# reply's TTL, 64 from a host that is not routed to, as ping prints it.
# Observed: requests with Ttl 7 and 200 have replies with Options.Ttl 7 and 200, while on the wire each reply has 64. Without PingOptions in the
# request Options is null.
# Why it matters: the distance of a host, or its kind (64, 128, 255), cannot be told from it, though it looks like a measurement. Read the
# TTL from a raw socket, or call ping.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "raw ICMP sockets need root"
[ "$(cat /proc/sys/net/ipv4/ip_default_ttl)" = 64 ] || skip "this host's own TTL is not 64"
serve python -c '
import socket
own = socket.socket(socket.AF_INET, socket.SOCK_RAW, socket.IPPROTO_ICMP)
print("ready", flush=True)
while True:
    packet = own.recv(2000)
    if packet[20] == 0 and b"finding" in packet:
        print("reply on the wire:", packet[8], flush=True)'
out=$(csharp <<'CSHARP'
using System.Net;
using System.Net.NetworkInformation;

using Ping ping = new();
foreach (PingOptions options in new[] { new PingOptions(7, false), new PingOptions(200, false), null })
{
    PingReply reply = await ping.SendPingAsync(IPAddress.Loopback, 5000, "finding"u8.ToArray(), options);
    Console.WriteLine($"{reply.Status} {reply.Options?.Ttl.ToString() ?? "null"}");
}
CSHARP
)
expect "status and TTL for requests with 7, 200 and no options" "$out" $'Success 7\nSuccess 200\nSuccess null'
expect "the three replies" "$(tail -n +2 "$work/served.log" | sort | uniq -c | sed 's/^ *//')" "3 reply on the wire: 64"
