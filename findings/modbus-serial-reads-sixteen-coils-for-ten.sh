#!/bin/bash
# modbus-serial 8.0.25 (npm): readCoils(0, 10) gives 16 values, six of which are false whatever the device has
#
# Guess: data has as many values as were asked for, as that of readHoldingRegisters has.
# Observed: it has one for each bit of the answer's bytes: 16 for 10, 8 for 3. The bits behind the last coil are padding (Modbus application protocol,
# 6.1), which the device sends as zeros.
# Why it matters: a program that shows or stores all values has inputs that do not exist and are off, and a loop over data writes them to
# the next device. Cut data at the quantity.
source "$(dirname "$0")/support/lib.sh"
npm_packages modbus-serial@8.0.25
out=$(javascript <<'J'
const net = require('net'), ModbusRTU = require('modbus-serial');
// A device whose coils are all on: the answer to each request is made from its own bytes.
const device = net.createServer(socket => socket.on('data', request => {
    const [code, quantity] = [request[7], request.readUInt16BE(10)];
    const data = code === 3 ? Buffer.alloc(2 * quantity, 1) : Buffer.alloc(Math.ceil(quantity / 8), 0xff);
    if (code !== 3 && quantity % 8) {
        data[data.length - 1] = (1 << quantity % 8) - 1;
    }
    socket.write(Buffer.concat([request.subarray(0, 4), Buffer.from([0, 3 + data.length, request[6], code, data.length]), data]));
}));
device.listen(0, '127.0.0.1', async () => {
    const client = new ModbusRTU();
    await client.connectTCP('127.0.0.1', { port: device.address().port });
    client.setID(1);
    console.log('coils', (await client.readCoils(0, 10)).data.map(Number).join(''));
    console.log('inputs', (await client.readDiscreteInputs(0, 3)).data.map(Number).join(''));
    console.log('registers', (await client.readHoldingRegisters(0, 3)).data.length);
    client.close(() => device.close());
});
J
)
expect "10 coils, 3 inputs, 3 registers asked for" "$out" $'coils 1111111111000000\ninputs 11100000\nregisters 3'
