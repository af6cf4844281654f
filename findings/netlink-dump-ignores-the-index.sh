#!/bin/bash
# Linux (seen with 6.18), rtnetlink: a dump of addresses ignores the index in its request
#
# Guess: RTM_GETADDR with NLM_F_DUMP and an ifa_index gives the addresses of that interface; the field is in the request for it.
# Observed: the dump of addresses has those of every interface. After setsockopt(NETLINK_GET_STRICT_CHK) the same request gives those of the one
# interface.
# Why it matters: programs that were tried on a host with one interface take the addresses of others for its own. iproute2 hides it, as it filters
# once more. Set the option (Linux 4.20), or compare the index of each message.
source "$(dirname "$0")/support/lib.sh"
[ "$(id -u)" = 0 ] || skip "network namespaces need root"
need unshare ip
cat >"$work/dump.py" <<'P'
import socket, struct, subprocess
RTM_NEWADDR, RTM_GETADDR, REQUEST_DUMP, SOL_NETLINK, STRICT = 20, 22, 0x301, 270, 12
subprocess.run("ip link set lo up && ip link add near type veth peer name far && ip addr add 10.9.9.1/24 dev near && ip addr add 10.9.8.1/24 dev far",
               shell=True, check=True)
def addresses(strict):
    own = socket.socket(socket.AF_NETLINK, socket.SOCK_RAW, socket.NETLINK_ROUTE)
    own.setsockopt(SOL_NETLINK, STRICT, strict)
    body = struct.pack("BBBBi", socket.AF_INET, 0, 0, 0, socket.if_nametoindex("near"))
    own.send(struct.pack("IHHII", 16 + len(body), RTM_GETADDR, REQUEST_DUMP, 1, 0) + body)
    found = []
    while True:
        data = own.recv(65536)
        while data:
            length, kind = struct.unpack_from("IH", data)
            if kind == 3: # NLMSG_DONE
                return sorted(found)
            if kind == RTM_NEWADDR:
                found.append(socket.if_indextoname(struct.unpack_from("i", data, 20)[0]))
            data = data[(length + 3) & ~3:]
print(addresses(0), addresses(1))
P
expect "interfaces in the dump for \"near\", and with NETLINK_GET_STRICT_CHK" "$(unshare -n /usr/bin/python3 "$work/dump.py")" "['far', 'lo', 'near'] ['near']"
