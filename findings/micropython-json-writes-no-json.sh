#!/bin/bash
# MicroPython 1.27.0 (npm @micropython/micropython-webassembly-pyscript): json.dumps never refuses a value
#
# Guess: bytes, bytearray, sets and objects raise TypeError, as in CPython; the result of dumps can always be read by loads.
# Observed: bytes become a JSON text, which CPython refuses to write. A bytearray, a set and a NaN are written as repr() writes them,
# without an error, and that is no JSON: MicroPython's own loads refuses the bytearray.
# Why it matters: a program that puts bytes into a message works on the board and raises at the desk; one that puts a buffer into it
# works at neither, and on the board only the server says so. Decode bytes before they go into a message.
source "$(dirname "$0")/support/lib.sh"
npm_packages @micropython/micropython-webassembly-pyscript@1.27.0
out=$(javascript <<'JS'
import("@micropython/micropython-webassembly-pyscript/micropython.mjs").then(async ({ loadMicroPython }) => {
    const board = await loadMicroPython({ stdout: line => console.log(line), linebuffer: true });
    board.runPython(`
import json
print(json.dumps([b"aGk="]))
print(json.dumps([bytearray(b"aGk="), {1}, float("nan")]))
try:
    json.loads(json.dumps([bytearray(b"aGk=")]))
except ValueError as e:
    print("loads:", e)
`);
});
JS
)
expect "bytes; bytearray, set, NaN; read again" "$out" '["aGk="]
[bytearray(b'"'aGk='"'), {1}, nan]
loads: syntax error in JSON'
