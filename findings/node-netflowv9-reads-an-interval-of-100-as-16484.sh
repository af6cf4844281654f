#!/bin/bash
# node-netflowv9 0.2.16 (npm): NetFlow v5's sampling interval includes the sampling mode, and the ports of v5 have other names than those of v1
# and v9
#
# Guess: of the field of 16 bits the low 14 are the interval (100) and the upper two the mode (1), which is its own field; a port is called
# l4_src_port whatever the version, as the other fields are.
# Observed: sampling_interval is 16484. In v5 the ports are ipv4_src_port and ipv4_dst_port. An IPv6 address is 32 digits without a colon, while
# an IPv4 address is a.b.c.d.
# Why it matters: rates are scaled up 164 times too high as soon as a router says how it samples, and a filter by port sees undefined from the
# routers that speak v5. Use interval & 0x3fff, and read both names.
source "$(dirname "$0")/support/lib.sh"
npm_packages node-netflowv9@0.2.16
out=$(javascript <<'J'
const Collector = require('node-netflowv9');
const decode = text => new Collector({}).nfPktDecode(Buffer.from(text.replace(/ /g, ''), 'hex'), { address: '127.0.0.1', port: 2055 });
const record = '0a000001 0a000002 00000000 0001 0002 00000001 00000040 00000100 00000200 0050 1f90 00 1b 06 00 0001 0002 18 18 0000';
const five = decode(`0005 0001 00010000 55555555 00000000 00000001 00 00 4064 ${record}`);
console.log(five.header.sampling_interval, Object.keys(five.flows[0]).filter(name => name.endsWith('_port')).join(' '));
const nine = decode('0009 0002 00010000 55555555 00000001 00000002 0000 0018 0100 0004 0008 0004 0007 0002 000b 0002 001b 0010' +
    '0100 001c 0a000001 0050 1f90 20010db8000000000000000000000001');
console.log(Object.entries(nine.flows[0]).filter(([name]) => name !== 'fsId').map(entry => entry.join('=')).join(' '));
J
)
expect "v5: interval, names of ports; v9" "$out" $'16484 ipv4_src_port ipv4_dst_port\nipv4_src_addr=10.0.0.1 l4_src_port=80 l4_dst_port=8080 ipv6_src_addr=20010db8000000000000000000000001'
