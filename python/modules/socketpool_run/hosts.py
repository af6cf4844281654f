"""What kind of host a name or an address is."""

import os
from ipaddress import ip_address

# 198.18.0.0/15, as a number: the addresses of mapped names.
TEST_NETWORK = 0xC6120000


def is_number(host):
    """Whether it is an address in digits."""
    try:
        ip_address(host)
        return True
    except ValueError:
        return False


def is_local(host):
    """Whether it is this machine, or everybody on the wire: `*` does not mean them."""
    if host in ("", "localhost") or host.endswith((".localhost", ".local")):
        return True
    try:
        address = ip_address(host)
    except ValueError:
        return False
    return address.is_loopback or address.is_multicast or address.is_unspecified or str(address) == "255.255.255.255"


def is_near(host):
    """Whether it is an address that is reached without the internet."""
    try:
        return ip_address(host).is_private and not int(ip_address(host)) >> 17 == TEST_NETWORK >> 17
    except ValueError:
        return False


def lowest_free_port():
    """The lowest port that this process may bind: 0 for root, elsewhere mostly 1024."""
    if os.geteuid() == 0:
        return 0
    try:
        with open("/proc/sys/net/ipv4/ip_unprivileged_port_start", encoding="ascii") as file:
            return int(file.read())
    except (OSError, ValueError):
        return 1024
