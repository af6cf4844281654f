"""Source as boards compile it: where MicroPython's Python takes what CPython refuses.

- Annotations are never run: libraries name there what only CPython imports.
- A name that begins with two underscores is the same name within a class: CPython would put the class's name before it.
- `OSError(number)` has that errno; CPython's has none without a text.
- `str(text, "utf-8")` takes text as well as bytes; programs do it to `network.ssid`.
"""

import __future__
import re

_ERROR_OF_A_NUMBER = re.compile(rb"\bOSError\s*\((?!\s*\))")
_STR_WITH_ENCODING = re.compile(rb"\bstr\s*\([^#\n]*,")
# A module's own function or value with such a name: with CPython's rule no class of the module could use it.
_PRIVATE_GLOBAL = re.compile(rb"(?m)^(?:(?:def|class)\s+)?__(?!\w*__\b)\w+")


def compile_source(data, path):
    """The code of a file of the program or of a library for boards."""
    flags = __future__.annotations.compiler_flag
    changes = [name for pattern, name in ((_STR_WITH_ENCODING, "Calls"), (_ERROR_OF_A_NUMBER, "Errors"), (_PRIVATE_GLOBAL, "Names")) if pattern.search(data)]
    if not changes:
        return compile(data, path, "exec", flags=flags, dont_inherit=True)
    from . import rewriting

    return compile(rewriting.rewrite(data, path, flags, changes), path, "exec", flags=flags, dont_inherit=True)


def to_text(value, *encoding):
    """`str(value, encoding)` as boards have it."""
    return value if isinstance(value, str) else str(value, *encoding)


def to_error(number):
    """`OSError(number)` as boards have it."""
    error = OSError(number)
    if isinstance(number, int):
        error.errno = number
    return error


def print_at_once(*values, **keywords):
    """`print`: a board's console shows what was printed, also without the end of a line."""
    print(*values, **{"flush": True, **keywords})


BUILTINS = {"__socketpool_to_text__": to_text, "__socketpool_to_error__": to_error, "print": print_at_once}
