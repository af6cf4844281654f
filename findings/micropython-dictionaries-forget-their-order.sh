#!/bin/bash
# MicroPython 1.27.0 (npm @micropython/micropython-webassembly-pyscript): a dictionary and keyword arguments have an order of their own
#
# Guess: a dictionary keeps the order of its entries, as Python does since 3.7, and so does the JSON that is made of it.
# Observed: json.dumps writes {"z": 1, "a": 2, "m": 3} in the order a, m, z, and keyword arguments come so, too. OrderedDict keeps the
# order.
# Why it matters: a signature over the text (a shared access key, a webhook) differs from the one that the server computes, and columns of a
# record change their places. Use OrderedDict, or write the text by hand.
source "$(dirname "$0")/support/lib.sh"
npm_packages @micropython/micropython-webassembly-pyscript@1.27.0
cat >"$work/npm/program.py" <<'P'
import json
from collections import OrderedDict
message = {"z": 1, "a": 2, "m": 3}
print(json.dumps(message), (lambda **names: list(names))(z=1, a=2, m=3))
print(list(OrderedDict([("z", 1), ("a", 2), ("m", 3)])))
P
expect "CPython" "$(python "$work/npm/program.py")" "{\"z\": 1, \"a\": 2, \"m\": 3} ['z', 'a', 'm']
['z', 'a', 'm']"
out=$(javascript <<'JS'
import("@micropython/micropython-webassembly-pyscript/micropython.mjs").then(async ({ loadMicroPython }) => {
    const board = await loadMicroPython({ stdout: line => console.log(line), linebuffer: true });
    board.runPython(require('fs').readFileSync('program.py', 'utf8'));
});
JS
)
expect "MicroPython" "$out" "{\"a\": 2, \"m\": 3, \"z\": 1} ['a', 'm', 'z']
['z', 'a', 'm']"
