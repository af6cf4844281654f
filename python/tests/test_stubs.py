"""The stubs name what the modules have, with the same parameters."""

import ast
import inspect
import os
import unittest

from . import support

import hostnetwork
import socketpool
import stacknetwork
import wifi

MODULES = {module.__name__: module for module in (socketpool, wifi, hostnetwork, stacknetwork)}


def is_public(name):
    return not name.startswith("_")


def read_stub(module):
    with open(os.path.join(list(module.__path__)[0], "__init__.pyi"), encoding="utf-8") as file:
        return ast.parse(file.read())


def names_in(body):
    """What a module's or a class's body defines, by name; of a property with a setter, the last."""
    found = {}
    for node in body:
        if isinstance(node, (ast.FunctionDef, ast.ClassDef)):
            found[node.name] = node
        elif isinstance(node, ast.AnnAssign):
            found[node.target.id] = node
        elif isinstance(node, ast.ImportFrom):
            found.update((alias.asname, node) for alias in node.names if alias.asname)
    return found


def parameters(node):
    """[(name, kind, whether it may be left out)] of a function's definition, without self or cls."""
    arguments = node.args
    positional = [*arguments.posonlyargs, *arguments.args]
    may = [False] * (len(positional) - len(arguments.defaults)) + [True] * len(arguments.defaults)
    result = [(argument.arg, "either", optional) for argument, optional in zip(positional, may)]
    result += [(argument.arg, "keyword", default is not None) for argument, default in zip(arguments.kwonlyargs, arguments.kw_defaults)]
    result += [(argument.arg, kind, True) for argument, kind in ((arguments.vararg, "*"), (arguments.kwarg, "**")) if argument]
    return [parameter for parameter in result if parameter[0] not in ("self", "cls")]


def runtime_parameters(function):
    if inspect.isfunction(function):
        kinds = {"KEYWORD_ONLY": "keyword", "VAR_POSITIONAL": "*", "VAR_KEYWORD": "**"}
        return [(p.name, kinds.get(p.kind.name, "either"), p.default is not p.empty or p.kind.name.startswith("VAR"))
                for p in inspect.signature(function).parameters.values() if p.name not in ("self", "cls")]
    # $ marks the argument that a bound call already has.
    signature = function.__text_signature__.replace("$module, ", "").replace("$", "")
    return parameters(ast.parse(f"def f{signature}: pass").body[0])


class StubTests(support.TestCase):
    def classes(self):
        for name, module in MODULES.items():
            for node in read_stub(module).body:
                if isinstance(node, ast.ClassDef):
                    yield node, getattr(module, node.name)

    def test_a_stub_names_what_its_module_has(self):
        for name, module in MODULES.items():
            with self.subTest(module=name):
                stub = {n for n in names_in(read_stub(module).body) if is_public(n)}
                self.assertEqual({n for n in vars(module) if is_public(n)}, stub)

    def test_a_stub_names_what_a_class_has(self):
        for node, cls in self.classes():
            with self.subTest(cls=cls):
                self.assertEqual({n for n in vars(cls) if is_public(n)}, {n for n in names_in(node.body) if is_public(n)})

    def test_parameters_are_those_of_the_runtime(self):
        compared = 0
        for owner, cls in [*self.classes(), *((read_stub(m), m) for m in MODULES.values())]:
            for name, node in names_in(owner.body).items():
                decorators = [ast.unparse(d) for d in getattr(node, "decorator_list", [])]
                if not isinstance(node, ast.FunctionDef) or name.startswith("__") or decorators:
                    continue
                with self.subTest(function=f"{cls.__name__}.{name}"):
                    self.assertEqual(runtime_parameters(getattr(cls, name)), parameters(node))
                    compared += 1
        self.assertGreater(compared, 35)

    def test_a_property_can_be_set_where_the_stub_says_so(self):
        for node, cls in self.classes():
            for name, definition in names_in(node.body).items():
                decorators = [ast.unparse(d) for d in getattr(definition, "decorator_list", [])]
                if decorators and isinstance(vars(cls).get(name), property):
                    with self.subTest(property=f"{cls.__name__}.{name}"):
                        self.assertEqual(vars(cls)[name].fset is not None, decorators == [f"{name}.setter"])

    def test_constructors_have_the_parameters_of_their_classes(self):
        for name in ("SocketPool", "_HostNetwork", "_StackNetwork"):
            stub = names_in(read_stub(socketpool).body)[name]
            self.assertEqual(runtime_parameters(getattr(socketpool, name)), parameters(names_in(stub.body)["__new__"]))

    def test_everything_public_says_what_it_is(self):
        for node, cls in self.classes():
            self.assertTrue(cls.__doc__, cls)
            for name, member in vars(cls).items():
                if is_public(name) and (callable(member) or inspect.isdatadescriptor(member)) and not isinstance(member, type):
                    self.assertTrue(getattr(member, "__doc__", None), f"{cls.__name__}.{name}")

    def test_the_module_shows_the_documentation_s_names_and_nothing_else(self):
        self.assertEqual(["Socket", "SocketPool", "getaddrinfo"], sorted(filter(is_public, vars(socketpool))))
        self.assertEqual(["HostNetwork"], sorted(filter(is_public, vars(hostnetwork))))
        self.assertEqual(stacknetwork.__all__, sorted(filter(is_public, vars(stacknetwork))))

    def test_each_package_says_that_it_is_typed(self):
        for module in MODULES.values():
            self.assertTrue(os.path.exists(os.path.join(list(module.__path__)[0], "py.typed")), module)


if __name__ == "__main__":
    unittest.main()
