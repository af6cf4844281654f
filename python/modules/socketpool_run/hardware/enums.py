"""Enumerations as boards have them: a class whose members are its only instances, printed with module and class."""


class Choice:
    """Its members are made by `_make` and named after themselves."""

    def __init__(self, name):
        self._name = name

    def __repr__(self):
        return f"{type(self).__module__}.{type(self).__name__}.{self._name}"

    @classmethod
    def _make(cls, *names):
        for name in names:
            setattr(cls, name, cls(name))
