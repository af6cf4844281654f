"""Changes to a program's syntax tree, for `dialect`; apart, because few programs need one and `ast` takes milliseconds."""

import ast


def rewrite(data, path, flags, changes):
    """The tree of a source with these changes, the names of classes here."""
    tree = compile(data, path, "exec", flags=flags | ast.PyCF_ONLY_AST, dont_inherit=True)
    for name in changes:
        tree = _KINDS[name]().visit(tree)
    return tree


class _Calls(ast.NodeTransformer):
    """Has calls of `str` with two or three arguments call `to_text`, which the program's modules have as a builtin."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "str" and 2 <= len(node.args) <= 3 and not node.keywords:
            node.func = ast.copy_location(ast.Name("__socketpool_to_text__", ast.Load()), node.func)
        return node


class _Errors(ast.NodeTransformer):
    """Has `OSError(number)` call `to_error`, which the program's modules have as a builtin."""

    def visit_Call(self, node):
        self.generic_visit(node)
        if isinstance(node.func, ast.Name) and node.func.id == "OSError" and len(node.args) == 1 and not node.keywords \
                and not isinstance(node.args[0], ast.Starred):
            node.func = ast.copy_location(ast.Name("__socketpool_to_error__", ast.Load()), node.func)
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


_KINDS = {"Calls": _Calls, "Errors": _Errors, "Names": _Names}
