"""TLS for sockets without a descriptor: CPython's `ssl` by `MemoryBIO`, the bytes carried by the socket's own calls."""

from threading import Lock
from time import monotonic

from socketpool import _is_on_stack

# A record of TLS has 16 KiB at most; send() takes a few at once.
_RECEIVE = 16 * 1024 + 512
_SEND = 64 * 1024


def ssl_wrap(context, sock, *, server_side=False, server_hostname=None, do_handshake_on_connect=True):
    """As `context.wrap_socket(sock, ...)`, for a stream socket of any radio: a `TLSSocket`, which owns the socket from then on.

    Connected or not: a client that is not yet greets at `connect()`, a server at each `accept()`.
    """
    if sock.type != 1:
        raise NotImplementedError("only stream sockets are supported")
    return TLSSocket._make(context, sock, server_side, server_hostname, do_handshake_on_connect)


def patch_ssl():
    """Have `ssl.SSLContext.wrap_socket()` do what `ssl_wrap()` does with a stack's sockets; others are wrapped as ever.

    For programs that stay as they are: `import wifi` does it when SOCKETPOOL_RADIO names a stack.
    """
    from functools import wraps
    from ssl import SSLContext

    original = SSLContext.wrap_socket
    if hasattr(original, "_knows_stacks"):
        return

    @wraps(original)
    def wrap_socket(self, sock, server_side=False, do_handshake_on_connect=True, suppress_ragged_eofs=True, server_hostname=None, session=None):
        if _is_on_stack(sock):
            return ssl_wrap(self, sock, server_side=server_side, server_hostname=server_hostname, do_handshake_on_connect=do_handshake_on_connect)
        return original(self, sock, server_side, do_handshake_on_connect, suppress_ragged_eofs, server_hostname, session)

    wrap_socket._knows_stacks = True
    SSLContext.wrap_socket = wrap_socket


class TLSSocket:
    """A TLS connection, or a listener for them: the methods of CircuitPython's `ssl.SSLSocket`, and what tells of the connection.

    The time-out is for a whole call. One thread may send while another receives.
    """

    __module__ = "stacknetwork"

    def __new__(cls, *arguments, **keywords):
        raise TypeError("stacknetwork.TLSSocket is not made directly: use ssl_wrap()")

    @classmethod
    def _make(cls, context, sock, server_side, server_hostname, greets):
        from ssl import MemoryBIO

        if server_side and server_hostname:
            raise ValueError("server_hostname can only be specified in client mode")
        if context.check_hostname and not server_hostname:
            raise ValueError("check_hostname requires server_hostname")
        self = object.__new__(cls)
        self._context, self._sock, self._server_side, self._greets = context, sock, server_side, greets
        self._timeout = sock.gettimeout()
        self._incoming, self._outgoing = MemoryBIO(), MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side, server_hostname)
        self._buffer = memoryview(bytearray(_RECEIVE))
        self._unsent = b""
        # Of the TLS state, of the order of what is sent, and of what is received.
        self._state, self._sending, self._receiving = Lock(), Lock(), Lock()
        if greets and self._is_connected():
            self.do_handshake()
        return self

    def __repr__(self):
        return f"<stacknetwork.TLSSocket over {self._sock!r}>"

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    # Connecting

    def connect(self, address):
        """Connect to an address, (host, port), and greet. The time-out covers both."""
        end = self._end()
        self._carry(self._sock.connect, address, end)
        if self._greets:
            self._greet(end)

    def bind(self, address):
        """Bind to an address, (host, port)."""
        self._sock.bind(address)

    def listen(self, backlog=128):
        """Wait for connections from now on."""
        self._sock.listen(backlog)

    def accept(self):
        """Take the next connection, greet and return (TLSSocket, address). The new socket has this one's time-out."""
        sock, address = self._carry(self._sock.accept, None, self._end())
        try:
            sock.settimeout(self._timeout)
            return TLSSocket._make(self._context, sock, True, None, self._greets), address
        except BaseException:
            sock.close()
            raise

    def do_handshake(self):
        """Greet now; `connect()`, `accept()`, `send()` and `recv_into()` do it by themselves."""
        self._greet(self._end())

    def close(self):
        """Say goodbye as far as that does not wait, and close the socket."""
        from ssl import SSLError

        try:
            with self._state:
                self._tls.unwrap()
        except (SSLError, ValueError, OSError):
            pass  # nobody waits for the peer's goodbye
        try:
            self._timeout = 0
            self._flush(None)
        except OSError:
            pass
        self._sock.close()

    # Bytes

    def send(self, bytes):
        """Send what fits of some bytes and return how many were taken."""
        end = self._end()
        self._flush(end)
        with memoryview(bytes) as view, view.cast("B") as data:
            if not data.nbytes:
                return 0
            count = self._run(lambda: self._tls.write(data[:_SEND]), end, flushes=False)
        try:
            self._flush(end)
        except (BlockingIOError, TimeoutError):
            pass  # they are taken; the next call sends what is left
        return count

    def sendall(self, bytes):
        """Send all of some bytes. The time-out is for each part that is taken at once, 64 KiB."""
        with memoryview(bytes) as view, view.cast("B") as data:
            sent = 0
            while sent < data.nbytes:
                sent += self.send(data[sent:])
        self._flush(self._end())

    def recv_into(self, buffer, nbytes=0):
        """Receive at most `nbytes` bytes (0: as many as fit) into a buffer and return how many came: 0 at the end."""
        from ssl import SSLEOFError, SSLZeroReturnError

        with memoryview(buffer) as view, view.cast("B") as data:
            count = nbytes or data.nbytes
            if count < 0 or count > data.nbytes:
                raise ValueError("buffer too small for requested bytes" if count > 0 else "negative buffersize in recv_into")
            if not count:
                return 0
            try:
                with self._receiving:
                    return self._run(lambda: self._tls.read(count, data), self._end())
            except (SSLZeroReturnError, SSLEOFError):
                return 0

    # Settings and what is known

    def settimeout(self, value):
        """Set how many seconds a call may take, fractions allowed: None blocks, 0 does not wait."""
        self._sock.settimeout(value)
        self._timeout = value

    def gettimeout(self):
        """Return the time-out in seconds, or None."""
        return self._timeout

    def setblocking(self, flag):
        """True is settimeout(None), False is settimeout(0)."""
        self.settimeout(None if flag else 0)

    def setsockopt(self, level, optname, value):
        """Set an option of the socket below."""
        self._sock.setsockopt(level, optname, value)

    def getsockname(self):
        """Return the socket's own address."""
        return self._sock.getsockname()

    def getpeername(self):
        """Return the peer's address."""
        return self._sock.getpeername()

    def fileno(self):
        """Return the descriptor of the socket below. What `pending()` tells is not seen there."""
        return self._sock.fileno()

    def pending(self):
        """Return how many bytes are received already and wait to be read."""
        return self._tls.pending()

    def getpeercert(self, binary_form=False):
        """Return the peer's certificate, as `ssl.SSLSocket.getpeercert()`."""
        return self._tls.getpeercert(binary_form)

    def version(self):
        """Return the protocol in use, "TLSv1.3", or None."""
        return self._tls.version()

    def cipher(self):
        """Return (name, protocol, bits) of the cipher in use, or None."""
        return self._tls.cipher()

    # How the bytes are carried

    def _is_connected(self):
        try:
            self._sock.getpeername()
        except OSError:
            return False
        return True

    def _greet(self, end):
        with self._receiving:
            self._run(self._tls.do_handshake, end)

    def _run(self, step, end, flushes=True):
        """A step of the TLS state, again and again with more bytes of the peer's until it is done. Its result."""
        from ssl import SSLError, SSLWantReadError

        while True:
            try:
                with self._state:
                    result = step()
            except SSLWantReadError:
                self._flush(end)
                self._fill(end)
            except SSLError:
                try:
                    self._flush(end)  # the peer is told why
                except OSError:
                    pass
                raise
            else:
                if flushes:
                    self._flush(end)
                return result

    def _fill(self, end):
        count = self._carry(self._sock.recv_into, self._buffer, end)
        with self._state:
            if count:
                self._incoming.write(self._buffer[:count])
            else:
                self._incoming.write_eof()

    def _flush(self, end):
        with self._sending:
            while True:
                if not self._unsent:
                    with self._state:
                        self._unsent = self._outgoing.read()
                    if not self._unsent:
                        return
                count = self._carry(self._sock.send, self._unsent, end)
                self._unsent = self._unsent[count:]

    def _end(self):
        return monotonic() + self._timeout if self._timeout else None

    def _carry(self, call, argument, end):
        """A call of the socket below, in what is left of this one's time."""
        if end is None:
            self._sock.settimeout(self._timeout)
        else:
            # What is there is taken though the time is up, as the socket's own calls do.
            self._sock.settimeout(max(end - monotonic(), 1e-6))
        return call() if argument is None else call(argument)
