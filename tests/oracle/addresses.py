"""The table of getaddrinfo: many questions, and what CPython's socket.getaddrinfo answers to each."""

import socket as s
import threading

from interpreter import describe
from waiting import can_enter_networks, enter_network

NUMERIC = ["127.0.0.1", "0.0.0.0", "255.255.255.255", "1.2.3.4", "127.1", "1.2.3", "0x7f.1", "017700000001", "2130706433",
           "::1", "::", "0:0::1", "2001:DB8::00AB", "::ffff:1.2.3.4", "::1.2.3.4", "fe80::1", "fe80::1%lo", "fe80::1%1", "ff02::1%1"]
NAMES = [None, "", "localhost", "LOCALHOST", "localhost.", "ip6-localhost", "vm", "runsc", "a.localhost",
         "no-such-host.invalid", "two words", " 127.0.0.1", "127.0.0.1 ", "1.2.3.4.5", "256.0.0.1", "08.0.0.1", "-1", "1.2.3.4:80", "[::1]",
         "1::2::3", "fe80::1%none", "fe80::1%99", "fe80::1%", "127.0.0.1%lo", "<broadcast>", "<any>", "a" * 63, "b.c" * 60,
         "b\u00fccher.invalid", "\u4f8b\u3048.invalid"]
# CPython encodes every name with its codec for IDNA, which refuses empty and long labels by itself.
REFUSED_BY_CODEC = ["..", "a..b", ".leading", "a" * 64, "a" * 300, "\u00fc" * 64]
SERVICES = [None, 0, 80, 65535, "http", "domain", "no-such-service", "80", "", " 80", "70000"]
WRAPPED = [-1, 65536, 70000]
FAMILIES = [0, 2, 10]
FLAGS = [0, s.AI_PASSIVE, s.AI_CANONNAME, s.AI_NUMERICHOST, s.AI_NUMERICSERV, s.AI_V4MAPPED | s.AI_ALL, s.AI_V4MAPPED, s.AI_ADDRCONFIG,
         s.AI_PASSIVE | s.AI_CANONNAME, s.AI_NUMERICHOST | s.AI_NUMERICSERV | s.AI_CANONNAME, 0x4000_0000]
KINDS = [(t, p) for t in (0, 1, 2, 3, 4, 5, 99) for p in (0, 6, 17, 1, 58, 255, 132)]
KIND_HOSTS = [None, "127.0.0.1", "::1", "localhost"]


def questions():
    def ask(network, host, service, family=0, kind=0, protocol=0, flags=0, differs=None):
        return {"network": network, "host": host, "service": service, "family": family, "type": kind, "protocol": protocol,
                "flags": flags, "differs": differs}

    for host in NUMERIC + NAMES:
        for service in SERVICES:
            for family in FAMILIES:
                for flags in FLAGS:
                    yield ask("empty", host, service, family, flags=flags)
    for host in REFUSED_BY_CODEC:
        yield ask("empty", host, 80, differs="getaddrinfo-idna")
    yield ask("empty", ".", 80, differs="getaddrinfo-dot")
    yield ask("empty", "a\0b", 80, differs="getaddrinfo-null")
    for host in NUMERIC:  # nobody is asked for these, so they may run where there are addresses
        for family in FAMILIES:
            for flags in FLAGS:
                yield ask("host", host, 80, family, flags=flags)
    for host in KIND_HOSTS:
        for service in (None, 80, "http", "domain", "tftp", "no-such-service"):
            for kind, protocol in KINDS:
                yield ask("empty", host, service, 0, kind, protocol)
    for family in (1, 99, 16, 17):  # families that getaddrinfo does not know
        yield ask("empty", "127.0.0.1", 80, family)
    for port in WRAPPED:
        yield ask("empty", "127.0.0.1", port, differs="getaddrinfo-port")


def answer(q):
    try:
        rows = s.getaddrinfo(q["host"], q["service"], q["family"], q["type"], q["protocol"], q["flags"])
    except (OSError, ValueError, OverflowError, TypeError) as e:
        return describe(e)
    return "\n".join(show(*row) for row in rows)


def show(family, kind, protocol, name, address):
    host, *rest = address
    return f'{int(family)} {int(kind)} {protocol} "{name}" {host.split("%")[0]} {" ".join(map(str, rest))}'


def ask_all():
    has_namespaces = can_enter_networks()
    asked = [q for q in questions() if q["network"] == "host" or has_namespaces]

    def work(network):
        if has_namespaces:
            enter_network(network)
        for q in asked:
            if q["network"] == network:
                q["answer"] = answer(q)

    for network in ("host", "empty"):
        thread = threading.Thread(target=work, args=(network,))
        thread.start()
        thread.join()
    return asked
