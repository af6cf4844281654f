#!/bin/bash
# iperf 2.1.8 (Debian iperf 2.1.8+dfsg-1): the result of -y C has the time 19700101000000
#
# Guess: the first column of the CSV report is the local time of the report, YYYYMMDDhhmmss.
# Observed: it is the beginning of 1970 in the line of the whole test, at the client and at the server. With -i 1 the client's lines have the
# present time, also the last one.
# Why it matters: measurements that a scheduler appends to one file cannot be put in order or joined with other logs. Add -i, or write the time
# in front of each line.
source "$(dirname "$0")/support/lib.sh"
debian iperf=2.1.8+dfsg-1
export TZ=UTC
port=$(free_port)
iperf -s -B 127.0.0.1 -p "$port" -y C >"$work/server.csv" 2>"$work/started.log" &
echo $! >>"$work/started"
for _ in $(seq 100); do iperf -c 127.0.0.1 -p "$port" -n 1000 -y C >"$work/client.csv" 2>/dev/null; grep -q , "$work/client.csv" && break; sleep 0.1; done
expect "time at the client" "$(cut -d, -f1 "$work/client.csv")" 19700101000000
for _ in $(seq 100); do grep -q , "$work/server.csv" && break; sleep 0.1; done
expect "time at the server" "$(head -1 "$work/server.csv" | cut -d, -f1)" 19700101000000
iperf -c 127.0.0.1 -p "$port" -t 2 -i 1 -b 1M -y C >"$work/client.csv"
expect "year with -i 1" "$(tail -1 "$work/client.csv" | cut -c1-4)" "$(date +%Y)"
