#!/bin/bash
# .NET 10.0, IPAddress.ToString: some addresses end in four decimal numbers that nobody wrote
#
# Guess: dotted numbers appear for ::ffff:0:0/96 (IPv4-mapped) only, as in Python; every program that follows RFC 5952 writes one text.
# Observed: any address whose fifth and sixth group are 0:5efe (ISATAP) ends in dotted numbers, in global prefixes too. ::1:2 becomes ::0.1.0.2,
# which glibc does as well. IPEndPoint.Parse("::1:80"), written without brackets by mistake, is [::0.1.0.128]:0.
# Why it matters: tables, logs and certificates that are compared as text do not agree between programs. Compare addresses by their bytes.
source "$(dirname "$0")/support/lib.sh"
addresses="2001:db8::5efe:102:304 ::1:2 ::ffff:102:304 ::ffff:0:102:304"
out=$(csharp <<CSHARP
using System.Net;
foreach (string text in "$addresses".Split(' '))
{
    Console.WriteLine(IPAddress.Parse(text));
}
Console.WriteLine(IPEndPoint.Parse("::1:80"));
CSHARP
)
expect ".NET" "$out" "2001:db8::5efe:1.2.3.4
::0.1.0.2
::ffff:1.2.3.4
::ffff:0:1.2.3.4
[::0.1.0.128]:0"
out=$(python -c "
import ipaddress, socket
for text in '$addresses'.split():
    print(socket.inet_ntop(socket.AF_INET6, socket.inet_pton(socket.AF_INET6, text)), ipaddress.ip_address(text))")
expect "glibc and Python's ipaddress" "$out" "2001:db8::5efe:102:304 2001:db8::5efe:102:304
::0.1.0.2 ::1:2
::ffff:1.2.3.4 ::ffff:102:304
::ffff:0:102:304 ::ffff:0:102:304"
