#!/bin/bash
# proxy-protocol-js 4.0.6 (npm): the line PROXY UNKNOWN without addresses raises an error
#
# Guess: PROXY UNKNOWN\r\n is a complete header of version 1: the specification (2.1) says that a receiver must accept it and ignore
# anything that follows the word; haproxy sends it for its own checks.
# Observed: V1ProxyProtocol.parse raises; with four words behind it, the header is taken.
# Why it matters: a server behind haproxy answers users and fails its health checks.
source "$(dirname "$0")/support/lib.sh"
npm_packages proxy-protocol-js@4.0.6
out=$(javascript <<'JS'
const { V1ProxyProtocol } = require("proxy-protocol-js");
for (const line of ["PROXY UNKNOWN\r\n", "PROXY UNKNOWN ::1 ::1 1 2\r\n"])
    try { console.log(V1ProxyProtocol.parse(line).inetProtocol); } catch (e) { console.log(e.constructor.name); }
JS
)
expect "UNKNOWN alone, UNKNOWN with addresses" "$out" 'V1ProxyProtocolParseError
UNKNOWN'
