#!/bin/bash
# Unbound 1.17.1 (Debian unbound 1.17.1-2+deb12u4): with forward-zone "." some questions do not reach the forwarder
#
# Guess: forward-zone "." with forward-addr: 127.0.0.1@PORT sends every question there.
# Observed: none is sent: a forwarder on loopback is SERVFAIL at once, unless do-not-query-localhost: no. With that, board.home.arpa, board.test
# and the addresses of 10.0.0.0/8 are NXDOMAIN from built-in zones (RFC 6303, 6761, 8375), whatever the forwarder knows. board.local and
# board.lan are forwarded. local-zone: home.arpa. nodefault opens one.
# Why it matters: a resolver in front of a test server on the same host, or of a router that knows the names of a home network, says that
# those names do not exist.
source "$(dirname "$0")/support/lib.sh"
debian unbound=1.17.1-2+deb12u4 libevent-2.1-7=2.1.12-stable-8+deb12u1 libprotobuf-c1=1.4.1-1+b1 python3-dnspython=2.3.0-1+deb12u1
cat >"$work/forwarder.py" <<'P'
import dns.message, dns.rrset, socket
server = socket.socket(type=socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 0))
print(server.getsockname()[1], flush=True)
while True:
    wire, peer = server.recvfrom(2000)
    answer = dns.message.make_response(dns.message.from_wire(wire), recursion_available=True)
    question = answer.question[0]
    text = {"A": "10.1.2.3", "PTR": "board."}.get(dns.rdatatype.to_text(question.rdtype))
    if text:
        answer.answer.append(dns.rrset.from_text(question.name, 1, question.rdclass, question.rdtype, text))
    server.sendto(answer.to_wire(), peer)
P
serve python "$work/forwarder.py"
forwarder=$port
resolver() {
    port=$(free_port)
    cat >"$work/$port.conf" <<C
server:
    interface: 127.0.0.1
    port: $port
    chroot: ""
    username: ""
    directory: "$work"
    pidfile: ""
    use-syslog: no
    module-config: "iterator"
    $1
forward-zone:
    name: "."
    forward-addr: 127.0.0.1@$forwarder
remote-control:
    control-enable: no
C
    start unbound -d -c "$work/$port.conf"
    wait_tcp "$port"
}
ask() {
    python - "$port" "$@" <<'P'
import dns.message, dns.query, dns.rcode, sys
for question in sys.argv[2:]:
    name, kind = question.split("/")
    answer = dns.query.udp(dns.message.make_query(name, kind), "127.0.0.1", port=int(sys.argv[1]), timeout=15)
    print(question, dns.rcode.to_text(answer.rcode()), len(answer.answer))
P
}
resolver ""
expect "with defaults" "$(ask board.lan/A)" "board.lan/A SERVFAIL 0"
resolver "do-not-query-localhost: no"
expect "with do-not-query-localhost: no" "$(ask board.lan/A board.local/A board.home.arpa/A board.test/A 4.3.2.10.in-addr.arpa/PTR 4.3.2.11.in-addr.arpa/PTR)" \
    "board.lan/A NOERROR 1
board.local/A NOERROR 1
board.home.arpa/A NXDOMAIN 0
board.test/A NXDOMAIN 0
4.3.2.10.in-addr.arpa/PTR NXDOMAIN 0
4.3.2.11.in-addr.arpa/PTR NOERROR 1"
