#!/bin/bash
# knx 2.5.4 (npm): DPT9 sends 2.3 degrees as 2.29, and the value for "no data" is 670760.96 degrees
#
# Guess: DPT9 counts hundredths, so 2.3 is 230 of them and comes back as 2.3.
# Observed: the product 2.3 * 100 is 229.99999999999997 and is cut, not rounded: 2.3, 19.9, 8.2 and 0.29 come back as 2.29, 19.89, 8.19
# and 0.28, -0.29 as -0.28. 21.5 is exact. 7F FF, which stands for invalid data, is read as a temperature.
# Why it matters: a set point that is read back differs from what was sent, and a loop that sends until both agree never ends. A sensor
# that has failed reports 670760.96, which a rule "too hot" takes for true. Add 0.001 away from zero before, and check for 7FFF.
source "$(dirname "$0")/support/lib.sh"
npm_packages knx@2.5.4
out=$(javascript <<'J'
const dpt9 = require('knx/src/dptlib').DPT9;
console.log([21.5, 2.3, 19.9, 8.2, 0.29, -0.29].map(value => `${value}=${dpt9.fromBuffer(dpt9.formatAPDU(value))}`).join(' '));
console.log(dpt9.fromBuffer(Buffer.from('7fff', 'hex')));
J
)
expect "sent=read, 7FFF" "$out" $'21.5=21.5 2.3=2.29 19.9=19.89 8.2=8.19 0.29=0.28 -0.29=-0.28\n670760.96'
