#!/bin/bash
# pyserial 3.5 (Debian 12), socket://: in_waiting is 1 when eleven bytes wait
#
# Guess: in_waiting is the number of bytes in the receive buffer, as for a serial port and as loop:// says.
# Observed: socket:// says 1 for any number. read(port.in_waiting), the usual loop, takes one byte a call.
# Why it matters: a driver for a serial device that works on a cable reads a network bridge (ser2net, an ESP at a UART) byte by
# byte, a system call each, and one that waits for in_waiting >= n waits for ever.
source "$(dirname "$0")/support/lib.sh"
debian python3-serial=3.5-1.1
out=$(python - <<'PYTHON' 2>/dev/null
import select, socket, serial
with socket.create_server(("127.0.0.1", 0)) as listener:
    port = serial.serial_for_url(f"socket://127.0.0.1:{listener.getsockname()[1]}", timeout=5)
    bridge, _ = listener.accept()
    bridge.sendall(b"hello world")
    select.select([port.fileno()], [], [], 5)
    print(port.in_waiting, port.read(11))
    port.close()
    bridge.close()
loop = serial.serial_for_url("loop://")
loop.write(b"hello world")
print(loop.in_waiting)
PYTHON
)
expect "in_waiting and what is there; in_waiting of loop://" "$out" '1 b'"'"'hello world'"'"'
11'
