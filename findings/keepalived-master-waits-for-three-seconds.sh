#!/bin/bash
# keepalived 2.2.7 (Debian keepalived 1:2.2.7-1+b2): "state MASTER" alone on the network takes its address after more than 3 seconds
#
# Guess: an instance with "state MASTER" and the highest priority has its address when the daemon is up; BACKUP waits for the other's silence.
# Observed: MASTER or BACKUP, priority 200: both wait for three intervals of a second and a bit before they enter MASTER STATE. With priority 255, that of the
# owner of the address, "state MASTER" has it at once.
# Why it matters: a test that starts keepalived and connects to the address gets "no route to host" for three seconds; the time of a failover
# that is measured by a restart is that of the wait.
source "$(dirname "$0")/support/lib.sh"
debian keepalived=1:2.2.7-1+b2 libpci3=1:3.9.0-4 libsnmp40=5.9.3+dfsg-2+deb12u1 libsnmp-base=5.9.3+dfsg-2+deb12u1 pci.ids=0.0~2023.04.11-1 libnl-3-200=3.7.0-0.2+b1 \
    libnl-genl-3-200=3.7.0-0.2+b1 libnftables1=1.0.6-2+deb12u2 libnftnl11=1.2.4-2 libmnl0=1.0.4-3 libglib2.0-0=2.74.6-2+deb12u9
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/inside" <<'S'
ip link add veth0 type veth peer name veth1 || exit 1
ip link set lo up
ip link set veth0 up
ip link set veth1 up
ip addr add 10.1.0.1/24 dev veth0
try() {
    printf 'vrrp_instance a {\n state %s\n interface veth0\n virtual_router_id 7\n priority %s\n advert_int 1\n virtual_ipaddress {\n 10.1.0.99/24\n }\n}\n' \
        "$1" "$2" >"$work/conf"
    keepalived -n -l -f "$work/conf" -p "$work/pid" -r "$work/vrrp" -c "$work/check" >"$work/log" 2>&1 &
    local daemon=$! try
    echo $daemon >>"$work/started"
    for try in $(seq 300); do grep -q 'Startup complete' "$work/log" && break; sleep 0.1; done
    local start=$EPOCHREALTIME
    for try in $(seq 300); do ip addr show veth0 | grep -q 10.1.0.99 && break; sleep 0.1; done
    echo "$1 $2 $start $EPOCHREALTIME" | awk '{waited = $4 - $3; print $1, $2, (waited > 2.5 ? "3 s or more" : "at once")}'
    kill $daemon
    wait $daemon
}
work=$1
try MASTER 200
try BACKUP 200
try MASTER 255
S
out=$(unshare -n bash "$work/inside" "$work") || skip "no veth in this kernel"
expect "until the address is there" "$out" 'MASTER 200 3 s or more
BACKUP 200 3 s or more
MASTER 255 at once'
