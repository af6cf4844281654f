#!/bin/bash
# dnsmasq 2.90 (Debian dnsmasq-base 2.90-4~deb12u2) without servers above it: REFUSED for the AAAA record of a name that it knows
#
# Guess: a name with an A record of a hosts file has no AAAA record: NOERROR without answers (RFC 2308, "no data").
# Observed: A is answered with authority; AAAA of the same name is REFUSED, as the question is passed on and there is nobody to pass it
# to. So it is for --host-record and --address. With --local=/lan/ it is NOERROR.
# Why it matters: a small network without an uplink (a workshop, a test) lets resolvers that ask for both records see an error for half of
# the name. Add --local for the domain; a resolver must not give up on A because AAAA is refused.
source "$(dirname "$0")/support/lib.sh"
debian dnsmasq-base=2.90-4~deb12u2 python3-dnspython=2.3.0-1+deb12u1
echo '10.0.0.1 board.lan' >"$work/hosts"
ask() {
    python - "$port" "$@" <<'P'
import sys, dns.message, dns.query, dns.rcode
for question in sys.argv[2:]:
    name, kind = question.split("/")
    answer = dns.query.udp(dns.message.make_query(name, kind), "127.0.0.1", port=int(sys.argv[1]), timeout=5)
    print(question, dns.rcode.to_text(answer.rcode()), len(answer.answer))
P
}
serve() {
    port=$(free_port)
    start dnsmasq --keep-in-foreground --no-resolv --no-hosts --addn-hosts="$work/hosts" --host-record=record.lan,10.0.0.2 --port="$port" \
        --listen-address=127.0.0.1 --bind-interfaces --pid-file= --user=root "$@"
    wait_tcp "$port"
}
serve
expect "without servers" "$(ask board.lan/A board.lan/AAAA record.lan/AAAA)" $'board.lan/A NOERROR 1\nboard.lan/AAAA REFUSED 0\nrecord.lan/AAAA REFUSED 0'
serve --local=/lan/
expect "with --local=/lan/" "$(ask board.lan/A board.lan/AAAA)" $'board.lan/A NOERROR 1\nboard.lan/AAAA NOERROR 0'
