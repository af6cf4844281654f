"""Readings of chips that are not here: plausible by name, else by the type that a driver declares."""

import re

_READINGS = {
    "temperature": 21.5, "humidity": 45.0, "relative_humidity": 45.0, "pressure": 1013.25, "altitude": 110.0, "gas": 12000, "lux": 320.0, "light": 320,
    "co2": 620, "CO2": 620, "cell_voltage": 4.01, "cell_percent": 87.0, "voltage": 4.01, "acceleration": (0.0, 0.0, 9.8), "gyro": (0.0, 0.0, 0.0),
    "magnetic": (20.0, 0.0, 40.0), "distance": 30.0, "proximity": 10, "color_data": (40, 50, 60, 150), "color_rgb_bytes": (120, 130, 140), "touched": 0,
    "all_channels": (100, 110, 120, 130, 140, 150, 160, 170), "data_ready": True, "touches": (), "color_data_ready": True, "available": True,
}

_BY_TYPE = {
    "float": lambda: 1.0, "int": lambda: 1, "bool": lambda: False, "str": str, "None": lambda: None, "bytes": bytes, "bytearray": bytearray,
    "list": list, "List": list, "dict": dict, "Dict": dict, "tuple": tuple, "Tuple": tuple,
}


class Nothing:
    """A part of a chip that is not here: whatever is done to it is done to nothing."""

    value = 0
    is_pressed = False

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Nothing()

    def __call__(self, *arguments, **keywords):
        return Nothing()

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        return False

    def __getitem__(self, key):
        if isinstance(key, int) and key > 255:
            raise IndexError(key)
        return 0

    def __setitem__(self, key, value):
        """Kept nowhere."""

    def __len__(self):
        return 0

    def __iter__(self):
        return iter(())

    def __bool__(self):
        return False

    def __int__(self):
        return 0

    def __index__(self):
        return 0

    def __float__(self):
        return 0.0


def make_reading(name, kind):
    """Something plausible for a reading: by its name, else by the type that it declares."""
    if name in _READINGS:
        return _READINGS[name]
    text = re.sub(r"^(typing\.)?([Dd]ict)\[.*\]$", r"\2", (kind.__name__ if isinstance(kind, type) else str(kind or "")).strip("'\""))
    found = re.match(r"(?:typing\.)?(Optional|Tuple|tuple|List|list)\[(.*)\]$", text)
    if found and found[1] == "Optional":
        return make_reading("", found[2])
    if found and "[" in found[2]:
        return [] if found[1].lower() == "list" else ()
    if found:
        parts = [part.strip() for part in found[2].split(",")]
        items = [make_reading("", part) for part in parts if part != "..."]
        return items if found[1].lower() == "list" else tuple(items)
    if not text:
        return 1.0 if kind is None and name else None
    return _BY_TYPE.get(text.removeprefix("typing."), lambda: 1)()
