"""`ssl`: files of certificates are the drive's, and TLS to a host that `--host` led to plain HTTP ends here."""

import ssl

from . import Facade


def make(context, importer):
    drive = context.drive

    class SSLContext(ssl.SSLContext):
        """CPython's, as boards use it: one context serves clients and servers."""

        _chain = None
        _server = None

        def load_cert_chain(self, certfile, keyfile=None, password=None):
            """Load a certificate and its key, files of the drive."""
            self._chain = (drive.resolve(certfile), None if keyfile is None else drive.resolve(keyfile), password)
            self._server = None
            super().load_cert_chain(*self._chain)

        def load_verify_locations(self, cafile=None, capath=None, cadata=None):
            """Trust these and no others: a file of the drive, or the text itself. Empty text trusts nobody, for a server."""
            cafile = None if cafile is None else drive.resolve(cafile)
            if isinstance(cadata, (bytes, bytearray)) and b"-----BEGIN" in cadata:
                cadata = bytes(cadata).rstrip(b"\0").decode("ascii", "replace")  # CPython takes PEM as text only
            if cadata or cafile or capath:
                super().load_verify_locations(cafile, None, cadata or None)

        def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None, session=None):
            """As CPython's; see the module for hosts that lead elsewhere."""
            if server_side and self.protocol == ssl.PROTOCOL_TLS_CLIENT:
                return self._as_server().wrap_socket(sock, True, do_handshake_on_connect, suppress_ragged_eofs)
            if not server_side and context.names is not None:
                plain = context.names.wrap_plain(self, sock, server_hostname)
                if plain is not None:
                    return plain
            return super().wrap_socket(sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session)

        def _as_server(self):
            if self._server is None:
                self._server = SSLContext(ssl.PROTOCOL_TLS_SERVER)
                if self._chain is not None:
                    ssl.SSLContext.load_cert_chain(self._server, *self._chain)
            return self._server

    def create_default_context():
        made = SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        made.load_default_certs()
        if context.options.trust is not None:
            ssl.SSLContext.load_verify_locations(made, context.options.trust)
        return made

    def make_context(*arguments):
        return create_default_context() if not arguments else SSLContext(*arguments)

    return Facade("ssl", ssl, SSLContext=_callable_type(SSLContext, make_context), create_default_context=create_default_context)


def _callable_type(cls, make_default):
    """The class; called without arguments it makes the context that boards make."""

    class Meta(type(cls)):
        def __call__(self, *arguments):
            return make_default() if not arguments and self is made else super().__call__(*arguments)

    made = Meta(cls.__name__, (cls,), {})
    return made
