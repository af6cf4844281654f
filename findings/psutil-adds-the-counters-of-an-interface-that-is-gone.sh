#!/bin/bash
# psutil 5.9.4 (Debian 12): an interface that was removed and made again goes on counting
#
# Guess: net_io_counters() gives the counters of the kernel, which begin at 0 for a new interface of the same name.
# Observed: an interface that sent 10 packets, was removed and made again, reads 10 with 0 packets sent. The default nowrap=True takes a smaller
# number for a wrapped counter and adds the old one, for as long as the process runs. With nowrap=False it reads 0.
# Why it matters: TAP and veth interfaces, USB modems and Wi-Fi sticks come and go; totals of a monitor disagree with `ip -s link`, and two
# processes with each other. Pass nowrap=False, or call net_io_counters.cache_clear().
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
debian python3-psutil=5.9.4-1+b1
cat >"$work/again.py" <<'P'
import socket, subprocess, psutil
def shell(commands):
    subprocess.run(commands, shell=True, check=True)
def sent(**options):
    return psutil.net_io_counters(pernic=True, **options)["near"].packets_sent
shell("ip link add near type veth peer name far; echo 1 >/proc/sys/net/ipv6/conf/near/disable_ipv6; ip addr add 10.9.9.1/24 dev near;"
      "ip link set near up; ip link set far up; ip neigh replace 10.9.9.2 lladdr 02:00:00:00:00:02 dev near")
own = socket.socket(type=socket.SOCK_DGRAM)
for _ in range(10):
    own.sendto(b"x", ("10.9.9.2", 9))
before = sent()
shell("ip link del near; ip link add near type veth peer name far")
print(before, sent(), sent(nowrap=False))
P
expect "packets sent before, after the interface was made again, with nowrap=False" "$(unshare -n /usr/bin/python3 "$work/again.py")" "10 10 0"
