"""The words of the case language and what CPython's socket calls them."""

import socket as s

FAMILIES = {"inet": s.AF_INET, "inet6": s.AF_INET6, "unspec": s.AF_UNSPEC}
TYPES = {"stream": s.SOCK_STREAM, "dgram": s.SOCK_DGRAM, "raw": s.SOCK_RAW}
PROTOCOLS = {"tcp": s.IPPROTO_TCP, "udp": s.IPPROTO_UDP, "icmp": s.IPPROTO_ICMP, "icmpv6": s.IPPROTO_ICMPV6}
DIRECTIONS = {"r": s.SHUT_RD, "w": s.SHUT_WR, "rw": s.SHUT_RDWR}
LEVELS = {"socket": s.SOL_SOCKET, "ip": s.IPPROTO_IP, "ipv6": s.IPPROTO_IPV6, "tcp": s.IPPROTO_TCP, "udp": s.IPPROTO_UDP}
OPTIONS = {
    ("socket", "reuseaddr"): s.SO_REUSEADDR,
    ("socket", "keepalive"): s.SO_KEEPALIVE,
    ("socket", "broadcast"): s.SO_BROADCAST,
    ("socket", "dontroute"): s.SO_DONTROUTE,
    ("socket", "oobinline"): s.SO_OOBINLINE,
    ("socket", "sndbuf"): s.SO_SNDBUF,
    ("socket", "rcvbuf"): s.SO_RCVBUF,
    ("socket", "linger"): s.SO_LINGER,
    ("socket", "error"): s.SO_ERROR,
    ("socket", "type"): s.SO_TYPE,
    ("socket", "acceptconn"): s.SO_ACCEPTCONN,
    ("ip", "ttl"): s.IP_TTL,
    ("ip", "tos"): s.IP_TOS,
    ("ip", "multicast_ttl"): s.IP_MULTICAST_TTL,
    ("ip", "multicast_loop"): s.IP_MULTICAST_LOOP,
    ("ip", "multicast_if"): s.IP_MULTICAST_IF,
    ("ip", "add_membership"): s.IP_ADD_MEMBERSHIP,
    ("ip", "drop_membership"): s.IP_DROP_MEMBERSHIP,
    ("ipv6", "v6only"): s.IPV6_V6ONLY,
    ("ipv6", "unicast_hops"): s.IPV6_UNICAST_HOPS,
    ("ipv6", "multicast_hops"): s.IPV6_MULTICAST_HOPS,
    ("ipv6", "multicast_loop"): s.IPV6_MULTICAST_LOOP,
    ("ipv6", "multicast_if"): s.IPV6_MULTICAST_IF,
    ("ipv6", "add_membership"): s.IPV6_JOIN_GROUP,
    ("ipv6", "drop_membership"): s.IPV6_LEAVE_GROUP,
    ("tcp", "nodelay"): s.TCP_NODELAY,
    ("tcp", "keepidle"): s.TCP_KEEPIDLE,
    ("tcp", "keepintvl"): s.TCP_KEEPINTVL,
    ("tcp", "keepcnt"): s.TCP_KEEPCNT,
}


def number(table, word):
    return table[word] if word in table else int(word)


def option(level, name):
    """Words, or the system's own numbers."""
    if (level, name) in OPTIONS:
        return LEVELS[level], OPTIONS[level, name]
    return number(LEVELS, level), int(name)


def bytes_of(word):
    """The bytes that a word means: "text", N*c, hex:.., membership of a group on loopback."""
    if word.startswith('"'):
        return word.strip('"').encode()
    if word.startswith("hex:"):
        return bytes.fromhex(word[4:])
    if word.startswith("group:"):
        group, interface = word[6:].split("@")
        if ":" in group:
            return s.inet_pton(s.AF_INET6, group) + int(interface).to_bytes(4, "little")
        return s.inet_aton(group) + s.inet_aton(interface)
    count, star, letter = word.partition("*")
    if star:
        return letter.encode() * int(count)
    raise ValueError(f"no bytes: {word}")


def show_bytes(data):
    if len(data) > 40:
        return f"{len(data)} bytes"
    text = data.decode("latin-1")
    return f'"{text}"' if text.isprintable() else "hex:" + data.hex()
