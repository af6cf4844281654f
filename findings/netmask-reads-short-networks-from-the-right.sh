#!/bin/bash
# netmask 2.1.1 (npm): 10/8 is 0.0.0.0/8, 192.168/16 is 192.0.0.0/16
#
# Guess: RFC 1918 writes 10/8 and 192.168/16, so do route(8) of BSD and many configurations: missing bytes are zeros on the right.
# Observed: the text is read as inet_aton reads addresses, where the last number fills the right end (10 is 0.0.0.10), and the
# prefix cuts that. No error.
# Why it matters: a configuration in the short form names another network: 10.1.2.3 is not in 10/8.
source "$(dirname "$0")/support/lib.sh"
npm_packages netmask@2.1.1
out=$(javascript <<'JS'
const { Netmask } = require("netmask");
console.log(`${new Netmask("10/8")} ${new Netmask("192.168/16")} ${new Netmask("10/8").contains("10.1.2.3")} ${new Netmask("10.0.0.0/8").contains("10.1.2.3")}`);
JS
)
expect "10/8, 192.168/16, 10.1.2.3 in 10/8 and in 10.0.0.0/8" "$out" '0.0.0.0/8 192.0.0.0/16 false true'
