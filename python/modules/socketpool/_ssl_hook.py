"""Has `context.wrap_socket()` keep a pool's sockets in their pool, from the moment that a program imports `ssl`.

`ssl` is not imported for it: programs without TLS do not pay for it. `SSLContext.sslsocket_class`, which `ssl` has for this, becomes a class
that wraps a pool's sockets with `ssl_wrap()` and every other socket with `ssl.SSLSocket`, as ever.
"""

import sys


def patch(ssl):
    """Have a module `ssl` ask for the kind of socket; doing it twice changes nothing."""
    usual = ssl.SSLContext.sslsocket_class
    if getattr(usual, "_keeps_in_pool", False):
        return

    class SSLSocket(usual):
        __doc__ = usual.__doc__
        __module__ = usual.__module__
        _keeps_in_pool = True

        @classmethod
        def _create(cls, sock, *, context=None, **keywords):
            from . import Socket
            from ._tls import TLSSocket, ssl_wrap

            if isinstance(sock, (Socket, TLSSocket)):
                return ssl_wrap(context, sock, **keywords)
            return usual._create(sock, context=context, **keywords)

    ssl.SSLContext.sslsocket_class = SSLSocket


class _Finder:
    """Finds `ssl` as the finders behind it do, and patches it once it has been executed."""

    def find_spec(self, name, path=None, target=None):
        if name != "ssl":
            return None
        for finder in list(sys.meta_path):
            find = None if finder is self else getattr(finder, "find_spec", None)
            spec = find and find(name, path, target)
            if spec is not None:
                _follow(spec)
                return spec
        return None


def _follow(spec):
    """Has the loader patch the module that it executes; one that cannot be told so loads as ever."""
    execute = getattr(spec.loader, "exec_module", None)
    if execute is None or isinstance(spec.loader, type):
        return

    def exec_module(module):
        execute(module)
        if module.__name__ == "ssl":
            patch(module)

    spec.loader.exec_module = exec_module


def _watch():
    if "ssl" in sys.modules:
        patch(sys.modules["ssl"])
    if not any(type(finder).__module__ == __name__ for finder in sys.meta_path):
        sys.meta_path.insert(0, _Finder())


_watch()
