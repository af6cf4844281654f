"""What carries bytes between OpenSSL, which works in memory, and a pool's socket."""

import ssl
from errno import EAGAIN, ETIMEDOUT
from threading import Lock
from time import monotonic

from . import _is_open, _receive, _send
from ._absent import method

# How much is encrypted at a time: four records of TLS. What arrives has room for as many with all that is around them.
_PIECE = 65536
_RECORD = 16384
_ARRIVAL = _PIECE + 4096

# The number that boards' libraries know for an alert of the peer's (Mbed TLS: MBEDTLS_ERR_SSL_FATAL_ALERT_MESSAGE).
_ALERT = -0x7780

# What is left of a call's time when it is up: the socket looks once more, and then says so in its own words.
_INSTANT = 1e-6


class SSLWantReadError(ssl.SSLWantReadError, BlockingIOError):
    """As `ssl.SSLWantReadError`, with the errno EAGAIN: nothing is there yet, and the call does not wait."""

    __module__ = "ssl"

    def __init__(self):
        super().__init__(EAGAIN, "Resource temporarily unavailable (TLS has nothing to read yet)")


class SSLWantWriteError(ssl.SSLWantWriteError, BlockingIOError):
    """As `ssl.SSLWantWriteError`, with the errno EAGAIN: there is no room yet, and the call does not wait."""

    __module__ = "ssl"

    def __init__(self):
        super().__init__(EAGAIN, "Resource temporarily unavailable (no room to write yet)")


class Carrier:
    """Two memories, a socket, and the steps of OpenSSL that fill and empty the memories. One thread may send while another receives.

    `end` is when a call has to be over: None if it blocks, 0 if it does not wait.
    """

    def __init__(self, sock):
        self._socket = sock
        self._timeout = method("gettimeout")(sock)
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = None  # from the connection on
        self._arrived = None  # the buffer, from the first bytes on
        self._unsent = b""
        self._arrivals = 0
        self._lock = Lock()  # guards OpenSSL and the memories; nothing waits while holding it
        self._receiving = Lock()  # held while waiting for bytes, so that they stay in order
        self._sending = Lock()  # the same for what goes out

    def _end(self):
        """The end of a call that begins now."""
        return monotonic() + self._timeout if self._timeout else self._timeout

    def _shake_hands(self, end):
        """Carries until both sides have agreed."""
        while True:
            try:
                with self._lock:
                    arrivals = self._arrivals
                    self._tls.do_handshake()
            except ssl.SSLWantReadError:
                pass
            except ssl.SSLError as error:
                self._explain(error, end)
                raise
            else:
                self._flush_if_possible(end)
                return
            self._flush(end)
            self._fill(arrivals, end)

    def _read(self, size, buffer, end):
        """Decrypts at most `size` bytes into a buffer: how many, 0 at the end. Errors of TLS are for `_explain()`."""
        while True:
            with self._lock:
                arrivals = self._arrivals
                # Where nothing is left to decrypt, asking would only raise.
                if self._incoming.pending or self._tls.pending() or self._incoming.eof:
                    try:
                        count = self._tls.read(size, buffer)
                        break
                    except ssl.SSLWantReadError:
                        pass
            if self._outgoing.pending or self._unsent:
                self._flush_if_possible(end)
            self._fill(arrivals, end)
        if not _is_open(self._socket):
            _receive(self._socket, bytearray(1), 0)  # raises what a closed socket raises
        if self._outgoing.pending:
            self._flush_if_possible(end)
        return count

    def _read_at_once(self, size, buffer):
        """What `_read()` mostly has to do, in one piece because every call counts: one wait at most, for the whole time. Else None."""
        if not self._receiving.acquire(False):
            return None
        try:
            if self._incoming.pending or self._tls.pending() or self._incoming.eof or self._unsent or self._outgoing.pending or self._arrived is None:
                return None
            count = _receive(self._socket, self._arrived, self._timeout)
            if count is None:
                raise SSLWantReadError()
            with self._lock:
                if count:
                    self._arrivals += 1
                    self._incoming.write(self._arrived[:count])
                else:
                    self._note(0)
                try:
                    return self._tls.read(size, buffer)
                except ssl.SSLWantReadError:
                    return None  # it was a part of a record
        finally:
            self._receiving.release()

    def _write(self, octets, end):
        """Encrypts bytes and sends them: how many were taken. What could not be sent goes first the next time."""
        self._hold(self._sending, end, SSLWantWriteError)
        try:
            if self._unsent or self._outgoing.pending:
                self._send_out(end)
            taken = self._encrypt(octets, end)
            try:
                self._send_out(end)
            except SSLWantWriteError:
                pass  # taken: the next call goes on with it
            return taken
        finally:
            self._sending.release()

    def _write_at_once(self, octets, end):
        """What `_write()` mostly has to do with one record, in one piece because every call counts. None if nothing was done."""
        if type(octets) not in (bytes, bytearray) or not 0 < len(octets) <= _RECORD or not self._sending.acquire(False):
            return None
        try:
            with self._lock:
                if self._unsent or self._outgoing.pending:
                    return None
                try:
                    taken = self._tls.write(octets)
                except ssl.SSLWantReadError:
                    return None  # _write() sees to it
                record = self._unsent = self._outgoing.read()
            count = _send(self._socket, record, self._timeout)
            if count == len(record):
                self._unsent = b""
            else:
                self._unsent = memoryview(record)[count or 0 :]
                if self._timeout != 0:
                    self._send_out(end)
            return taken
        finally:
            self._sending.release()

    def _encrypt(self, octets, end):
        taken = 0
        while True:
            try:
                with self._lock:
                    arrivals = self._arrivals
                    while taken < len(octets) and self._outgoing.pending < _PIECE:
                        taken += self._tls.write(octets[taken:] if taken else octets)
                return taken
            except ssl.SSLWantReadError:
                self._fill(arrivals, end)  # the peer wants to agree on something first

    def _fill(self, arrivals, end):
        """Waits for bytes, unless another thread brought some since."""
        self._hold(self._receiving, end, SSLWantReadError)
        try:
            if self._arrivals != arrivals:
                return
            if self._arrived is None:
                self._arrived = memoryview(bytearray(_ARRIVAL))
            count = _receive(self._socket, self._arrived, self._left(end))
            if count is None:
                raise SSLWantReadError()
            with self._lock:
                self._note(count)
        finally:
            self._receiving.release()

    def _note(self, count):
        self._arrivals += 1
        if count:
            self._incoming.write(self._arrived[:count])
        else:
            self._incoming.write_eof()

    def _flush(self, end):
        """Sends what OpenSSL has written."""
        if self._unsent or self._outgoing.pending:
            self._hold(self._sending, end, SSLWantWriteError)
            try:
                self._send_out(end)
            finally:
                self._sending.release()

    def _send_out(self, end):
        while True:
            if not self._unsent:
                with self._lock:
                    self._unsent = self._outgoing.read()
                if not self._unsent:
                    return
            count = _send(self._socket, self._unsent, self._left(end))
            if count is None:
                raise SSLWantWriteError()
            self._unsent = b"" if count == len(self._unsent) else memoryview(self._unsent)[count:]

    def _flush_if_possible(self, end):
        # Whoever reads is not kept from it by a peer that does not.
        try:
            self._flush(end)
        except SSLWantWriteError:
            pass

    def _explain(self, error, end):
        """After a failure: OpenSSL may have written an alert for the peer. One of the peer's gets the number that boards know."""
        if error.reason and "_ALERT_" in error.reason:
            error.errno = _ALERT
        try:
            self._flush(end)
        except OSError:
            pass

    def _hold(self, lock, end, error):
        if lock.acquire(blocking=False):
            return
        if end == 0:
            raise error()
        if not lock.acquire(timeout=-1 if end is None else max(0, end - monotonic())):
            raise OSError(ETIMEDOUT, f"timed out (ETIMEDOUT) after {self._timeout} s, in which another thread's call held the TLS connection")

    def _left(self, end):
        """What is left of the time of a call, for the socket."""
        if not end:
            return end
        left = end - monotonic()
        # Nearly all of it: the same number as ever costs the system nothing.
        return self._timeout if 0 <= (self._timeout or 0) - left < 0.001 else max(left, _INSTANT)
