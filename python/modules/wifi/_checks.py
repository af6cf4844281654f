"""What the arguments of `wifi.Radio` have to be. Each function returns the value as it is kept, or raises."""

from operator import index


def octets(value, what):
    """A str or something bytes-like, as bytes."""
    if isinstance(value, str):
        return value.encode()
    try:
        return bytes(memoryview(value))
    except TypeError:
        raise TypeError(f"{what} must be str or bytes-like, not {type(value).__name__}") from None


def within(value, least, most, what):
    value = index(value)
    if not least <= value <= most:
        raise ValueError(f"{what} must be {least}-{most}")
    return value


def ssid(value):
    value = octets(value, "ssid")
    if not 1 <= len(value) <= 32:
        raise ValueError("ssid must be 1-32 bytes long")
    return value.decode(errors="replace")


def password(value):
    """Bytes; none at all, 8-63 of any kind, or 64 hexadecimal digits."""
    value = octets(value, "password")
    if value and not 8 <= len(value) <= 64:
        raise ValueError("password must be 8-64 bytes long, or empty")
    if len(value) == 64 and not all(digit in b"0123456789abcdefABCDEF" for digit in value):
        raise ValueError("password of 64 bytes must be hexadecimal digits")
    return value


def hardware_address(value, what):
    value = octets(value, what)
    if len(value) != 6:
        raise ValueError(f"{what} must be 6 bytes long")
    return value


def mac_address(value):
    try:
        value = bytes(memoryview(value))
    except TypeError:
        raise TypeError(f"object with buffer protocol required, not {type(value).__name__}") from None
    if len(value) != 6:
        raise ValueError("Invalid MAC address")
    return value


def hostname(value):
    """A name of letters, digits and dashes, its parts parted by dots."""
    value = octets(value, "hostname")
    if not 1 <= len(value) <= 253:
        raise ValueError("hostname must be 1-253 bytes long")
    letters = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-"
    for part in value.split(b"."):
        if not 1 <= len(part) <= 63 or part[0] == ord("-") or any(letter not in letters for letter in part):
            raise ValueError("invalid hostname")
    return value.decode()


def address(value, what):
    """An IPv4 address: an `ipaddress.IPv4Address`, CircuitPython's or anything whose text is one."""
    from ipaddress import AddressValueError, IPv4Address

    try:
        return IPv4Address(str(value))
    except AddressValueError:
        raise ValueError(f"{what} must be an IPv4 address, not {value!r}") from None


def seconds(value, what):
    value = float(value)
    if not 0 < value < 1e6:
        raise ValueError(f"{what} must be a positive number of seconds")
    return value
