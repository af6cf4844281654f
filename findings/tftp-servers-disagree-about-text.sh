#!/bin/bash
# tftpd-hpa 5.2+20150808-1.4, atftpd 0.8.0-3 and dnsmasq 2.90 (Debian 12): a text file by TFTP has three sizes and two contents
#
# Guess: asked for a file in netascii with the option tsize, a server gives the size or leaves the option out (RFC 2349: any option
# may be ignored). A carriage return in the file is sent as CR NUL (RFC 764).
# Observed: tftpd-hpa refuses the request with error 8; atftpd accepts and says that the size is 0; dnsmasq leaves the option out. The bytes a LF b
# CR c become a CR LF b CR NUL c with the first two; dnsmasq sends the CR alone.
# Why it matters: a client that allocates by tsize gets no byte from atftpd, and one that always asks for it gets no text from tftpd-hpa.
# Ask for octet.
source "$(dirname "$0")/support/lib.sh"
debian atftpd=0.8.0-3 libpcre2-8-0=10.42-1+deb12u2 tftpd-hpa=5.2+20150808-1.4 libwrap0=7.6.q-32 dnsmasq-base=2.90-4~deb12u2
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip ss
mkdir "$work/files"
printf 'a\nb\rc' >"$work/files/a.txt"
cat >"$work/ask.py" <<'P'
import socket, sys
def ask(*words):
    with socket.socket(type=socket.SOCK_DGRAM) as client:
        client.settimeout(10)
        client.sendto(b"\0\1" + b"".join(word + b"\0" for word in words), ("127.0.0.1", int(sys.argv[1])))
        answer, server = client.recvfrom(600)
        client.sendto(b"\0\5\0\0enough\0", server)
        return answer
print(ask(b"a.txt", b"netascii", b"tsize", b"0"))
print(ask(b"a.txt", b"netascii"))
P
# bound PORT: until a UDP socket has it.
bound() { for _ in $(seq 100); do [ -n "$(ss -ulnH "sport = :$1")" ] && break; sleep 0.1; done; }
port=$(free_port)
start in.tftpd -L -a "127.0.0.1:$port" -u root -s "$work/files"
bound "$port"
expect "tftpd-hpa" "$(python "$work/ask.py" "$port")" "b'\x00\x05\x00\x08Unsupported option(s) requested\x00'
b'\x00\x03\x00\x01a\r\nb\r\x00c'"
port=$(free_port)
start atftpd --daemon --no-fork --port "$port" --bind-address 127.0.0.1 --user root --group root "$work/files"
bound "$port"
expect "atftpd" "$(python "$work/ask.py" "$port")" "b'\x00\x06tsize\x000\x00'
b'\x00\x03\x00\x01a\r\nb\r\x00c'"
# dnsmasq serves port 69 only: in a network of its own.
cat >"$work/inside" <<'S'
ip link set lo up
dnsmasq -d -p 0 --enable-tftp --tftp-root="$WORK/files" --listen-address=127.0.0.1 --bind-interfaces --user=root --pid-file= 2>/dev/null & server=$!
for _ in $(seq 100); do [ -n "$(ss -ulnH 'sport = :69')" ] && break; sleep 0.1; done
/usr/bin/python3 "$WORK/ask.py" 69
kill $server
S
expect "dnsmasq" "$(WORK=$work unshare -n bash "$work/inside")" "b'\x00\x03\x00\x01a\r\nb\rc'
b'\x00\x03\x00\x01a\r\nb\rc'"
