#!/bin/bash
# jsmodbus 5.0.0 (npm), server: a read beyond the registers that it has is answered with fewer of them
#
# Guess: exception 2, illegal data address (Modbus application protocol 1.1b3, 6.3: address and address + quantity must be right).
# Observed: of four registers asked at 8 in a server with ten, two come; far beyond, none: a normal answer with a byte count of 0.
# Why it matters: clients on small devices copy the number that they asked for and take what was in memory for the rest, and a test against
# this stand-in passes with addresses that a real device refuses.
source "$(dirname "$0")/support/lib.sh"
npm_packages jsmodbus@5.0.0
cat >"$work/npm/server.js" <<'J'
const server = require('net').createServer(), jsmodbus = require('jsmodbus');
new jsmodbus.server.TCP(server, { holding: Buffer.alloc(20, 7) });
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
J
serve node "$work/npm/server.js"
out=$(python - "$port" <<'P'
import socket, struct, sys
client = socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5)
for address, count in (0, 10), (8, 4), (50, 2):
    client.sendall(struct.pack(">HHHBBHH", 1, 0, 6, 1, 3, address, count))
    answer = client.recv(100)
    print(f"{count} at {address}: function {answer[7]}, {answer[8]} bytes")
P
)
expect "registers asked and the answer" "$out" "10 at 0: function 3, 20 bytes
4 at 8: function 3, 4 bytes
2 at 50: function 3, 0 bytes"
