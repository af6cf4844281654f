"""TLS for the sockets of a pool: OpenSSL works in memory, and the socket, which stays in its pool, carries what it writes and wants.

A `TLSSocket` has what programs for boards use of CPython's `ssl.SSLSocket`. Its time-outs and errors are the pool's; one thread may send while
another receives.
"""

import ssl
from errno import ENOTCONN
from functools import wraps
from operator import index
from time import monotonic

from . import _is_open, _send
from ._absent import TLSAbsences, hide_of_tls, method
from ._board import release
from ._carrier import _PIECE, Carrier, SSLWantReadError
from ._reception import Reception

_connect_ex, _getpeername, _getsockname = method("connect_ex"), method("getpeername"), method("getsockname")
_getsockopt, _shutdown = method("getsockopt"), method("shutdown")


def ssl_wrap(context, sock, *, server_side=False, server_hostname=None, do_handshake_on_connect=True, suppress_ragged_eofs=True, session=None):
    """What `context.wrap_socket(sock, ...)` does for a stream socket of a pool: a connected one shakes hands now, others once they are.

    One that does not wait (`settimeout(0)`) shakes hands as it is read and written. The socket belongs to the result, and is closed by it and
    by a handshake that fails.
    """
    sock = release(sock)
    if isinstance(sock, TLSSocket):
        raise NotImplementedError("TLS within TLS is not supported")
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


def _listens(sock):
    try:
        return _getsockopt(sock, 1, 30) != 0  # SOL_SOCKET, SO_ACCEPTCONN
    except OSError:
        return False  # a radio that does not tell: accept() sees


def _with_one_address(function):
    """A host and a port in two arguments: the socket below says what is wrong."""

    @wraps(function)
    def call(self, *arguments, **keywords):
        if len(arguments) > 1:
            getattr(self._socket, function.__name__)(*arguments)
        return function(self, *arguments, **keywords)

    return call


class TLSSocket(Carrier, TLSAbsences):
    """A stream socket that speaks TLS; made by `context.wrap_socket()`. It keeps its place in the pool until it is closed."""

    __module__ = "socketpool"

    def __new__(cls, *arguments, **keywords):
        raise TypeError("a TLSSocket is not made directly: use context.wrap_socket(), or stacknetwork.ssl_wrap()")

    def _begin(self, context, sock, server_side, server_hostname, do_handshake_on_connect, suppress_ragged_eofs, session):
        Carrier.__init__(self, sock)
        self._context, self._session = context, session
        self._server_side, self._server_hostname = server_side, server_hostname
        self._greets, self._suppresses = do_handshake_on_connect, suppress_ragged_eofs
        self._is_agreed = False  # the handshake is done
        self._reception = None  # a listener's, from listen() on
        if not self._has_peer("wrap_socket"):
            if _listens(sock):
                self._await_guests()
        else:
            self._start()

    def __repr__(self):
        return f"<socketpool.TLSSocket {(self._tls and self._tls.version()) or 'not encrypted yet'} on {self._socket!r}>"

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self.close()

    # Time

    def settimeout(self, value):
        """Set how many seconds a call may take, fractions allowed: None blocks, 0 does not wait."""
        self._socket.settimeout(value)
        self._timeout = method("gettimeout")(self._socket)

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

    @_with_one_address
    def bind(self, address):
        """Bind to an address, (host, port)."""
        self._socket.bind(address)

    def listen(self, backlog=128):
        """Wait for connections from now on."""
        self._socket.listen(backlog)
        self._await_guests()

    def _await_guests(self):
        if self._greets and self._reception is None:
            self._reception = Reception(self._socket, self._wrap_accepted)

    @_with_one_address
    def connect(self, address):
        """Connect to an address, (host, port), and shake hands unless told not to. The time-out is for both."""
        end = self._end()
        self._socket.connect(address)
        self._start(end)

    def connect_ex(self, address):
        """As connect(), but return the error number of the connection instead of raising; a handshake that fails raises."""
        end = self._end()
        errno = _connect_ex(self._socket, address)
        if errno == 0:
            self._start(end)
        return errno

    def accept(self):
        """Take the next connection that has shaken hands, and return (socket, address). Clients that say nothing keep nobody waiting."""
        self._await_guests()
        if self._reception is not None:
            return self._reception.accept(self._timeout)
        sock, address = self._socket.accept()
        return self._wrap_accepted(sock), address

    def _wrap_accepted(self, sock):
        return ssl_wrap(self._context, sock, server_side=True, do_handshake_on_connect=self._greets, suppress_ragged_eofs=self._suppresses)

    def _start(self, end=None):
        """The socket is connected: begin to speak TLS."""
        try:
            self._tls = self._context.wrap_bio(self._incoming, self._outgoing, self._server_side, self._server_hostname, self._session)
            if self._greets and self._timeout != 0:
                self._agree(self._end() if end is None else end)
        except (OSError, ValueError):
            self._socket.close()
            raise

    def do_handshake(self):
        """Shake hands, unless that is done."""
        self._shake()

    def _shake(self):
        self._connected("do_handshake")
        self._agree(self._end())

    def _agree(self, end):
        if not self._is_agreed:
            try:
                self._shake_hands(end)
            except ssl.SSLError:
                raise
            except OSError as error:
                raise OSError(error.errno, f"TLS handshake: {error.strerror}") from None
            self._is_agreed = True

    def unwrap(self):
        """Tell the peer that nothing more is encrypted, and return the plain socket."""
        self._connected("unwrap")
        with self._lock:
            self._say_goodbye()
        self._flush(self._end())
        return self._socket

    def shutdown(self, how):
        """End receiving (0), sending (1) or both (2); the peer is told that nothing was cut off."""
        if how != 0 and self._is_agreed:
            with self._lock:
                self._say_goodbye()
            self._flush(self._end())
        _shutdown(self._socket, how)

    def close(self):
        """Tell the peer, if that can be done without waiting, and close the socket. Calls that wait on it fail with EBADF."""
        # Not while others wait: an answer of the peer's would reach them before the close does.
        if self._is_agreed and self._receiving.acquire(blocking=False):
            try:
                with self._lock:
                    self._say_goodbye()
                self._flush(0)
            except OSError:
                pass  # closed already, or the peer has gone
            finally:
                self._receiving.release()
        self._socket.close()
        if self._reception is not None:
            self._reception.close()

    # Bytes

    def recv_into(self, buffer, nbytes=0):
        """Receive at most nbytes bytes (0: as many as fit) into a buffer and return how many came: 0 at the end."""
        try:
            view, nbytes = memoryview(buffer), index(nbytes)
            size = 0 if view.readonly else view.nbytes
        except TypeError:
            view = None
        if view is None or view.readonly:
            self._socket.recv_into(buffer, nbytes)  # says what is wrong
        if nbytes > size:
            raise ValueError("buffer too small for requested bytes")
        if nbytes > 0:
            size = nbytes
        end = monotonic() + self._timeout if self._timeout else self._timeout
        if not self._is_agreed:
            self._connected("recv_into")
            self._agree(end)
        if not size:
            return 0
        try:
            count = self._read_at_once(size, buffer)
            return self._read(size, buffer, end) if count is None else count
        except SSLWantReadError:
            raise
        except ssl.SSLZeroReturnError:
            return 0
        except ssl.SSLEOFError:
            if self._suppresses:
                return 0
            raise
        except ssl.SSLError as error:
            self._explain(error, end)
            raise

    def send(self, bytes):
        """Send what fits of some bytes and return how many were taken."""
        end = monotonic() + self._timeout if self._timeout else self._timeout
        if not self._is_agreed:
            self._connected("send")
            self._agree(end)
        try:
            count = self._write_at_once(bytes, end)
            if count is not None:
                return count
            with self._view(bytes) as view, view.cast("B") as octets:
                return self._write(octets[:_PIECE], end)
        except ssl.SSLError:
            self._open()
            raise

    def sendall(self, bytes):
        """Send all of some bytes. The time-out is for the whole."""
        end = monotonic() + self._timeout if self._timeout else self._timeout
        if not self._is_agreed:
            self._connected("sendall")
            self._agree(end)
        try:
            sent = self._write_at_once(bytes, end) or 0
            with self._view(bytes) as view, view.cast("B") as octets:
                while sent < len(octets):
                    sent += self._write(octets[sent : sent + _PIECE], end)
        except ssl.SSLError:
            self._open()
            raise

    # The socket below

    @property
    def family(self):
        """AF_INET or AF_INET6."""
        return method("family").__get__(self._socket)

    @property
    def type(self):
        """SOCK_STREAM."""
        return self._socket.type

    @property
    def proto(self):
        """IPPROTO_TCP."""
        return method("proto").__get__(self._socket)

    def setsockopt(self, level, optname, value):
        """Set an option of the socket below."""
        self._socket.setsockopt(level, optname, value)

    def getsockopt(self, level, optname, buflen=0):
        """Return an option of the socket below."""
        return _getsockopt(self._socket, level, optname, buflen)

    def getsockname(self):
        """Return the socket's own address."""
        return _getsockname(self._socket)

    def getpeername(self):
        """Return the peer's address."""
        return _getpeername(self._socket)

    def fileno(self):
        """Return a descriptor for select: the socket's, and of a listener one that also tells of handshakes. `pending()` is not seen there."""
        if self._reception is not None and _is_open(self._socket):
            return self._reception.fileno()
        return self._socket.fileno()

    # What the handshake found

    @property
    def context(self):
        """The `ssl.SSLContext`."""
        return self._context

    @property
    def server_side(self):
        """Whether it is the server's end."""
        return self._server_side

    @property
    def server_hostname(self):
        """The name that the server's certificate must have."""
        return self._server_hostname

    def getpeercert(self, binary_form=False):
        """Return the peer's certificate."""
        self._connected("getpeercert")
        return self._tls.getpeercert(binary_form)

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

    def _connected(self, operation):
        if self._tls is None:
            self._has_peer(operation, but=None)
            self._start()  # connected without our knowledge, as by a connect that did not wait

    def _has_peer(self, operation, but=ENOTCONN):
        try:
            _getpeername(self._socket)
        except OSError as error:
            if error.errno == but:
                return False
            raise OSError(error.errno, operation + error.strerror.removeprefix("getpeername")) from None
        return True

    def _open(self):
        if not _is_open(self._socket):
            _send(self._socket, b"", 0)  # raises what a closed socket raises

    def _view(self, octets):
        try:
            return memoryview(octets)
        except TypeError:
            _send(self._socket, octets, 0)  # says what is wrong
            raise

    def _say_goodbye(self):
        try:
            self._tls.unwrap()
        except ssl.SSLError:
            pass  # it is not answered yet, or there is no connection to end


hide_of_tls(TLSSocket)
