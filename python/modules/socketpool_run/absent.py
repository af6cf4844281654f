"""Chips that are not here: a driver for one finds nothing on its bus. In its place the program gets an object with made-up readings.

A driver is a class of a library whose constructor takes a bus. When the constructor fails, the object becomes one of a class beneath it:
properties answer with what is fed (`sensor_temperature = 22` in `--values`), with what the program set, or with something plausible; methods do
what they can without the chip, and answer by the type that they declare. The report says which chips were missing, and what was asked of them.
"""

import functools
import inspect

from .readings import Nothing, make_reading

_BUSES = frozenset("i2c i2c_bus i2c_device i2c_obj i2c_driver spi spi_bus spi_device bus bus_implementation bus_device bus_interface uart ow onewire trigger_pin".split())
# Chips that are a network: without one there is no radio to put in its place but wifi.radio, which the program did not ask for.
_NETWORKS = ("adafruit_esp32spi", "adafruit_wiznet5k")

# What a driver raises that reads zeros where a chip would answer.
_FAILURES = (RuntimeError, ValueError, OSError, AttributeError, IndexError, TypeError, ArithmeticError, NotImplementedError)


def watch_drivers(module, context):
    """Has the driver classes that a module defines become absent ones when they find no chip."""
    if module.__name__.startswith(_NETWORKS):
        return
    for cls in list(vars(module).values()):
        if isinstance(cls, type) and cls.__module__ == module.__name__ and "__init__" in vars(cls) and not issubclass(cls, BaseException):
            if _takes_bus(cls.__init__):
                cls.__init__ = _watch(cls.__init__, context)


def _takes_bus(function):
    try:
        return not _BUSES.isdisjoint(inspect.signature(function).parameters)
    except (TypeError, ValueError):
        return False


def _watch(function, context):
    @functools.wraps(function)
    def begin(self, *arguments, **keywords):
        try:
            function(self, *arguments, **keywords)
        except _FAILURES as error:
            if isinstance(error, TypeError) and not _fits(function, self, arguments, keywords):
                raise  # the program's own mistake
            _replace(self, error, context)
        else:
            # The bus took it without a chip: what is read later may fail. A base class may have found out already.
            if not isinstance(self, _Absent):
                _change_class(self, True, context)

    return begin


def _fits(function, self, arguments, keywords):
    try:
        inspect.signature(function).bind(self, *arguments, **keywords)
        return True
    except TypeError:
        return False


def _replace(chip, error, context):
    if not isinstance(chip, _Absent) or chip.answers_first:
        name = f"{type(chip).__module__}.{type(chip).__name__}"
        context.report.note("chips", f"{name} is not here ({error or type(error).__name__}); its readings are made up")
        if not _change_class(chip, False, context):
            raise error


def _change_class(chip, answers_first, context):
    cls = next(base for base in type(chip).__mro__ if not issubclass(base, _Absent))
    try:
        chip.__class__ = _make_class(cls, answers_first, context)
    except TypeError:
        return False  # a layout of its own
    return True


class _Absent:
    """The chip is not here, or may not be."""

    __slots__ = ()
    answers_first = False


@functools.cache
def _make_class(cls, answers_first, context):
    members = {"__module__": cls.__module__, "__slots__": (), "answers_first": answers_first}
    for base in reversed(cls.__mro__[:-1]):
        for name, member in vars(base).items():
            if name.startswith("_"):
                continue
            if isinstance(member, property) or (hasattr(member, "__get__") and hasattr(member, "__set__") and not inspect.isroutine(member)
                                                and not inspect.ismemberdescriptor(member)):
                members[name] = _make_property(cls, name, member, answers_first, context)
            elif inspect.isfunction(member):
                members[name] = _make_method(cls, name, member, context)
    if not answers_first:
        members["__getattr__"] = _get_missing
    return type(cls.__name__, (cls, _Absent), members)


def _make_property(cls, name, member, answers_first, context):
    kind = getattr(getattr(member, "fget", None), "__annotations__", {}).get("return")

    def get(self):
        kept = self.__dict__.setdefault("_absent_values", {})
        fed = context.values.get(cls.__name__, name, context.values.get("sensor", name))
        if fed is not None:
            return fed
        if answers_first:
            try:
                return member.__get__(self, cls)
            except _FAILURES:
                pass
        context.report.note("chips", f"{cls.__name__}.{name} was read")
        return kept[name] if name in kept else make_reading(name, kind)

    def set(self, value):
        self.__dict__.setdefault("_absent_values", {})[name] = value
        if answers_first:
            try:
                member.__set__(self, value)
            except _FAILURES:
                if isinstance(member, property) and member.fset is None:
                    raise

    return property(get, set, doc=getattr(member, "__doc__", None))


def _make_method(cls, name, function, context):
    kind = function.__annotations__.get("return")

    @functools.wraps(function)
    def call(self, *arguments, **keywords):
        fed = context.values.get(cls.__name__, name, context.values.get("sensor", name))
        if fed is not None:
            return fed
        try:
            return function(self, *arguments, **keywords)
        except _FAILURES:
            context.report.note("chips", f"{cls.__name__}.{name}() was called")
            return make_reading(name, kind)

    return call


def _get_missing(self, name):
    """What the constructor did not come to make."""
    if name.startswith("__"):
        raise AttributeError(name)
    return Nothing()
