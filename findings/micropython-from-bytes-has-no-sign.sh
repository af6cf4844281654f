#!/bin/bash
# MicroPython 1.27.0 (npm @micropython/micropython-webassembly-pyscript): int.from_bytes takes a third argument and ignores it
#
# Guess: int.from_bytes(data, "big", True) reads a signed number, or the argument is refused as unknown.
# Observed: 0xffff is 65535, not -1; struct.unpack(">h") reads -1 from the same bytes. to_bytes writes -1 without asking for a sign, so a
# number does not survive the way there and back.
# Why it matters: temperatures below zero and positions in the west that come as bytes over a socket are wrong on such a board only.
source "$(dirname "$0")/support/lib.sh"
npm_packages @micropython/micropython-webassembly-pyscript@1.27.0
out=$(javascript <<'JS'
import("@micropython/micropython-webassembly-pyscript/micropython.mjs").then(async ({ loadMicroPython }) => {
    const board = await loadMicroPython({ stdout: line => console.log(line), linebuffer: true });
    board.runPython(`
import struct
data = (-1).to_bytes(2, "big")
print(data, int.from_bytes(data, "big", True), struct.unpack(">h", data)[0])
`);
});
JS
)
expect "-1 as bytes, from_bytes, unpack" "$out" "b'\\xff\\xff' 65535 -1"
