#!/bin/bash
# curl 7.88.1 (Debian curl 7.88.1-10+deb12u15) and tftpd-hpa 5.2+20150808-1.4: tftp://...;mode=netascii ends with status 42
#
# Guess: a text file of the server has the line ends of this system afterwards, as with tftp-hpa and atftp (RFC 1350: netascii is translated at both
# ends).
# Observed: curl always asks for the option tsize; tftpd-hpa refuses it in this mode with error 8, and curl reports "getpeername() failed". With
# --tftp-no-options the file arrives, but with CR LF: curl names the mode and translates nothing. In octet mode it is right.
# Why it matters: a script that fetches a device's configuration as text fails with one server and stores CR LF from the others. Use
# mode=octet.
source "$(dirname "$0")/support/lib.sh"
debian curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 libbrotli1=1.0.9-2+deb12u1 libnghttp2-14=1.52.0-1+deb12u3 \
    tftpd-hpa=5.2+20150808-1.4 tftp-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32
[ "$(id -u)" = 0 ] || skip "in.tftpd needs root"
mkdir "$work/files"
printf 'a\nb\n' >"$work/files/a.txt"
port=$(free_port)
start in.tftpd -L -a "127.0.0.1:$port" -u root -s "$work/files"
get() { curl -s "$@" | od -An -c | tr -d ' '; }
for _ in $(seq 50); do [ -n "$(get "tftp://127.0.0.1:$port/a.txt" --max-time 2)" ] && break; sleep 0.1; done
expect "octet" "$(get "tftp://127.0.0.1:$port/a.txt")" 'a\nb\n'
expect "netascii" "$(curl -sS "tftp://127.0.0.1:$port/a.txt;mode=netascii" 2>&1 || true)" \
    "curl: (42) getpeername() failed with errno 107: Transport endpoint is not connected"
expect "netascii without options" "$(get --tftp-no-options "tftp://127.0.0.1:$port/a.txt;mode=netascii")" 'a\r\nb\r\n'
(cd "$work" && printf 'mode netascii\nget a.txt\n' | tftp 127.0.0.1 "$port" >/dev/null)
expect "netascii with tftp-hpa" "$(od -An -c "$work/a.txt" | tr -d ' ')" 'a\nb\n'
