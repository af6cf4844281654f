#!/bin/bash
# IPNetwork2 5.0.1 (NuGet): an address without a length becomes a network of the classes of 1981
#
# Guess: Parse("10.0.0.4") is the single address, /32, or an error, as IPNetwork.Parse of .NET throws.
# Observed: 10.0.0.4 is 10.0.0.0/8, 172.16.1.1 is 172.16.0.0/16, 2001:db8::1 is 2001:db8::/64.
# Why it matters: an allow-list or a route that is written without its length holds 16 million addresses. Always write the length.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp IPNetwork2@5.0.1 <<'CSHARP'
using System.Net;
Console.WriteLine($"{IPNetwork2.Parse("10.0.0.4")} {IPNetwork2.Parse("172.16.1.1")} {IPNetwork2.Parse("2001:db8::1")}");
CSHARP
)
expect "10.0.0.4, 172.16.1.1, 2001:db8::1" "$out" "10.0.0.0/8 172.16.0.0/16 2001:db8::/64"
