#!/bin/bash
# @serialport/parser-ready 13.0.0 (npm): the word READY is not seen in "REREADY"
#
# Guess: the parser waits for the first place where the bytes of the word stand one after the other, as indexOf finds it.
# Observed: at the first byte that differs it begins anew with the byte behind. Of "REREADY" it has read RE, drops the second R for being
# no A, and never finds the rest. "xxREADY" is found.
# Why it matters: a device that is reset while it sends its word ("RE" and then "READY"), or a line whose noise looks like the first letter,
# leaves the program waiting for good. Search a buffer of one's own with indexOf, and give the wait a time limit.
source "$(dirname "$0")/support/lib.sh"
npm_packages @serialport/parser-ready@13.0.0
out=$(javascript <<'J'
const { ReadyParser } = require('@serialport/parser-ready');
for (const text of ['xxREADYdata', 'REREADYdata', 'RREADYdata']) {
    const parser = new ReadyParser({ delimiter: 'READY' });
    parser.write(text);
    console.log(text, text.indexOf('READY') >= 0, String(parser.read()));
}
J
)
expect "text, found by indexOf, data behind" "$out" $'xxREADYdata true data\nREREADYdata true null\nRREADYdata true null'
