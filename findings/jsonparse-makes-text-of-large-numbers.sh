#!/bin/bash
# jsonparse 1.3.1 (npm): an integer of twenty digits is a text, and a number at the end of the stream does not come
#
# Guess: a number beyond 2^53 is rounded, as JSON.parse does, and stays a number; after the last byte the value is there.
# Observed: 12345678901234567890 is the text "12345678901234567890", and so is 1000000000000000000000, which a double holds exactly; with a
# point behind them both are numbers. The text 42 alone gives no value until another byte follows.
# Why it matters: the type of a field changes with its value: sums become texts joined together when a counter grows, and identifiers that
# are compared with === fail. Write a line feed at the end of the stream.
source "$(dirname "$0")/support/lib.sh"
npm_packages jsonparse@1.3.1
out=$(javascript <<'J'
const Parser = require('jsonparse');
const read = text => {
    const parser = new Parser(), values = [];
    parser.onValue = function (value) {
        this.stack.length || values.push(value);
    };
    parser.write(text);
    return JSON.stringify(values);
};
console.log(['[9007199254740992]', '[12345678901234567890]', '[1000000000000000000000]', '[12345678901234567890.0]', '42', '42\n'].map(read).join(' '));
J
)
expect "2^53, twenty digits, 10^21, with a point; 42 and with a line feed" "$out" '[[9007199254740992]] [["12345678901234567890"]] [["1000000000000000000000"]] [[12345678901234567000]] [] [42]'
