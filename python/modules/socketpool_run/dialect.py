"""Source as boards compile it: where MicroPython's Python takes what CPython refuses.

- Annotations are never run: libraries name there what only CPython imports.
- `str(text, "utf-8")` takes text as well as bytes; programs do it to `network.ssid`.
"""

import __future__
import ast
import re

_STR_WITH_ENCODING = re.compile(rb"\bstr\s*\([^#\n]*,")


def compile_source(data, path):
    """The code of a file of the program or of a library for boards."""
    flags = __future__.annotations.compiler_flag
    if _STR_WITH_ENCODING.search(data) is None:
        return compile(data, path, "exec", flags=flags, dont_inherit=True)
    tree = compile(data, path, "exec", flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    return compile(_Calls().visit(tree), path, "exec", flags=flags, dont_inherit=True)


def to_text(value, *encoding):
    """`str(value, encoding)` as boards have it."""
    return value if isinstance(value, str) else str(value, *encoding)


class _Calls(ast.NodeTransformer):
    """Has calls of `str` with two or three arguments call `to_text`, which the program's modules have as a builtin."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "str" and 2 <= len(node.args) <= 3 and not node.keywords:
            node.func = ast.copy_location(ast.Name("__socketpool_to_text__", ast.Load()), node.func)
        return node


BUILTINS = {"__socketpool_to_text__": to_text}
