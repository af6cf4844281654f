"""MicroPython's `micropython`: declarations for its compiler, which change nothing here."""

__all__ = ["asm_thumb", "const", "heap_lock", "heap_unlock", "kbd_intr", "mem_info", "native", "opt_level", "qstr_info", "schedule", "stack_use", "viper"]


def const(value):
    """The value: boards fold it into the code."""
    return value


def native(function):
    """The function: boards compile it to machine code."""
    return function


def viper(function):
    """The function: boards compile it to machine code."""
    return function


def asm_thumb(function):
    """Refused when called: machine code for a board's processor cannot run here."""

    def refuse(*_):
        raise NotImplementedError(f"{function.__name__} is in a board's machine code")

    return refuse


def opt_level(level=0):
    """0, without effect."""
    return 0


def mem_info(verbose=None):
    """Prints nothing: there is no heap of a board."""


qstr_info = mem_info


def stack_use():
    """0."""
    return 0


def heap_lock():
    """Without effect."""


def heap_unlock():
    """Without effect."""
    return 0


def kbd_intr(character):
    """Without effect: Control-C ends the program."""


def schedule(function, argument):
    """Calls it at once."""
    function(argument)
