#!/bin/bash
# cobs 0.2.1 (npm): pipeline over decodeStream resolves while frames wait, which are lost; "for await" joins frames
#
# Guess: decodeStream is a transform that gives one chunk for each frame and ends behind the last one.
# Observed: it says "end" as soon as its source ends, whatever waits in it: with a sink that takes 50 ms for each frame pipeline resolves after
# the first of four, and no error is raised. "for await" gives the bytes of two frames as one chunk.
# Why it matters: the last frames of a connection are lost when the reader is slower than the peer, and message boundaries, for which COBS
# is there, are lost too. Use cobs.decode in a transform of objects of one's own.
source "$(dirname "$0")/support/lib.sh"
npm_packages cobs@0.2.1
out=$(javascript <<'J'
const cobs = require('cobs');
const { pipeline } = require('stream/promises');
const { Readable, Writable } = require('stream');
(async () => {
    const source = text => Readable.from([Buffer.from(text, 'hex')]);
    for (const delay of [0, 50]) {
        const frames = [];
        const write = (frame, encoding, done) => { frames.push(frame.toString('hex')); delay ? setTimeout(done, delay) : done(); };
        await pipeline(source('023300023400023500023600'), cobs.decodeStream(), new Writable({ highWaterMark: 1, write }));
        console.log(delay, frames.join(' '));
    }
    for await (const frame of source('023300023400').pipe(cobs.decodeStream())) {
        console.log('for await', frame.toString('hex'));
    }
})();
J
)
expect "delay of the sink in ms, frames written when pipeline resolves" "$out" $'0 33 34 35 36\n50 33\nfor await 3334'
