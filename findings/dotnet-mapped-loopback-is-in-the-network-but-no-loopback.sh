#!/bin/bash
# .NET 10.0, System.Net: ::ffff:127.0.0.2 is in 127.0.0.0/8, and is no loopback address
#
# Guess: IPAddress.IsLoopback and IPNetwork.Contains treat IPv4-mapped addresses alike: either both know that ::ffff:127.0.0.2 is 127.0.0.2, for
# which both are true, or none does.
# Observed: IsLoopback is True for 127.0.0.2 and ::ffff:127.0.0.1, False for ::ffff:127.0.0.2. IPNetwork 127.0.0.0/8 contains all three.
# Why it matters: a dual-mode listener, the default of Kestrel's [::] and TcpListener.Create, sees IPv4 clients as mapped addresses; a rule "from
# this host only" refuses clients from 127.0.0.2 and other addresses of the host's own block, which it accepts on an IPv4 listener. Call MapToIPv4
# first.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;

IPNetwork loopback = IPNetwork.Parse("127.0.0.0/8");
foreach (string text in new[] { "127.0.0.1", "127.0.0.2", "::ffff:127.0.0.1", "::ffff:127.0.0.2" })
{
    IPAddress address = IPAddress.Parse(text);
    Console.WriteLine($"{text} {IPAddress.IsLoopback(address)} {loopback.Contains(address)}");
}
CSHARP
)
expect "IsLoopback, and Contains of 127.0.0.0/8" "$out" $'127.0.0.1 True True\n127.0.0.2 True True\n::ffff:127.0.0.1 True True\n::ffff:127.0.0.2 False True'
