#!/bin/bash
# lora-packet 0.9.3 (npm): frame 65536 of a device is out of range, and a frame for which the payload is left out has no bytes and no error
#
# Guess: FCnt takes the counter of 32 bits, sends the low 16 and puts all of them into encryption and MIC (LoRaWAN 1.0, 4.3.1.5). Without payload
# and FPort the frame that only acknowledges is made (12 bytes).
# Observed: FCnt 65536 raises RangeError; the upper half is the fifth argument, two bytes with the low one first. A reader that does not hand the
# upper half to decrypt gets other bytes, without an error. Without a payload getPHYPayload is undefined; with '' the 12 bytes are made.
# Why it matters: a bridge works for weeks and fails at the 65536th frame of its busiest device, or decrypts noise from there on. Cut the counter
# and hand the upper half to fromFields, verifyMIC and decrypt; give payload: '' for an acknowledgement.
source "$(dirname "$0")/support/lib.sh"
npm_packages lora-packet@0.9.3
out=$(javascript <<'J'
const lora = require('lora-packet');
const key = Buffer.alloc(16, 1), up = { MType: 'Unconfirmed Data Up', DevAddr: Buffer.from('01020304', 'hex'), FPort: 1, payload: 'hi', FCnt: 0 };
const make = (fields, upper) => {
    try {
        return lora.fromFields(fields, key, key, undefined, upper).getPHYPayload();
    } catch (error) {
        return error.name;
    }
};
console.log(make({ ...up, FCnt: 65535 }).length, make({ ...up, FCnt: 65536 }));
const read = lora.fromWire(make(up, Buffer.from([1, 0])));
console.log(lora.verifyMIC(read, key, undefined, Buffer.from([1, 0])), String(lora.decrypt(read, key, key, Buffer.from([1, 0]))), String(lora.decrypt(read, key, key)) === 'hi');
const acknowledgement = { MType: 'Unconfirmed Data Down', DevAddr: up.DevAddr, FCnt: 1, FCtrl: { ACK: true } };
console.log(make(acknowledgement), make({ ...acknowledgement, payload: '' }).length);
J
)
expect "counters 65535, 65536; frame 65536 with its upper half, without; acknowledgement without payload, with an empty one" "$out" $'15 RangeError\ntrue hi false\nundefined 12'
