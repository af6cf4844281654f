#!/bin/bash
# mbpoll 1.4.11 (Debian mbpoll 1.4.11+dfsg-2, libmodbus 3.1.6): 21.5 of two registers is 2.35586e-41
#
# Guess: Modbus sends the high byte first, and so do meters with their words: registers 41AC 0000 are the float 21.5, registers 0001 1170
# the integer 70000.
# Observed: -t 4:float shows 2.35586e-41 and -t 4:int shows 292552705: the first register is taken as the low word. With -B the values are
# right. -r 1 asks for address 0.
# Why it matters: the usual tool to check a Modbus server shows a wrong value for a server that is right, and a right one for a server that sends
# its words in reverse.
source "$(dirname "$0")/support/lib.sh"
debian mbpoll=1.4.11+dfsg-2 libmodbus5=3.1.6-2.1+deb12u1
cat >"$work/server.py" <<'P'
import socket, struct
registers = [0x41AC, 0, 1, 0x1170]
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection = listener.accept()[0]
    while request := connection.recv(12):
        transaction, unit, function, address, count = struct.unpack(">H4xBBHH", request)
        data = struct.pack(f">{count}H", *registers[address:address + count])
        connection.sendall(struct.pack(">HHHBBB", transaction, 0, 3 + len(data), unit, function, len(data)) + data)
P
serve python "$work/server.py"
poll() { mbpoll -m tcp -p "$port" -1 -q "$@" 127.0.0.1 | sed -n 's/^\[.*\]:[[:space:]]*//p'; }
expect "registers" "$(poll -t 4:hex -r 1 -c 4 | paste -sd ' ')" "0x41AC 0x0000 0x0001 0x1170"
expect "float" "$(poll -t 4:float -r 1)" 2.35586e-41
expect "float with -B" "$(poll -t 4:float -B -r 1)" 21.5
expect "integer" "$(poll -t 4:int -r 3)" 292552705
expect "integer with -B" "$(poll -t 4:int -B -r 3)" 70000
