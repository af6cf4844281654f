#!/bin/bash
# ip6addr 0.2.5 (npm): a single group of zeros is written as "::"
#
# Guess: libraries of addresses write the form of RFC 5952, so that texts of one address are equal.
# Observed: 2001:db8:0:1:1:1:1:1 becomes 2001:db8::1:1:1:1:1, which RFC 5952, 4.2.2 forbids. ipaddr.js 2.5.0 and .NET keep the 0.
# ipaddr.js in its turn writes ::ffff:1.2.3.4 as ::ffff:102:304, which .NET, glibc and ip6addr do not.
# Why it matters: addresses from a Node.js tool and from IPAddress.ToString() must be compared as addresses, never as texts.
source "$(dirname "$0")/support/lib.sh"
npm_packages ip6addr@0.2.5 ipaddr.js@2.5.0
expect "ip6addr, ipaddr.js" "$(javascript <<'J'
const libraries = [require('ip6addr'), require('ipaddr.js')];
for (const text of ['2001:db8:0:1:1:1:1:1', '::ffff:1.2.3.4']) console.log(...libraries.map(l => l.parse(text).toString()));
J
)" $'2001:db8::1:1:1:1:1 2001:db8:0:1:1:1:1:1\n::ffff:1.2.3.4 ::ffff:102:304'
