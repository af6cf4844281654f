#!/bin/bash
# MicroPython 1.27.0 (npm @micropython/micropython-webassembly-pyscript): struct.pack keeps the low bits of a number that does not fit
#
# Guess: a number outside the range of its format raises an error, as struct.error in CPython, and so does a buffer of another length.
# Observed: pack("B", 300) is byte 44, pack(">H", 65536 + 443) is the port 443, pack("B", -1) is 255, and unpack ignores bytes at the
# end. int.to_bytes, in the same program, does raise OverflowError.
# Why it matters: headers that a board packs (lengths of MQTT, DNS or NTP messages) are wrong without a word when a length grows over its
# field; the same program at a desk stops at the line. Check the range, or use to_bytes.
source "$(dirname "$0")/support/lib.sh"
npm_packages @micropython/micropython-webassembly-pyscript@1.27.0
out=$(javascript <<'JS'
import("@micropython/micropython-webassembly-pyscript/micropython.mjs").then(async ({ loadMicroPython }) => {
    const board = await loadMicroPython({ stdout: line => console.log(line), linebuffer: true });
    board.runPython(`
import struct
print(struct.pack("B", 300), struct.pack(">H", 65536 + 443), struct.pack("B", -1), struct.unpack("BB", b"abcd"))
try:
    (300).to_bytes(1, "big")
except OverflowError as e:
    print("to_bytes:", e)
`);
});
JS
)
expect "300 as B, 65979 as H, -1 as B, four bytes as BB; to_bytes" "$out" "b',' b'\\x01\\xbb' b'\\xff' (97, 98)
to_bytes: buffer too small"
