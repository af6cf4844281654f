#!/bin/bash
# drill 1.8.3 (Debian ldnsutils 1.8.3-1+b1): a truncated answer is the result, without a second question over TCP, and the status is 0
#
# Guess: drill asks again over TCP when the server sets TC, as dig, kdig and resolvers do (RFC 7766).
# Observed: the server gets one datagram and no connection. drill prints the empty answer with a warning behind it, and ends with 0; with -Q,
# for scripts, it prints nothing and ends with 0, like for a name without addresses. kdig connects and prints the address. drill -t does.
# Why it matters: a script around `drill -Q` takes a name with many records, or one of a server that answers over TCP only, for a name without any.
source "$(dirname "$0")/support/lib.sh"
debian ldnsutils=1.8.3-1+b1 libldns3=1.8.3-1+b1 knot-dnsutils=3.2.6-1 libdnssec9=3.2.6-1 libknot13=3.2.6-1 libzscanner4=3.2.6-1 \
    liblmdb0=0.9.24-1 libxdp1=1.3.1-1 libfstrm0=0.6.1-1 libprotobuf-c1=1.4.1-1+b1 libnghttp2-14=1.52.0-1+deb12u3 libbpf1=1:1.1.2-0+deb12u1
serve python -u -c '
import socket, struct, threading
def answer(query, truncated):
    question = query[12:query.index(b"\0", 12) + 5]
    record = b"" if truncated else b"\xc0\x0c" + struct.pack(">HHIH", 1, 1, 60, 4) + bytes([10, 0, 0, 1])
    return query[:2] + struct.pack(">HHHHH", 0x8580 | truncated << 9, 1, len(record) > 0, 0, 0) + question + record
while True:
    datagrams, stream = socket.socket(type=socket.SOCK_DGRAM), socket.create_server(("127.0.0.1", 0))
    try:
        datagrams.bind(stream.getsockname())
        break
    except OSError:
        pass
print(stream.getsockname()[1])
def over_udp():
    while True:
        query, client = datagrams.recvfrom(4096)
        print("UDP")
        datagrams.sendto(answer(query, True), client)
threading.Thread(target=over_udp, daemon=True).start()
while True:
    connection = stream.accept()[0]
    with connection, connection.makefile("rwb") as file:
        query = file.read(struct.unpack(">H", file.read(2))[0])
        print("TCP")
        reply = answer(query, False)
        file.write(struct.pack(">H", len(reply)) + reply)'
ask() {
    local before status=0
    before=$(wc -l <"$work/served.log")
    timeout 30 "$@" >"$work/out" 2>&1 || status=$?
    echo "status $status, 10.0.0.1 $(grep -c '10\.0\.0\.1$' "$work/out"), $(tail -n "+$((before + 1))" "$work/served.log" | paste -sd ' ')"
}
expect "drill" "$(ask drill -p "$port" @127.0.0.1 many.lan)" "status 0, 10.0.0.1 0, UDP"
expect "drill -Q" "$(ask drill -Q -p "$port" @127.0.0.1 many.lan)" "status 0, 10.0.0.1 0, UDP"
expect "drill -Q prints" "$(cat "$work/out")" ""
expect "drill -t" "$(ask drill -t -p "$port" @127.0.0.1 many.lan)" "status 0, 10.0.0.1 1, TCP"
expect "kdig" "$(ask kdig -p "$port" @127.0.0.1 many.lan)" "status 0, 10.0.0.1 1, UDP TCP"
