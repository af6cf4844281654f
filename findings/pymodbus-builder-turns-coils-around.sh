#!/bin/bash
# pymodbus 3.0.0 (Debian python3-pymodbus 3.0.0-7): eight bits become coils from the last to the first, and ten coils are read with a gap
#
# Guess: to_coils gives the bits of add_bits in their order, since coil 1 is the first; fromCoils of ten coils decodes to them.
# Observed: the first bit is coil 8, and eight more coils follow. fromCoils([1, 0, 0, ...]) of eight has its one at the end, and of ten it is
# the sixth, the same for both byte orders.
# Why it matters: the outputs of a device are switched in the wrong order by code that reads well. Give lists of coils to the client as they
# are.
source "$(dirname "$0")/support/lib.sh"
debian python3-pymodbus=3.0.0-7 python3-six=1.16.0-4 python3-serial=3.5-1.1
out=$(python - <<'P'
from pymodbus.constants import Endian
from pymodbus.payload import BinaryPayloadBuilder, BinaryPayloadDecoder
for order in Endian.Big, Endian.Little:
    builder = BinaryPayloadBuilder(byteorder=order)
    builder.add_bits([1, 0, 0, 0, 0, 0, 0, 0])
    text = "".join(str(int(coil)) for coil in builder.to_coils())
    for count in 8, 10:
        decoder = BinaryPayloadDecoder.fromCoils([True] + [False] * (count - 1), byteorder=order)
        text += " " + "".join(str(int(bit)) for bit in decoder.decode_bits())
    print(text)
P
)
expect "Big, Little: coils of 10000000; bits of 8 and of 10 coils" "$out" "0000000100000000 00000001 00000100
0000000100000000 00000001 00000100"
