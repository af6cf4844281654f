#!/bin/bash
# dnsmasq 2.90 (Debian dnsmasq-base 2.90-4~deb12u2): a lease time under two minutes is raised to two minutes
#
# Guess: --dhcp-range=...,60s gives leases of 60 s, and udhcpd with 30 s behaves alike.
# Observed: the client (udhcpc of busybox 1.35.0) gets 120 s. BusyBox's udhcpd gives 30 s as configured.
# Why it matters: a test of renewal or expiry on a stack needs four minutes instead of one with dnsmasq as its server, unless the stack's
# clock is the program's; udhcpd takes any time.
source "$(dirname "$0")/support/lib.sh"
debian dnsmasq-base=2.90-4~deb12u2 busybox=1:1.35.0-4+deb12u1+b1
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need ip unshare nsenter
cat >"$work/hook" <<'S'
#!/bin/sh
[ "$1" = bound ] && echo "$lease"
exit 0
S
chmod +x "$work/hook"
cat >"$work/inside" <<'S'
set -e
ip link set lo up
unshare -n sleep 50 & client=$!
sleep 0.3
ip link add server type veth peer name client
ip link set client netns $client
ip addr add 10.9.0.1/24 dev server
ip link set server up
nsenter -n -t $client ip link set client up
ask() { timeout 20 nsenter -n -t $client busybox udhcpc -i client -n -q -f -s "$WORK/hook" 2>/dev/null || true; }
dnsmasq -d -p 0 -i server --bind-interfaces --user=root --dhcp-range=10.9.0.50,10.9.0.60,60s --dhcp-leasefile="$WORK/leases" --pid-file= 2>/dev/null & dhcp=$!
ask
kill $dhcp
touch "$WORK/udhcpd.leases"
printf '%s\n' "start 10.9.0.70" "end 10.9.0.80" "interface server" "lease_file $WORK/udhcpd.leases" "pidfile $WORK/pid" "option lease 30" \
    "option subnet 255.255.255.0" >"$WORK/udhcpd.conf"
busybox udhcpd -f "$WORK/udhcpd.conf" 2>/dev/null & dhcp=$!
ask
kill $dhcp $client
S
out=$(WORK=$work unshare -n bash "$work/inside" 2>/dev/null)
expect "seconds leased by dnsmasq (60), udhcpd (30)" "$out" $'120\n30'
