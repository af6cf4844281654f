"""`atexit`: functions for the end of this life of the program, not of the process."""

from . import Facade


def make(context, importer):
    registered = []

    def register(function, *arguments, **keywords):
        registered.append((function, arguments, keywords))
        return function

    def unregister(function):
        registered[:] = [entry for entry in registered if entry[0] != function]

    def run():
        # The first that was registered is the first to be called, as on boards.
        for function, arguments, keywords in registered[:]:
            function(*arguments, **keywords)

    context.at_end(run)
    return Facade("atexit", register=register, unregister=unregister)
