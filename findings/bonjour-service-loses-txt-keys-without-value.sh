#!/bin/bash
# bonjour-service 1.4.4 (npm): TXT keys without "=" or with an empty value are lost on reading
#
# Guess: "paper" (an attribute without value) is true, "note=" is an empty string: RFC 6763, 6.4 defines both.
# Observed: { path: '/a=b' } is all that is left of paper, note= and path=/a=b. The library itself writes "note=" for an empty value,
# and does not read it back.
# Why it matters: flags of devices (the usual form of "supports this") are invisible to programs on Node.js. Announce flag=1.
source "$(dirname "$0")/support/lib.sh"
npm_packages bonjour-service@1.4.4
expect "keys read; written for an empty value" "$(javascript <<'J'
const { DnsTxt, default: Default } = require('bonjour-service/dist/lib/dns-txt.js');
const txt = new (DnsTxt || Default)();
const read = txt.decodeAll(['paper', 'note=', 'path=/a=b'].map(text => Buffer.from(text)));
console.log(JSON.stringify(read), txt.encode({ note: '' })[0].toString());
J
)" '{"path":"/a=b"} note='
