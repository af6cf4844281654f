#!/bin/bash
# float16 0.0.1 (npm): 100000 becomes NaN and 1000000 becomes -0.0002; fp16 1.0.0 gives infinity
#
# Guess: numbers above 65519 become infinity, as IEEE 754 rounds them.
# Observed: 65520 and 65536 do. The exponent of larger numbers runs over into the sign: 100000 is 7E1B (not a number), 1000000 is 8BA1, which is
# -0.000233, and -1000000 is the same above zero and has more than 16 bits.
# Why it matters: half-precision numbers save space in frames of LoRaWAN and in CBOR; a light sensor in full sun (100000 lx) reports no
# number, and a pressure of 101325 Pa either. Cut the value to +-65504 before, or use fp16.
source "$(dirname "$0")/support/lib.sh"
npm_packages float16@0.0.1 fp16@1.0.0
out=$(javascript <<'J'
(async () => {
    const { float16ToByte, byteToFloat16 } = require('float16');
    const { setFloat16, getFloat16 } = await import('fp16');
    for (const value of [65504, 65536, 100000, 1000000, -1000000]) {
        const view = new DataView(new ArrayBuffer(2)), bits = float16ToByte(value);
        setFloat16(view, 0, value);
        console.log(value, bits.toString(16), byteToFloat16(bits).toPrecision(3), getFloat16(view, 0));
    }
})();
J
)
expect "value, bits, read again, fp16" "$out" $'65504 7bff 6.55e+4 65504\n65536 7c00 Infinity Infinity\n100000 7e1b NaN Infinity\n1000000 8ba1 -0.000233 Infinity\n-1000000 10ba1 0.000233 -Infinity'
