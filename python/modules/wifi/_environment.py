"""What the environment says about the radio, for programs that stay as they are."""

from os import environ

from ._radio import Radio, _HostNetwork


def make_radio():
    """The one radio, as the environment wants it."""
    interface = environ.get("SOCKETPOOL_INTERFACE") or None
    text = environ.get("SOCKETPOOL_MAX_SOCKETS") or None
    try:
        most = None if text is None else int(text)
    except ValueError:
        raise ValueError(f"environment variable SOCKETPOOL_MAX_SOCKETS={text!r} is not a number") from None
    try:
        radio = _HostNetwork.__new__(Radio, interface=interface, max_sockets=most)
    except (ValueError, OverflowError) as error:
        name = "SOCKETPOOL_MAX_SOCKETS" if str(error).startswith("max_sockets") else "SOCKETPOOL_INTERFACE"
        raise ValueError(f"environment variable {name}={environ[name]!r}: {error}") from None
    return radio._begin()
