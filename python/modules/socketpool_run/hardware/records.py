"""Classes that only keep what they are told: `record` makes one from its arguments, which are checked by name as on a board."""

import inspect


def record(module, name, doc, needed=(), by_name=False, **optional):
    """A class with an attribute for each argument: `needed` ones, then optional ones with their defaults."""
    kind = inspect.Parameter.KEYWORD_ONLY if by_name else inspect.Parameter.POSITIONAL_OR_KEYWORD
    parameters = [inspect.Parameter(each, kind) for each in needed]
    parameters += [inspect.Parameter(each, inspect.Parameter.KEYWORD_ONLY if by_name else kind, default=default) for each, default in optional.items()]
    signature = inspect.Signature(parameters)

    def __init__(self, *arguments, **named):
        bound = signature.bind(*arguments, **named)
        bound.apply_defaults()
        self.__dict__.update(bound.arguments)

    return type(name, (), {"__doc__": doc, "__module__": module, "__init__": __init__, "__signature__": signature})
