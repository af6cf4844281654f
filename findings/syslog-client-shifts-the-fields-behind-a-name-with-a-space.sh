#!/bin/bash
# syslog-client 1.1.1 (npm): an application called "door 3" moves all later fields of RFC 5424, and a text of two lines is two messages on TCP
#
# Guess: the name of an application is one word (RFC 5424, 6.2.5), so a space in appName is replaced or refused; over TCP a line feed in the text
# is escaped, or the message has its length in front (RFC 6587, 3.4.1).
# Observed: both are sent as they are: "3" stands in the place of the process identifier, that one in the place of the message identifier, and
# the text begins with a dash. On TCP the second line stands alone, without a priority.
# Why it matters: nothing fails at the sender; a collector drops the message or files it under another process. Use names without spaces.
source "$(dirname "$0")/support/lib.sh"
npm_packages syslog-client@1.1.1
out=$(javascript <<'J'
const { createClient, Transport } = require('syslog-client');
const client = (port, transport) => createClient('127.0.0.1', { port, transport, rfc3164: false, syslogHostname: 'host', appName: 'door 3' });
const show = text => text.trim().replace(/\S+Z/g, 'TIME').replaceAll(process.pid, 'PID').replace('\n', ' | ');
const udp = require('dgram').createSocket('udp4').on('message', message => console.log(show(message.toString())));
udp.bind(0, '127.0.0.1', () => client(udp.address().port, Transport.Udp).log('text'));
let received = '';
const tcp = require('net').createServer(socket => socket.on('data', data => received += data)).listen(0, '127.0.0.1', () => {
    client(tcp.address().port, Transport.Tcp).log('one\ntwo');
});
setTimeout(() => {
    console.log(show(received));
    process.exit(0);
}, 1500);
J
)
expect "over UDP, over TCP" "$out" "<134>1 TIME host door 3 PID - - text
<134>1 TIME host door 3 PID - - one | two"
