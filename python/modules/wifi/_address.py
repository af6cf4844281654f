"""`ipaddress.IPv4Address` as boards print it."""

import ipaddress


class IPv4Address(ipaddress.IPv4Address):
    """As `ipaddress.IPv4Address`; its repr is the dotted quad, as on boards."""

    __module__ = "ipaddress"
    __slots__ = ()

    def __repr__(self):
        return str(self)
