#!/bin/bash
# dns-packet 5.6.1 (npm), zeroconf 0.47.3 (Debian python3-zeroconf 0.47.3-1) and dnslib 0.9.23 (python3-dnslib 0.9.23-1):
# a dot in the name of a service's instance becomes the end of a label
#
# Guess: the instance "My Dev 1.5" is one label, dots and all (RFC 6763, 4.1.1), and is written back as the label that was read.
# Observed: dns-packet reads "My Dev 1.5._http._tcp.local" and writes the labels "My Dev 1", "5", ...; zeroconf writes the same two labels
# for a ServiceInfo of that name; dnslib shows the space escaped and the dot not, so that its text has one label more.
# Why it matters: a board announced as "Sensor 1.5" by one library is another name to the next one (avahi and Bonjour keep one label).
# Choose instance names without dots.
source "$(dirname "$0")/support/lib.sh"
debian python3-zeroconf=0.47.3-1 python3-ifaddr=0.1.7-2 python3-async-timeout=4.0.2-1 python3-dnslib=0.9.23-1
npm_packages dns-packet@5.6.1
expect "dns-packet, labels read and written" "$(javascript <<'J'
const packet = require('dns-packet');
const labels = [];
const name = ['My Dev 1.5', '_http', '_tcp', 'local'].map(l => Buffer.concat([Buffer.from([l.length]), Buffer.from(l)]));
const question = Buffer.concat([Buffer.from('000000000001000000000000', 'hex'), ...name, Buffer.from('0000210001', 'hex')]);
const written = packet.encode(packet.decode(question));
for (let at = 12; written[at]; at += written[at] + 1) labels.push(written.toString('latin1', at + 1, at + 1 + written[at]));
console.log(name.length, labels.length, labels.slice(0, 2).join('|'));
J
)" "4 5 My Dev 1|5"
expect "zeroconf, labels written" "$(python <<'P'
from zeroconf import DNSOutgoing, ServiceInfo
info = ServiceInfo("_http._tcp.local.", "My Dev 1.5._http._tcp.local.", port=80, server="device.local.")
message = DNSOutgoing(0x8400)
message.add_answer_at_time(info.dns_service(), 0)
print(b"\x08My Dev 1\x015\x05_http" in message.packets()[0])
P
)" True
expect "dnslib, text of one label" "$(python -c 'import dnslib; print(dnslib.DNSLabel([b"My Dev 1.5", b"local"]))')" 'My\032Dev\0321.5.local.'
