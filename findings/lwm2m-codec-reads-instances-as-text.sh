#!/bin/bash
# lwm2m-codec 0.1.1 (npm): of the specification's own Device object the voltages are text, and a double of eight bytes is another number
#
# Guess: resources with several instances have the type of their resource: /3/0/7 (power source voltage) is {0: 3800, 1: 5000}. A float of
# eight bytes, which the TLV format allows, is read as one.
# Observed: integers in instances become text of the same bytes ("\u000e" and a replacement character), while a single integer is read as
# one; 21.5 in eight bytes is 2.8359375, made from the first four. In JSON the second instance of a resource is missing.
# Why it matters: voltages and error codes of a device arrive as unreadable text, and a client that sends doubles reports temperatures that
# look right at first sight.
source "$(dirname "$0")/support/lib.sh"
npm_packages lwm2m-codec@0.1.1
out=$(javascript <<'J'
const codec = require('lwm2m-codec');
const tlv = (path, text) => JSON.stringify(codec.decode('tlv', path, Buffer.from(text, 'hex')));
console.log(tlv('/3/0', '880708' + '42000ed8' + '42011388' + 'c10964'), tlv('/3303/0/5700', 'e8164408' + '4035800000000000'));
console.log(JSON.stringify(codec.decode('json', '/3/0', Buffer.from('{"bn":"/3/0/","e":[{"n":"6/0","v":1},{"n":"6/1","v":5},{"n":"9","v":100}]}'))));
J
)
expect "voltages 3800 and 5000 and a battery of 100 %; 21.5; two sources in JSON" "$out" $'{"pwrSrcVoltage":{"0":"\\u000e\xef\xbf\xbd","1":"\\u0013\xef\xbf\xbd"},"battLevel":100} 2.8359375\n{"availPwrSrc":{"0":1},"battLevel":100}'
