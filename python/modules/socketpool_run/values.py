"""What is fed to the program: `--pin D5=0`, and a Python file of values, `--values FILE.py`.

The file is plain Python. A variable or a function `KIND_NAME` answers for `get(KIND, NAME)`; a function is called at each reading, and a
list is read item by item, its last one again and again:

    pin_D5 = True                    # digitalio, keypad: True is high
    pin_A0 = 31000                   # analogio: 0 to 65535
    def cpu_temperature(): return 41.5
    pin_BUTTON = [True, True, False]
"""


class Values:
    """Values by kind and name; what the command line says goes before the file."""

    def __init__(self, given=None, path=None):
        self._given = dict(given or {})
        self._used = {}
        self._file = {}
        if path is not None:
            with open(path, encoding="utf-8") as file:
                exec(compile(file.read(), path, "exec"), self._file)

    def get(self, kind, name, default=None):
        """The value of now, or the default. Text from the command line that is a number comes as one; true and false as bool."""
        key = f"{kind}_{name}"
        value = self._given[key] if key in self._given else self._file.get(key)
        if value is None:
            return default
        if callable(value):
            return value()
        if isinstance(value, list):
            index = self._used.get(key, 0)
            self._used[key] = index + 1
            return value[min(index, len(value) - 1)] if value else default
        return value

    @staticmethod
    def read(text):
        """A value of the command line."""
        words = {"true": True, "false": False, "high": True, "low": False}
        if text.lower() in words:
            return words[text.lower()]
        for kind in (lambda word: int(word, 0), float):
            try:
                return kind(text)
            except ValueError:
                pass
        return text
