#!/bin/bash
# .NET 10.0, Uri and IPAddress: a zone that is written as URLs write it is dropped without an error, and so is an unknown one
#
# Guess: http://[fe80::1%25lo]/ (RFC 6874: the percent sign is written %25) has the zone lo, and IPAddress.Parse(uri.DnsSafeHost) is
# that address. A zone that this host does not have is a FormatException, as it is an error for getaddrinfo.
# Observed: DnsSafeHost is fe80::1%25lo, and IPAddress.Parse takes it as fe80::1 with ScopeId 0. http://[fe80::1%lo]/, which is no valid URL,
# keeps the zone. IPAddress.Parse("fe80::1%nowhere") is fe80::1 with ScopeId 0 too. ("lo" stands for any interface.)
# Why it matters: a link-local address without its zone cannot be connected to, or goes out at another interface. Check ScopeId after
# parsing, and replace %25 by % first.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp <<'CSHARP'
using System.Net;

static string Shown(IPAddress address) => $"{(address.ToString().Contains('%') ? "a zone" : address)}, scope {(address.ScopeId == 0 ? "0" : "set")}";
foreach (string url in new[] { "http://[fe80::1%25lo]/", "http://[fe80::1%lo]/" })
{
    string host = new Uri(url).DnsSafeHost;
    Console.WriteLine($"{url} {host}: {Shown(IPAddress.Parse(host))}");
}
Console.WriteLine($"fe80::1%nowhere: {Shown(IPAddress.Parse("fe80::1%nowhere"))}");
CSHARP
)
expect "URL, DnsSafeHost and address" "$out" "http://[fe80::1%25lo]/ fe80::1%25lo: fe80::1, scope 0
http://[fe80::1%lo]/ fe80::1%lo: a zone, scope set
fe80::1%nowhere: fe80::1, scope 0"
out=$(python -c '
import socket
try:
    print(socket.getaddrinfo("fe80::1%nowhere", 80)[0][4])
except socket.gaierror as error:
    print(error.errno == socket.EAI_NONAME)')
expect "getaddrinfo refuses an unknown zone" "$out" True
