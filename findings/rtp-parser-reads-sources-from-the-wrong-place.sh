#!/bin/bash
# rtp-parser 1.0.0 (npm): contributing sources are read three bytes early, and the payload has the header extension and the padding
#
# Guess: the list of sources begins after the twelve bytes of the fixed header, and the payload after the extension whose bit is reported.
# Observed: sources 10 and 11 are read as 512 and 2560, mixed from the bytes of SSRC and of the first source. The payload of a packet with
# an extension begins with it; that of a packet with padding ends with it, and with the byte that counts it.
# Why it matters: browsers put an extension into their packets, and a recorder writes it as noise in front of each frame. Skip 4 bytes
# and as many words as the second half of the first word says.
source "$(dirname "$0")/support/lib.sh"
npm_packages rtp-parser@1.0.0
out=$(javascript <<'J'
const { parseRtpPacket } = require('rtp-parser');
const read = text => parseRtpPacket(Buffer.from(text, 'hex'));
console.log(read('826000010000000100000002' + '0000000a0000000b' + '4142').csrc.join());
console.log(read('906000010000000100000002' + 'bede000110aa0000' + '4142').payload.toString('hex'));
console.log(read('a06000010000000100000002' + '4142' + '0002').payload.toString('hex'));
J
)
expect "sources 10 and 11; AB after an extension; AB before two bytes of padding" "$out" $'512,2560\nbede000110aa00004142\n41420002'
