"""A TLS socket of a host of which some ports lead to plain connections and others do not: it decides as it connects."""


class DecidingSocket:
    """Before the connection the pool's socket, after it that or a TLS socket around it."""

    def __init__(self, context, sock, host, find):
        self._socket = sock
        self._context = context
        self._host = host
        self._find = find

    def connect(self, address):
        """Connect to (host, port), with TLS unless it ends in the run."""
        target = self._find(address[1])
        if target is None or not target.is_plain:
            import ssl

            self._socket = ssl.SSLContext.wrap_socket(self._context, self._socket, server_hostname=self._host)
        self._socket.connect(address)

    def __getattr__(self, name):
        return getattr(self._socket, name)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._socket.close()
