#!/bin/bash
# owread of OWFS 3.2p4 (Debian ow-shell 3.2p4+dfsg1-4.1+b1): a number has twelve characters and no line end
#
# Guess: owread /28.../temperature prints "15.7" and a line feed, as other tools that read one value do.
# Observed: the number is set to the right in 12 characters, without a line feed; a byte (PIO.BYTE) too. A text (type) and a bit (PIO.0) are not
# padded. A list (sensed.ALL) is separated by commas.
# Why it matters: `read value < <(owread ...)` has status 1 at the end without a line feed and ends a script with set -e; two readings in one
# file run together; parsers that take no leading blanks fail. Use $(owread ...), trimmed.
source "$(dirname "$0")/support/lib.sh"
debian owserver=3.2p4+dfsg1-4.1+b1 ow-shell=3.2p4+dfsg1-4.1+b1 libow-3.2-4=3.2p4+dfsg1-4.1+b1 libftdi1-2=1.5-6+b2 libusb-1.0-0=2:1.0.26-1
port=$(free_port)
start owserver --fake=28,29 -p "127.0.0.1:$port" --foreground
wait_tcp "$port"
thermometer=$(owdir -s "127.0.0.1:$port" / | grep '^/28') switch=$(owdir -s "127.0.0.1:$port" / | grep '^/29')
# form PATH: the value with digits as 9, and its length in bytes.
form() {
    owread -s "127.0.0.1:$port" "$1" >"$work/value"
    echo "$(sed 's/[0-9][0-9]*/9/g; s/-9/9/' "$work/value" | tr -s ' ' | tr '\n' '~') $(wc -c <"$work/value")"
}
expect "temperature" "$(form "$thermometer/temperature")" " 9.9 12"
expect "PIO.BYTE" "$(form "$switch/PIO.BYTE")" " 9 12"
expect "type" "$(form "$thermometer/type")" "DS9B9 7"
expect "PIO.0" "$(form "$switch/PIO.0")" "9 1"
expect "sensed.ALL" "$(form "$switch/sensed.ALL")" "9,9,9,9,9,9,9,9 15"
