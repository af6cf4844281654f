#!/bin/bash
# bufferpack 0.0.6, jspack 0.0.4 and python-struct 1.1.3 (npm): formats of Python's struct module give other bytes, or none, without an error
#
# Guess: "=bi" is the order of the machine (little-endian here), a number that does not fit raises, and a letter that is not known raises.
# Observed: for bufferpack and jspack "=" is big-endian, and a letter they do not know (? of both, q of bufferpack) is skipped, so that the next
# field gets its value; 300 as B is 255 and -1 as I is 0. python-struct makes 44 of 300, and "s" without a count packs nothing instead of a
# byte. Python 3.11.2 is as guessed.
# Why it matters: a format string that is copied from a device's Python example is taken, and the frame has the wrong order or length. Write "<"
# or ">" always, a count in front of s, and compare the length of the result.
source "$(dirname "$0")/support/lib.sh"
npm_packages bufferpack@0.0.6 jspack@0.0.4 python-struct@1.1.3
out=$(javascript <<'J'
const bufferpack = require('bufferpack'), { jspack } = require('jspack'), struct = require('python-struct');
const show = bytes => bytes ? Buffer.from(bytes).toString('hex') || '-' : String(bytes);
for (const [format, ...values] of [['<bi', 1, 2], ['=bi', 1, 2], ['<?B', true, 7], ['<B', 300], ['<sB', 'a', 7]]) {
    console.log(format, show(bufferpack.pack(format, values)), show(jspack.Pack(format, values)), show(struct.pack(format, ...values)));
}
console.log('<I -1', show(bufferpack.pack('<I', [-1])), show(jspack.Pack('<I', [-1])));
console.log('<qB', show(bufferpack.pack('<qB', [5, 7])));
J
)
expect "format, bufferpack, jspack, python-struct" "$out" '<bi 0102000000 0102000000 0102000000
=bi 0100000002 0100000002 0102000000
<?B 01 01 0107
<B ff ff 2c
<sB 6107 6107 07
<I -1 00000000 00000000
<qB 05'
out=$(python - <<'P'
import struct
print(*(struct.pack(format, *values).hex() for format, *values in (("<bi", 1, 2), ("=bi", 1, 2), ("<?B", True, 7), ("<sB", b"a", 7), ("<qB", 5, 7))))
for format, value in ("<B", 300), ("<I", -1):
    try:
        struct.pack(format, value)
    except struct.error:
        print("raises")
P
)
expect "Python" "$out" $'0102000000 0102000000 0107 6107 050000000000000007\nraises\nraises'
