#!/bin/bash
# advlib-ble 1.4.2 (npm): a payload of less than eight bytes is nothing, and service data without bytes is not there
#
# Guess: with isPayloadOnly the data of an advertisement may be as short as the specification allows, 0 to 31 bytes.
# Observed: flags and an appearance (7 bytes), or a name of two letters alone, give null, as an error does; a third field gives the
# properties. The limit is that of a packet with its header and address. Service data that has only its UUID (Bluetooth Core Supplement,
# 1.11) is left out.
# Why it matters: buttons and tags send just flags and a UUID; a gateway that has stripped the header does not see them. Put a header of
# eight bytes in front.
source "$(dirname "$0")/support/lib.sh"
npm_packages advlib-ble@1.4.2
out=$(javascript <<'J'
const { process: read } = require('advlib-ble');
const show = text => {
    const properties = read(text, [], { isPayloadOnly: true });
    return properties && Object.keys(properties).filter(key => key !== 'uri').join();
};
console.log(show('020106' + '0319c103'), show('03094142'), show('020106' + '0319c103' + '020a04'), show('020106' + '0316aafe' + '020a04'));
console.log(Object.keys(read('4008' + '665544332211' + '03094142', [])).includes('name'));
J
)
expect "flags and appearance; a name; with a power; with empty service data; a name with a header" "$out" $'null null flags,appearance,txPower flags,txPower\ntrue'
