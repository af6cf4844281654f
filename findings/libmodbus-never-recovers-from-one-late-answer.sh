#!/bin/bash
# libmodbus 3.1.6 (Debian libmodbus5 3.1.6-2.1+deb12u1): after one late answer every request of the connection fails
#
# Guess: the answer to a request that timed out is known by its transaction number and is skipped; the next request works, as with
# modbus-serial 8.0.25 and jsmodbus 5.0.0 (npm).
# Observed: a server answers the first request 0.5 s late and every other at once. Each of the following requests reads the answer of
# the one before it: "Invalid data", for ever. With MODBUS_ERROR_RECOVERY_PROTOCOL one more fails, and the rest works.
# Why it matters: one slow moment of a device or a radio makes the connection useless, though both ends are healthy. Close it after a
# time-out, or set the error recovery.
source "$(dirname "$0")/support/lib.sh"
need gcc
debian libmodbus5=3.1.6-2.1+deb12u1 libmodbus-dev=3.1.6-2.1+deb12u1
npm_packages jsmodbus@5.0.0 modbus-serial@8.0.25
cat >"$work/server.py" <<'P'
import socket, struct, threading, time
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
def serve(connection):
    delay = 0.5
    while request := connection.recv(12):
        transaction, unit, function, address = struct.unpack(">H4xBBH2x", request)
        time.sleep(delay)
        delay = 0
        connection.sendall(struct.pack(">HHHBBBH", transaction, 0, 5, unit, function, 2, 100 + address))
while True:
    threading.Thread(target=serve, args=(listener.accept()[0],), daemon=True).start()
P
serve python "$work/server.py"
cat >"$work/client.c" <<'C'
#include <errno.h>
#include <modbus/modbus.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

int main(int count, char **arguments)
{
    modbus_t *client = modbus_new_tcp("127.0.0.1", atoi(arguments[1]));
    modbus_set_response_timeout(client, 0, 300000);
    if (count > 2)
        modbus_set_error_recovery(client, MODBUS_ERROR_RECOVERY_PROTOCOL);
    modbus_connect(client);
    for (int address = 0; address < 4; address++) {
        uint16_t value;
        if (modbus_read_registers(client, address, 1, &value) < 0)
            printf("%s%s", address ? ", " : "", modbus_strerror(errno));
        else
            printf("%s%d", address ? ", " : "", value);
        usleep(400000);
    }
}
C
gcc -I "$root/usr/include" "$work/client.c" -o "$work/client" "$root/usr/lib/x86_64-linux-gnu/libmodbus.so.5" || changed "the program no longer compiles"
expect "libmodbus" "$("$work/client" "$port")" "Connection timed out, Invalid data, Invalid data, Invalid data"
expect "libmodbus with recovery" "$("$work/client" "$port" recover)" "Connection timed out, Invalid data, 102, 103"
out=$(PORT=$port javascript <<'J'
const net = require('net'), jsmodbus = require('jsmodbus'), Serial = require('modbus-serial'), port = Number(process.env.PORT);
const pause = () => new Promise(done => setTimeout(done, 400));
async function four(name, read) {
    const results = [];
    for (let address = 0; address < 4; address++) {
        results.push(await read(address).catch(error => error.err ?? error.message));
        await pause();
    }
    console.log(name, results.join(', '));
}
(async () => {
    const socket = net.connect(port, '127.0.0.1');
    const client = new jsmodbus.client.TCP(socket, 1, 300);
    await new Promise(connected => socket.on('connect', connected));
    await four('jsmodbus', async address => (await client.readHoldingRegisters(address, 1)).response.body.values[0]);
    const serial = new Serial();
    await serial.connectTCP('127.0.0.1', { port });
    serial.setTimeout(300);
    await four('modbus-serial', async address => (await serial.readHoldingRegisters(address, 1)).data[0]);
    process.exit();
})();
J
)
expect "npm" "$out" $'jsmodbus Timeout, 101, 102, 103\nmodbus-serial Timed out, 101, 102, 103'
