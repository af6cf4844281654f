#!/bin/bash
# uf2 2.0.0 (npm): isUF2Block says no to the second block of a file, and decodeBlock reads it
#
# Guess: a view of 512 bytes of a larger array is a block, wherever it begins; both functions look at the same bytes.
# Observed: isUF2Block looks at the beginning of the memory behind the view: a valid block behind 512 other bytes is none, and 512 zeros behind
# a valid block are one. decodeBlock begins where the view begins.
# Why it matters: a Buffer of Node.js is a view of a larger memory in most cases, so a firmware file is refused or a damaged one accepted,
# depending on what lies before it. Call decodeBlock and catch its error.
source "$(dirname "$0")/support/lib.sh"
npm_packages uf2@2.0.0
out=$(javascript <<'J'
const { encodeBlock, decodeBlock, isUF2Block } = require('uf2');
const block = encodeBlock({ flags: 0x2000, flashAddress: 0x10000000, payload: new Uint8Array(256), blockNumber: 0, totalBlocks: 1, boardFamily: 0xe48bff56 });
for (const offset of [0, 512]) {
    const file = new Uint8Array(1024);
    file.set(block, offset);
    console.log([0, 512].map(begin => {
        const view = file.subarray(begin, begin + 512);
        let decoded = true;
        try {
            decodeBlock(view);
        } catch {
            decoded = false;
        }
        return `${isUF2Block(view)}/${decoded}`;
    }).join(' '));
}
J
)
expect "isUF2Block/decodeBlock of two halves: the block first, the block second" "$out" $'true/true true/false\nfalse/false false/true'
