#!/bin/bash
# sdp-transform 3.0.0 (npm): "m=audio 49170/2 RTP/AVP 31" has no type, port or format, and of two times the first is lost
#
# Guess: the example of RFC 8866 (5.14) for a number of ports is parsed, as other lines that it does not know are kept in "invalid".
# Observed: the media has neither type nor port nor payloads, and is written as "m=undefined NaN undefined". Two "t=" lines, each with its
# repeats, become one: the last start with the repeats of the first. Of two "c=" lines in a media description the last is left.
# Why it matters: announcements of multicast streams (SAP) and descriptions of cameras use these; a relay that parses and writes them
# sends lines that no receiver takes.
source "$(dirname "$0")/support/lib.sh"
npm_packages sdp-transform@3.0.0
out=$(javascript <<'J'
const { parse, write } = require('sdp-transform');
const session = 'v=0\r\no=- 1 1 IN IP4 10.0.0.1\r\ns=-\r\n';
const through = text => write(parse(session + text)).slice(session.length).trim().replaceAll('\r\n', ' | ');
console.log(through('t=0 0\r\nm=audio 49170/2 RTP/AVP 31\r\na=sendrecv\r\n'));
console.log(through('t=1 2\r\nr=604800 3600 0 90000\r\nt=3 4\r\n'));
console.log(through('t=0 0\r\nm=video 49170 RTP/AVP 31\r\nc=IN IP4 224.2.1.1/127\r\nc=IN IP4 224.2.1.2/127\r\n'));
J
)
expect "two ports; two times; two addresses" "$out" "t=0 0 | m=undefined NaN undefined  | a=sendrecv
t=3 4 | r=604800 3600 0 90000
t=0 0 | m=video 49170 RTP/AVP 31 | c=IN IP4 224.2.1.2/127"
