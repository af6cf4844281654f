#!/bin/bash
# stomper 0.4.3 (Debian 12): a body that contains a zero byte loses it, whatever content-length says
#
# Guess: a frame with content-length:3 has a body of three bytes, and any of them may be 0 (STOMP 1.2: the header is there for that); or the frame
# is refused.
# Observed: the body "a", 0, "b" is read as "ab", without an error, and the header still says 3. send() adds no content-length of its own, so the
# frame of such a body ends at the zero for every other reader.
# Why it matters: readings in binary, CBOR or MessagePack through a STOMP broker arrive changed when a byte is zero. Encode them as Base64.
source "$(dirname "$0")/support/lib.sh"
debian python3-stomper=0.4.3-1
out=$(python - <<'P'
import stomper
read = stomper.unpack_frame("MESSAGE\ncontent-length:3\n\na\0b\0\n")
print(read["headers"], repr(read["body"]))
print("content-length" in stomper.send("/queue/a", "a\0b"), stomper.send("/queue/a", "a\0b").count("\0"))
P
)
expect "headers and body that are read; content-length in a frame of its own, zeros in it" "$out" $'{\'content-length\': \'3\'} \'ab\'\nFalse 2'
