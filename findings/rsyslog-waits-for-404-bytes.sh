#!/bin/bash
# rsyslog 8.2302.0 (Debian rsyslog 8.2302.0-1+deb12u2), imtcp: a line that begins with a number swallows the lines after it
#
# Guess: a line without a priority is a message of its own (RFC 3164, 4.3.3: the relay adds one); frames end at a line feed unless octet
# counting is switched on.
# Observed: imtcp decides frame by frame: a leading digit is a length (RFC 6587). "404 not found" announces 404 bytes, so the next messages
# become its data and are lost at the end of the connection. A line "hello" is a message.
# Why it matters: a device that sends readings or status lines over TCP loses everything after the first line that begins with a digit. Put
# "<13>" in front of each, or set SupportOctetCountedFraming="off".
source "$(dirname "$0")/support/lib.sh"
debian rsyslog=8.2302.0-1+deb12u2 libestr0=0.1.11-1 libfastjson4=1.2304.0-1
# messages OPTION: the messages that a server with this option of the input stores.
messages() {
    port=$(free_port)
    cat >"$work/$port.conf" <<C
module(load="imtcp")
input(type="imtcp" port="$port" address="127.0.0.1" $1)
template(name="t" type="string" string="%rawmsg%\n")
*.* action(type="omfile" file="$work/$port.out" template="t")
C
    start rsyslogd -n -f "$work/$port.conf" -i "$work/$port.pid" -M "$root/usr/lib/x86_64-linux-gnu/rsyslog"
    wait_tcp "$port"
    python - "$port" <<'P'
import socket, sys
def send(data):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 10) as client:
        client.sendall(data)
send(b"<13>first\nhello\n404 not found\n<13>second\n")
send(b"<13>last\n")
P
    for _ in $(seq 100); do grep -q last "$work/$port.out" 2>/dev/null && break; sleep 0.1; done
    sort "$work/$port.out" | paste -sd ';'
}
expect "stored" "$(messages '')" '<13>first;<13>last;hello'
expect "without octet counting" "$(messages 'SupportOctetCountedFraming="off"')" '404 not found;<13>first;<13>last;<13>second;hello'
