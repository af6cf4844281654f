"""TLS for sockets without a descriptor that carries their data: OpenSSL works in memory, and this carries what it writes and wants.

A `TLSSocket` has what programs for boards use of CPython's `ssl.SSLSocket`, with its errors. One thread may send while another receives.
"""

import ssl
from errno import ENOTCONN
from os import strerror

from socketpool import _is_on_stack

from ._carrier import Carrier

# What is encrypted at a time: four records of TLS.
_PIECE = 65536


def ssl_wrap(context, sock, *, server_side=False, server_hostname=None, do_handshake_on_connect=True, suppress_ragged_eofs=True, session=None):
    """As `context.wrap_socket(sock, ...)`, for a stream socket of any radio: a connected one shakes hands now, others once they are.

    The socket belongs to the result, and is closed by it and by a handshake that fails.
    """
    if sock.type != 1:  # SOCK_STREAM everywhere
        raise NotImplementedError("only stream sockets are supported")
    if server_side and server_hostname:
        raise ValueError("server_hostname can only be specified in client mode")
    if server_side and session is not None:
        raise ValueError("session can only be specified in client mode")
    if context.check_hostname and not server_hostname:
        raise ValueError("check_hostname requires server_hostname")
    result = object.__new__(TLSSocket)
    result._begin(context, sock, server_side, server_hostname, do_handshake_on_connect, suppress_ragged_eofs, session)
    return result


class TLSSocket(Carrier):
    """A stream socket that speaks TLS; made by `ssl_wrap()`. Time-outs are for the whole call."""

    __module__ = "stacknetwork"

    def __new__(cls, *arguments, **keywords):
        raise TypeError("stacknetwork.TLSSocket is not made directly: use ssl_wrap()")

    def _begin(self, context, sock, server_side, server_hostname, do_handshake_on_connect, suppress_ragged_eofs, session):
        Carrier.__init__(self, sock)
        self._context, self._session = context, session
        self._server_side, self._server_hostname = server_side, server_hostname
        self._greets, self._suppresses = do_handshake_on_connect, suppress_ragged_eofs
        self._tls = None  # from the connection on
        try:
            sock.getpeername()
        except OSError as error:
            if error.errno != ENOTCONN:
                raise
        else:
            self._start()

    def __repr__(self):
        return f"<stacknetwork.TLSSocket {self.version() or 'not encrypted yet'} on {self._socket!r}>"

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    # Time

    def settimeout(self, value):
        """Set how many seconds a call may take, fractions allowed: None blocks, 0 does not wait."""
        self._socket.settimeout(value)
        self._timeout = self._socket.gettimeout()

    def setblocking(self, flag):
        """True is settimeout(None), False is settimeout(0)."""
        self.settimeout(None if flag else 0)

    def gettimeout(self):
        """Return the time-out in seconds, or None."""
        return self._timeout

    def getblocking(self):
        """Return whether calls wait."""
        return self._timeout != 0

    # Connections

    def bind(self, address):
        """Bind to an address, (host, port)."""
        self._socket.bind(address)

    def listen(self, backlog=128):
        """Wait for connections from now on."""
        self._socket.listen(backlog)

    def connect(self, address):
        """Connect to an address, (host, port), and shake hands unless told not to."""
        end = self._end()
        self._socket.connect(address)
        self._start(end)

    def connect_ex(self, address):
        """As connect(), but return the error number of the connection instead of raising; a handshake that fails raises."""
        end = self._end()
        errno = self._socket.connect_ex(address)
        if errno == 0:
            self._start(end)
        return errno

    def accept(self):
        """Take the next connection, shake hands, and return (socket, address). One that does not wait shakes hands as it is read."""
        sock, address = self._socket.accept()
        shakes = self._greets and sock.gettimeout() != 0
        return ssl_wrap(self._context, sock, server_side=True, do_handshake_on_connect=shakes, suppress_ragged_eofs=self._suppresses), address

    def _start(self, end=None):
        """The socket is connected: begin to speak TLS."""
        try:
            self._tls = self._context.wrap_bio(self._incoming, self._outgoing, self._server_side, self._server_hostname, self._session)
            if self._greets:
                if self._timeout == 0:
                    raise ValueError("do_handshake_on_connect should not be specified for non-blocking sockets")
                self._exchange(self._tls.do_handshake, self._end() if end is None else end)
        except (OSError, ValueError):
            self._socket.close()
            raise

    def do_handshake(self):
        """Shake hands, unless that is done."""
        self._exchange(self._connected().do_handshake, self._end())

    def shutdown(self, how):
        """End receiving (0), sending (1) or both (2); the peer is told that nothing was cut off."""
        if how != 0 and self._tls is not None:
            self._say_goodbye()
        self._socket.shutdown(how)

    def close(self):
        """Tell the peer, if that can be done without waiting, and close the socket. Calls that wait on it fail with EBADF."""
        # Not while others wait: the time-out that they wait with is the socket's.
        if self._tls is not None and self._receiving.acquire(blocking=False):
            try:
                if not self._sending.locked():
                    self.settimeout(0)
                    self._say_goodbye()
            except OSError:
                pass  # closed already, or the peer has gone
            finally:
                self._receiving.release()
        self._socket.close()

    # Bytes

    def recv_into(self, buffer, nbytes=0):
        """Receive at most nbytes bytes (0: as many as fit) into a buffer and return how many came: 0 at the end."""
        with memoryview(buffer) as view, view.cast("B") as octets:
            size = nbytes or len(octets)
            if not 0 <= size <= len(octets):
                raise ValueError(f"nbytes is 0 to {len(octets)}, the buffer's length, not {nbytes}")
            if size == 0:
                return 0
            tls = self._connected()
            try:
                return self._exchange(lambda: tls.read(size, octets), self._end())
            except ssl.SSLZeroReturnError:
                return 0
            except ssl.SSLEOFError:
                if self._suppresses:
                    return 0
                raise

    def send(self, bytes):
        """Send what fits of some bytes and return how many were taken."""
        with memoryview(bytes) as view, view.cast("B") as octets:
            return self._send(octets[:_PIECE], self._end())

    def sendall(self, bytes):
        """Send all of some bytes. The time-out is for the whole."""
        end = self._end()
        with memoryview(bytes) as view, view.cast("B") as octets:
            sent = 0
            while sent < len(octets):
                sent += self._send(octets[sent : sent + _PIECE], end)

    def _send(self, piece, end):
        tls = self._connected()
        if not piece:
            return 0
        self._flush(end)  # what an earlier call could not send goes first
        count = self._exchange(lambda: tls.write(piece), end, flushes=False)
        try:
            self._flush(end)
        except ssl.SSLWantWriteError:
            pass  # taken: the next call goes on with it
        return count

    # The socket below

    def setsockopt(self, level, optname, value):
        """Set an option of the socket below."""
        self._socket.setsockopt(level, optname, value)

    def getsockopt(self, level, optname, buflen=0):
        """Return an option of the socket below."""
        return self._socket.getsockopt(level, optname, buflen)

    def getsockname(self):
        """Return the socket's own address."""
        return self._socket.getsockname()

    def getpeername(self):
        """Return the peer's address."""
        return self._socket.getpeername()

    def fileno(self):
        """Return the descriptor of the socket below, for select. What `pending()` tells is not seen there."""
        return self._socket.fileno()

    # What the handshake found

    def getpeercert(self, binary_form=False):
        """Return the peer's certificate."""
        return self._connected().getpeercert(binary_form)

    def version(self):
        """Return the protocol in use, as 'TLSv1.3', or None before the handshake."""
        return None if self._tls is None else self._tls.version()

    def cipher(self):
        """Return (name, protocol, bits) of the cipher in use, or None before the handshake."""
        return None if self._tls is None else self._tls.cipher()

    def selected_alpn_protocol(self):
        """Return the protocol that was agreed on by ALPN, or None."""
        return None if self._tls is None else self._tls.selected_alpn_protocol()

    def pending(self):
        """Return how many bytes can be read without waiting for more from the network."""
        return 0 if self._tls is None else self._tls.pending()

    @property
    def session(self):
        """The session, for another connection to the same server; None before the handshake."""
        return None if self._tls is None else self._tls.session

    # Within

    def _connected(self):
        if self._tls is None:
            self._socket.getpeername()  # says why not
            raise OSError(ENOTCONN, strerror(ENOTCONN))
        return self._tls

    def _say_goodbye(self):
        with self._lock:
            try:
                self._tls.unwrap()
            except ssl.SSLError:
                pass  # it is not answered yet, or there is no connection to end
        self._flush(self._end())


def patch_ssl():
    """Have `context.wrap_socket()` of every `ssl.SSLContext` do what `ssl_wrap()` does with a stack's sockets; others are wrapped as ever.

    For programs that stay as they are.
    """
    patch_for(_is_on_stack)


def patch_for(applies):
    """As `patch_ssl()`, for the sockets of which `applies(sock)` is true."""

    class EitherSocket(ssl.SSLSocket):
        @classmethod
        def _create(cls, sock, *arguments, context=None, **keywords):
            if applies(sock):
                return ssl_wrap(context, sock, *arguments, **keywords)
            return ssl.SSLSocket._create(sock, *arguments, context=context, **keywords)

    ssl.SSLContext.sslsocket_class = EitherSocket
