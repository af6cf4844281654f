#!/bin/bash
# dpkt 1.9.8 (Debian 12): a question for example. has a byte too many
#
# Guess: example and example. are one name, as in every resolver; both are written as 07 example 00.
# Observed: the dot at the end adds an empty label: after the name stands another zero byte, and type and class are read one byte
# late.
# Why it matters: names out of zone files and of resolvers have the dot. The message is sent without an error; the server answers
# FORMERR or reads another type.
source "$(dirname "$0")/support/lib.sh"
debian python3-dpkt=1.9.8-1
out=$(python - <<'PYTHON' 2>/dev/null
from dpkt.dns import DNS
for name in ("example", "example."):
    print(bytes(DNS(qd=[DNS.Q(name=name, type=1)]))[12:].hex())
PYTHON
)
expect "the question without and with the dot" "$out" '076578616d706c650000010001
076578616d706c65000000010001'
