#!/bin/bash
# sockperf 3.7 (Debian sockperf 3.7-1): "Latency" is half the round trip, whatever the two directions take
#
# Guess: the latency of ping-pong is the round-trip time, as ping, irtt and netperf's request/response have it; or a measured one-way time.
# Observed: over a relay that holds datagrams for 40 ms on the way there and not on the way back, "Summary: Latency" is 20 ms, which no datagram took.
# --full-rtt says "Round trip" with 40 ms. Neither the summary nor the percentiles name the division.
# Why it matters: numbers of sockperf and of other tools, or of this project's benchmarks, differ by 2 on the same path; percentiles hide that all delay is in one
# direction.
source "$(dirname "$0")/support/lib.sh"
debian sockperf=3.7-1
cat >"$work/relay.py" <<'P'
import heapq, select, socket, sys, time
front, back = socket.socket(type=socket.SOCK_DGRAM), socket.socket(type=socket.SOCK_DGRAM)
front.bind(("127.0.0.1", 0))
back.connect(("127.0.0.1", int(sys.argv[1])))
print(front.getsockname()[1], flush=True)
client, held = None, []
while True:
    wait = max(0, held[0][0] - time.monotonic()) if held else None
    for ready in select.select([front, back], [], [], wait)[0]:
        try:
            if ready is front:
                data, client = front.recvfrom(65536)
                heapq.heappush(held, (time.monotonic() + 0.04, data))
            else:
                front.sendto(back.recv(65536), client)
        except ConnectionRefusedError:
            pass
    while held and held[0][0] <= time.monotonic():
        back.send(heapq.heappop(held)[1])
P
server=$(free_port)
start sockperf server -i 127.0.0.1 -p "$server"
serve python "$work/relay.py" "$server"
# what sockperf calls its result, and its microseconds
run() { timeout 25 sockperf ping-pong -i 127.0.0.1 -p "$port" -t 3 "$@" 2>&1 | sed -n 's/.*Summary: \(.*\) is \([0-9]*\)\.[0-9]* usec.*/\1 \2/p'; }
sleep 1
result=$(run)
[ "${result% *}" = Latency ] || changed "the summary names: $result"
[ "${result##* }" -ge 20000 ] || changed "latency: expected 20000 microseconds or more, observed $result"
full=$(run --full-rtt)
[ "${full% *}" = "Round trip" ] || changed "the summary names: $full"
[ "${full##* }" -ge 40000 ] || changed "round trip: expected 40000 microseconds or more, observed $full"
[ "${result##* }" -lt $((${full##* } * 3 / 4)) ] || changed "latency is not half the round trip: $result, $full"
echo "  40 ms there, none back: $result, $full"
