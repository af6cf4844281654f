#!/bin/bash
# sdp 3.2.2 (npm): parameters of a format end at their second "=", and formats without an rtpmap do not exist
#
# Guess: the value of a parameter is what follows the first "=", as in sprop-parameter-sets=Z0IACg==,aMljiA== of RFC 6184.
# Observed: the value is cut at the next "=": "Z0IACg" is left of both parameter sets, so the second is lost. PCMU and PCMA, the static
# payload types 0 and 8 (RFC 3551, no rtpmap is needed), are not among the codecs.
# Why it matters: the description of a camera loses its picture parameters and the decoder shows nothing until the stream repeats them. A
# gateway to telephones finds no codec. Take the text after the first "=" from the line itself.
source "$(dirname "$0")/support/lib.sh"
npm_packages sdp@3.2.2
out=$(javascript <<'J'
const sdp = require('sdp');
console.log(JSON.stringify(sdp.parseFmtp('a=fmtp:96 packetization-mode=1;sprop-parameter-sets=Z0IACg==,aMljiA==')));
console.log(sdp.parseRtpParameters('m=audio 9 RTP/AVP 0 8 96\r\na=rtpmap:96 opus/48000/2\r\n').codecs.map(codec => codec.name).join());
J
)
expect "parameters, codecs of 0 8 96" "$out" $'{"packetization-mode":"1","sprop-parameter-sets":"Z0IACg"}\nopus'
