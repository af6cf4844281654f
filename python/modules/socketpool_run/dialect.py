"""Source as boards compile it: where MicroPython's Python takes what CPython refuses.

- Annotations are never run: libraries name there what only CPython imports.
- A name that begins with two underscores is the same name within a class: CPython would put the class's name before it.
- `str(text, "utf-8")` takes text as well as bytes; programs do it to `network.ssid`.
"""

import __future__
import ast
import re

_STR_WITH_ENCODING = re.compile(rb"\bstr\s*\([^#\n]*,")
# A module's own function or value with such a name: with CPython's rule no class of the module could use it.
_PRIVATE_GLOBAL = re.compile(rb"(?m)^(?:(?:def|class)\s+)?__(?!\w*__\b)\w+")


def compile_source(data, path):
    """The code of a file of the program or of a library for boards."""
    flags = __future__.annotations.compiler_flag
    transformers = [kind() for pattern, kind in ((_STR_WITH_ENCODING, _Calls), (_PRIVATE_GLOBAL, _Names)) if pattern.search(data)]
    if not transformers:
        return compile(data, path, "exec", flags=flags, dont_inherit=True)
    tree = compile(data, path, "exec", flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    for transformer in transformers:
        tree = transformer.visit(tree)
    return compile(tree, path, "exec", flags=flags, dont_inherit=True)


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


def _keep(name):
    return f"{name}___" if name.startswith("__") and not name.endswith("__") else name


class _Names(ast.NodeTransformer):
    """Ends names with underscores that begin with two, which keeps CPython from changing them."""

    def visit(self, node):
        for field in ("id", "attr", "arg", "name", "asname"):
            name = getattr(node, field, None)
            if isinstance(name, str):
                setattr(node, field, _keep(name))
        if isinstance(node, (ast.Global, ast.Nonlocal)):
            node.names = [_keep(name) for name in node.names]
        return super().visit(node)


BUILTINS = {"__socketpool_to_text__": to_text}
