#!/bin/bash
# cbor2 5.4.6 and cbor 1.0.0 (Debian python3-cbor2 5.4.6-1+b1, python3-cbor 1.0.0-1.2+b1): loads() reads the first item and ignores the rest
#
# Guess: loads(b"\x01\x02") raises, as json.loads("1 2") and msgpack.unpackb do: the bytes are not one item.
# Observed: the result is 1, and nothing tells that a byte is left. So does CborReader of .NET (System.Formats.Cbor 10.0.15), with
# BytesRemaining; cbor 10.0.12 (npm) raises.
# Why it matters: a datagram with a sequence of items (RFC 8742: SenML, SUIT, log records) loses all but the first, and a wrong length
# in front of it is not noticed. Use CBORDecoder and look at its position.
source "$(dirname "$0")/support/lib.sh"
debian python3-cbor2=5.4.6-1+b1 python3-cbor=1.0.0-1.2+b1 python3-msgpack=1.0.3-2+b1
npm_packages cbor@10.0.12
out=$(python - <<'P'
import cbor, cbor2, json, msgpack
for name, call in ("cbor2", lambda: cbor2.loads(b"\x01\x02")), ("cbor", lambda: cbor.loads(b"\x01\x02")), ("msgpack", lambda: msgpack.unpackb(b"\x01\x02")), ("json", lambda: json.loads("1 2")):
    try:
        print(name, call())
    except ValueError as error:
        print(name, "raises")
P
)
expect "Python" "$out" $'cbor2 1\ncbor 1\nmsgpack raises\njson raises'
out=$(javascript <<'J'
try {
    console.log(require('cbor').decodeFirstSync(Buffer.from('0102', 'hex')));
} catch (error) {
    console.log('raises');
}
J
)
expect "npm" "$out" raises
out=$(csharp System.Formats.Cbor@10.0.15 <<'CSHARP'
System.Formats.Cbor.CborReader reader = new(new byte[] { 1, 2 });
Console.WriteLine($"{reader.ReadInt32()}, {reader.PeekState()}, {reader.BytesRemaining} left");
CSHARP
)
expect ".NET" "$out" "1, Finished, 1 left"
