"""What the environment says about the radio, for programs that stay as they are."""

from os import environ

from ._radio import Radio, _HostNetwork

# The word that an error begins with: the variable that it is about.
_VARIABLES = {"max_sockets": "SOCKETPOOL_MAX_SOCKETS", "addresses": "SOCKETPOOL_ADDRESS", "gateways": "SOCKETPOOL_GATEWAY", "dns": "SOCKETPOOL_DNS",
              "capture": "SOCKETPOOL_PCAP", "board": "SOCKETPOOL_BOARD"}


def make_radio():
    """The one radio, as the environment wants it."""
    text = environ.get("SOCKETPOOL_MAX_SOCKETS") or None
    try:
        most = None if text is None else int(text)
    except ValueError:
        raise ValueError(f"environment variable SOCKETPOOL_MAX_SOCKETS={text!r} is not a number") from None
    if environ.get("SOCKETPOOL_STRICT", "0") not in ("", "0") and (environ.get("SOCKETPOOL_BOARD") or "desk") == "desk":
        from socketpool._absent import hide

        hide()
    link = environ.get("SOCKETPOOL_RADIO") or "host"
    return _make_host_radio(most) if link == "host" else _make_stack_radio(link, most)


def _find_board():
    """The board that SOCKETPOOL_BOARD names, with its classes in place; None for the desk."""
    name = environ.get("SOCKETPOOL_BOARD") or "desk"
    if name == "desk":
        return None
    from socketpool import _board

    key = _board.find(name)
    if key is None:
        return name  # one whose classes are another library's, or none at all: the native module says so
    _board.begin(key)
    return key


def _make_host_radio(most):
    _refuse("names an address of a stack's, and SOCKETPOOL_RADIO names no stack", "SOCKETPOOL_ADDRESS", "SOCKETPOOL_GATEWAY", "SOCKETPOOL_DNS")
    _refuse("captures the frames of a stack, and SOCKETPOOL_RADIO names none; tcpdump captures the host's", "SOCKETPOOL_PCAP")
    try:
        radio = _HostNetwork.__new__(Radio, interface=environ.get("SOCKETPOOL_INTERFACE") or None, max_sockets=most, board=_find_board())
    except (ValueError, OverflowError) as error:
        raise _about(error, "SOCKETPOOL_INTERFACE") from None
    return radio._begin()


def _make_stack_radio(link, most):
    from stacknetwork._radio import make

    _refuse("names an interface of the host's, and SOCKETPOOL_RADIO names a stack", "SOCKETPOOL_INTERFACE")
    if link.partition(":")[0] not in ("tap", "tun", "loopback"):
        raise ValueError(f"environment variable SOCKETPOOL_RADIO={link!r} is none of host, tap:NAME, tun:NAME, loopback")
    addresses, gateways, dns = (environ.get(name, "") for name in ("SOCKETPOOL_ADDRESS", "SOCKETPOOL_GATEWAY", "SOCKETPOOL_DNS"))
    try:
        radio = make(link, addresses, gateways, dns, most, None, environ.get("SOCKETPOOL_PCAP") or None, _find_board())
    except (ValueError, OverflowError) as error:
        raise _about(error, "SOCKETPOOL_RADIO") from None
    except OSError as error:
        raise OSError(error.errno, f"environment variable SOCKETPOOL_RADIO={link!r}: {error.strerror}") from None
    return radio


def _refuse(why, *names):
    for name in names:
        if environ.get(name):
            raise ValueError(f"environment variable {name}={environ[name]!r} {why}")


def _about(error, otherwise):
    name = next((name for word, name in _VARIABLES.items() if str(error).startswith(word)), otherwise)
    return ValueError(f"environment variable {name}={environ[name]!r}: {error}")
