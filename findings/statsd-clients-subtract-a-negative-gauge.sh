#!/bin/bash
# hot-shots 17.1.1 and statsd-client 0.4.7 (npm) with statsd 0.9.0 (npm): a gauge of -5 that is sent three times is -15
#
# Guess: gauge("outside", -5) sets the gauge, since both clients have gaugeDelta for changes; the protocol's rule for negative values (first 0,
# then the value) is followed.
# Observed: both send outside:-5|g, which means five less, so the server counts down with each report. gauge 21.5 sets it. statsd 4.0.1 of
# Python (Debian python3-statsd 4.0.1-1) sends a 0 first.
# Why it matters: temperatures below zero, signal strengths in dBm and balances fall without end. Send a 0 before, in the same datagram.
source "$(dirname "$0")/support/lib.sh"
debian python3-statsd=4.0.1-1
npm_packages hot-shots@17.1.1 statsd-client@0.4.7 statsd@0.9.0
port=$(python -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
management=$(free_port)
echo "{ port: $port, address: '127.0.0.1', mgmt_port: $management, mgmt_address: '127.0.0.1', backends: [] }" >"$work/statsd.js"
start node "$work/npm/node_modules/statsd/stats.js" "$work/statsd.js"
wait_tcp "$management"
javascript <<J
const HotShots = require('hot-shots'), StatsdClient = require('statsd-client');
const hot = new HotShots({ host: '127.0.0.1', port: $port }), client = new StatsdClient({ host: '127.0.0.1', port: $port });
for (let i = 0; i < 3; i++) {
    hot.gauge('hot', -5);
    client.gauge('client', -5);
    client.gauge('warm', 21.5);
}
setTimeout(() => process.exit(0), 1000);
J
python - "$port" <<'P'
import sys, statsd
client = statsd.StatsClient("127.0.0.1", int(sys.argv[1]))
for _ in range(3):
    client.gauge("python", -5)
P
out=$(python - "$management" <<'P'
import re, socket, sys, time
for attempt in range(50):
    with socket.create_connection(("127.0.0.1", int(sys.argv[1])), 5) as connection:
        connection.sendall(b"gauges\n")
        answer = b""
        while b"END" not in answer:
            answer += connection.recv(4096)
    values = dict(re.findall(r"(\w+): (-?[\d.]+)", answer.decode()))
    if len(values) >= 4:
        break
    time.sleep(0.1)
print(*(f"{name}={values.get(name)}" for name in ("hot", "client", "warm", "python")))
P
)
expect "gauges at the server" "$out" "hot=-15 client=-15 warm=21.5 python=-5"
