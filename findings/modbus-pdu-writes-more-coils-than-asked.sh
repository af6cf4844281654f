#!/bin/bash
# modbus-pdu 1.14.1 (npm): a request to write ten coils is read as one that writes sixteen
#
# Guess: the values of a parsed WriteMultipleCoils request are as many as its quantity; the bits that fill its last byte are left out.
# Observed: quantity is 10, and values has 16 entries, the last six of them zeros.
# Why it matters: a server that stores the values as they come switches off six outputs that the client did not name. Cut the list at
# the quantity.
source "$(dirname "$0")/support/lib.sh"
npm_packages modbus-pdu@1.14.1
out=$(javascript <<'J'
const pdu = require('modbus-pdu');
const request = pdu.WriteMultipleCoils.Request.parse(Buffer.from('0f0013000a02cd01', 'hex'));
console.log(request.quantity, request.values.length, request.values.join(''));
J
)
expect "the specification's request for ten coils from 19" "$out" "10 16 1011001110000000"
