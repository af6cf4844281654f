"""`stacknetwork.Radio`, and the functions that make one."""

from socketpool import _StackNetwork
from wifi._radio import RadioMembers


class Radio(RadioMembers, _StackNetwork):
    """A TCP/IP stack in the place of a board's radio: `tap()`, `tun()`, `loopback()` and `pair()` make one.

    It has what `wifi.radio` has. The addresses are its own, and can be changed. Closing it, or losing the last
    reference to it and its sockets, closes the link.
    """

    __module__ = "stacknetwork"

    def __new__(cls, *arguments, **keywords):
        raise TypeError("stacknetwork.Radio is not made directly: use tap(), tun(), loopback() or pair()")

    def close(self):
        """Close every socket of the radio, and the link."""
        self._end()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._end()

    @property
    def ipv4_dns(self):
        """The first name server with an IPv4 address, or None. Setting it replaces all."""
        return RadioMembers.ipv4_dns.fget(self)

    @ipv4_dns.setter
    def ipv4_dns(self, value):
        self._set_dns(str(value))

    @property
    def dns(self):
        """The name servers, a tuple of str. Setting it replaces all."""
        return tuple(self._dns)

    @dns.setter
    def dns(self, value):
        self._set_dns(join(value))

    def set_ipv4_address(self, *, ipv4, netmask, gateway, ipv4_dns=None):
        """Take another IPv4 address in place of those there are, and another gateway."""
        from ipaddress import IPv4Network

        self._set_ipv4(f"{ipv4}/{IPv4Network(f'0.0.0.0/{netmask}').prefixlen}", str(gateway))
        if ipv4_dns is not None:
            self._set_dns(str(ipv4_dns))

    def start_dhcp(self, *, ipv4=True, ipv6=False):
        """The addresses stay those that the radio was given."""

    def stop_dhcp(self):
        """The addresses stay those that the radio was given."""


def tap(name="tap%d", *, addresses=(), gateway=None, dns=(), max_sockets=None, mtu=None, threaded_napi=False):
    """Make a radio on a TAP device of Linux, which is made if there is none of the name; `%d` takes a free number.

    `addresses` have the length of their network: "192.0.2.2/24", "2001:db8::2/64". They are used at once, unchecked.
    With `threaded_napi` a thread of the kernel takes the frames, where the kernel and the rights of the process allow it.
    OSError if the device cannot be opened: a new one needs the right to make it (root, or CAP_NET_ADMIN).
    """
    return make("tap:" + name, addresses, gateway, dns, max_sockets, mtu, threaded_napi=threaded_napi)


def tun(name="tun%d", *, addresses=(), gateway=None, dns=(), max_sockets=None, mtu=None, threaded_napi=False):
    """Make a radio on a TUN device of Linux: as `tap()`, but with IP packets and no Ethernet."""
    return make("tun:" + name, addresses, gateway, dns, max_sockets, mtu, threaded_napi=threaded_napi)


def loopback(*, addresses=(), max_sockets=None):
    """Make a radio that reaches itself alone, at 127.0.0.1, ::1 and further addresses."""
    return make("loopback", addresses, None, (), max_sockets, None)


def pair(near=("192.0.2.1/24", "2001:db8::1/64"), far=("192.0.2.2/24", "2001:db8::2/64"), *, max_sockets=None, mtu=None):
    """Make two radios on one cable in this process, with these addresses: (near, far)."""
    first = make("pair", near, None, (), max_sockets, mtu)
    return first, make(first, far, None, (), max_sockets, None)


def make(link, addresses, gateways, dns, max_sockets, mtu, capture=None, board=None, threaded_napi=False):
    """A radio on what `_StackNetwork` understands as a link; lists are sequences, or str with commas."""
    radio = _StackNetwork.__new__(
        Radio, link=link, addresses=join(addresses), gateways=join(gateways), dns=join(dns), max_sockets=max_sockets, mtu=mtu,
        threaded_napi=threaded_napi, capture=capture, board=board)
    return radio._begin()


def make_simulated(node, max_sockets=None, station=False):
    """The radio of a simulated node, as it is now."""
    if station:
        from ._station import StationRadio as kind
    else:
        kind = Radio
    return _StackNetwork.__new__(kind, link=node, max_sockets=max_sockets)._begin()


def join(items):
    """None, one address or several, as a str with commas."""
    if items is None:
        return ""
    if isinstance(items, str) or not hasattr(items, "__iter__"):
        return str(items)
    return ",".join(map(str, items))
