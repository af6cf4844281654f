#!/bin/bash
# SimpleBase 5.6.4 (NuGet): Ascii85 has the letter "y" for four spaces, which Python 3.11.2 (base64.a85decode) refuses
#
# Guess: the one short form of Ascii85 is "z" for four zero bytes, as in PostScript and PDF, and the marks <~ and ~> are taken.
# Observed: four spaces become "y", an addition of btoa 4.2; a85decode raises ValueError unless foldspaces is set. <~...~> is refused. Four
# other bytes and the zeros agree.
# Why it matters: only texts with four spaces at a multiple of four fail, so that a tunnel of serial data works for days. Decode with
# foldspaces, or take Z85.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp SimpleBase@5.6.4 <<'CSHARP'
using SimpleBase;
Console.WriteLine($"{Base85.Ascii85.Encode("abcd"u8)} {Base85.Ascii85.Encode(new byte[4])} {Base85.Ascii85.Encode("    "u8)}");
try
{
    Base85.Ascii85.Decode("<~@:E_W~>");
}
catch (ArgumentException)
{
    Console.WriteLine("refused");
}
CSHARP
)
expect "abcd, zeros, spaces; with marks" "$out" $'@:E_W z y\nrefused'
out=$(python - <<'P'
import base64
print(base64.a85decode("@:E_W"), base64.a85decode("z"), base64.a85decode("y", foldspaces=True))
try:
    base64.a85decode("y")
except ValueError:
    print("refused")
P
)
expect "Python: abcd, zeros, spaces with foldspaces; without" "$out" $'b\'abcd\' b\'\\x00\\x00\\x00\\x00\' b\'    \'\nrefused'
