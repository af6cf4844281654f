#!/bin/bash
# snmpget of Net-SNMP 5.9.3 (Debian snmp 5.9.3+dfsg-2+deb12u1): a missing object is status 2 in SNMPv1 and status 0 with a text in SNMPv2c
#
# Guess: a missing object is an error in both versions: nothing on stdout, a status other than 0.
# Observed: with -v1 stdout is empty and the status is 2. With -v2c and -Oqv, "only the value", stdout has "No Such Object available on this agent
# at this OID", and the status is 0. snmpwalk of an empty subtree has status 0 with both.
# Why it matters: scripts store that sentence as the value of a sensor. A change from v1 to v2c turns a checked error into data.
# Compare the type: without -Oq the line has no "TYPE:".
source "$(dirname "$0")/support/lib.sh"
debian snmp=5.9.3+dfsg-2+deb12u1 snmpd=5.9.3+dfsg-2+deb12u1 libsnmp40=5.9.3+dfsg-2+deb12u1 libpci3=1:3.9.0-4 libperl5.36=5.36.0-7+deb12u4
export SNMP_PERSISTENT_DIR=$work/state SNMPCONFPATH=$work MIBS=
port=$(python -c 'import socket; s = socket.socket(type=socket.SOCK_DGRAM); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
printf 'agentaddress udp:127.0.0.1:%s\nrocommunity public\nsysName board\n' "$port" >"$work/agent.conf"
start snmpd -f -Lf "$work/agent.log" -C -c "$work/agent.conf" -I -ifTable -p "$work/agent.pid"
ask() { local tool=$1; shift; "$tool" -c public -Oqv "$@" 2>/dev/null || echo "status $?"; }
name=.1.3.6.1.2.1.1.5.0 missing=.1.3.6.1.2.1.1.999.0
for _ in $(seq 50); do [ "$(ask snmpget -v2c -r0 -t1 "127.0.0.1:$port" $name)" = '"board"' ] && break; sleep 0.1; done
expect "an object" "$(ask snmpget -v2c "127.0.0.1:$port" $name)" '"board"'
expect "a missing one, v1" "$(ask snmpget -v1 "127.0.0.1:$port" $missing)" "status 2"
expect "a missing one, v2c" "$(ask snmpget -v2c "127.0.0.1:$port" $missing)" "No Such Object available on this agent at this OID"
expect "snmpwalk, v1" "$(ask snmpwalk -v1 "127.0.0.1:$port" .1.3.6.1.2.1.1.999)" ""
expect "snmpwalk, v2c" "$(ask snmpwalk -v2c "127.0.0.1:$port" .1.3.6.1.2.1.1.999)" "No Such Object available on this agent at this OID"
