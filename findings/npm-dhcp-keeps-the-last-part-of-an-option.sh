#!/bin/bash
# dhcp 0.2.20 (npm): of an option that comes in two parts only the second is left
#
# Guess: an option that appears more than once is one option whose parts belong together (RFC 3396, 7: the decoder concatenates them);
# one above 255 bytes can be sent in no other way.
# Observed: domain name "ab.", "cd" in two parts is read as "cd". An option of the site's own (224 to 254) is dropped with a line on the
# console.
# Why it matters: long lists (classless routes, search domains, vendor options) arrive cut, without an error, and the client installs some
# of the routes.
source "$(dirname "$0")/support/lib.sh"
npm_packages dhcp@0.2.20
out=$(javascript 2>&1 <<'J'
const { parse } = require('dhcp/lib/protocol');
const message = options => {
    const fixed = Buffer.alloc(240);
    fixed.set([2, 1, 6]);
    fixed.writeUInt32BE(0x63825363, 236);
    return parse(Buffer.concat([fixed, Buffer.from(options + 'ff', 'hex')])).options;
};
const text = value => Buffer.from(value).toString('hex');
console.log(JSON.stringify(message('350105' + '0f05' + text('ab.cd'))[15]));
console.log(JSON.stringify(message('350105' + '0f03' + text('ab.') + '0f02' + text('cd'))[15]));
console.log(JSON.stringify(message('350105' + 'e0020102')));
J
)
expect "one part, two parts, option 224" "$out" $'"ab.cd"\n"cd"\nOption 224 not known\n{"53":5}'
