#!/bin/bash
# python-can 4.1.0 (Debian 12): a remote frame that asks for four bytes asks for none after a candump log
#
# Guess: CanutilsLogWriter and CanutilsLogReader keep a message; candump writes a remote frame with DLC 4 as 012#R4.
# Observed: the log has 012#R, and the reader gives DLC 0.
# Why it matters: a device that answers remote frames by their length does not answer the replayed log.
source "$(dirname "$0")/support/lib.sh"
debian python3-can=4.1.0-1 python3-wrapt python3-typing-extensions
out=$(python - <<'PYTHON' 2>/dev/null
import os, tempfile, can
path = os.path.join(tempfile.mkdtemp(), "bus.log")
writer = can.CanutilsLogWriter(path)
writer.on_message_received(can.Message(timestamp=1e9, arbitration_id=0x12, is_extended_id=False, is_remote_frame=True, dlc=4, channel="can0"))
writer.stop()
print(open(path).read().split()[2], next(iter(can.CanutilsLogReader(path))).dlc)
PYTHON
)
expect "the frame in the log, its DLC when read" "$out" '012#R 0'
