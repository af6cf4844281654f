#!/bin/bash
# http-link-header 1.1.4 (npm): an attribute without a value takes the next link with it
#
# Guess: link parameters may have no value (RFC 8288, 3: [ BWS "=" ...] is optional); "obs" in the list of resources of a CoAP server (RFC 6690)
# is one, and the next link is read.
# Observed: of </temp>;rt="t";obs,</fan>;ct=0 one link is left, with an attribute named "obs,</fan>;ct".
# Why it matters: observable resources are the ones to find, and each hides the one behind it. Write obs as obs="" before parsing.
source "$(dirname "$0")/support/lib.sh"
npm_packages http-link-header@1.1.4
out=$(javascript <<'J'
const { parse } = require('http-link-header');
for (const text of ['</temp>;rt="t";obs,</fan>;ct=0', '</temp>;rt="t";obs="",</fan>;ct=0']) {
    console.log(JSON.stringify(parse(text).refs));
}
J
)
expect "links with obs and with obs=\"\"" "$out" '[{"uri":"/temp","rt":"t","obs,</fan>;ct":"0"}]
[{"uri":"/temp","rt":"t","obs":""},{"uri":"/fan","ct":"0"}]'
