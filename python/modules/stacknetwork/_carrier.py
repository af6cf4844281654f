"""What carries bytes between OpenSSL, which works in memory, and a socket."""

import ssl
from errno import ETIMEDOUT
from os import strerror
from threading import Lock
from time import monotonic


class Carrier:
    """Two memories, a socket, and the steps of OpenSSL that fill and empty the memories. One thread may send while another receives."""

    def __init__(self, sock):
        self._socket = sock
        self._timeout = sock.gettimeout()
        self._incoming, self._outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._arrived = None  # the buffer, from the first bytes on
        self._unsent = memoryview(b"")
        self._arrivals = 0
        self._lock = Lock()  # guards OpenSSL and the memories; nothing waits while holding it
        self._receiving = Lock()  # held while waiting for bytes, so that they stay in order
        self._sending = Lock()  # the same for what goes out

    def _exchange(self, step, end, flushes=True):
        """Does a step of OpenSSL, carrying bytes to and fro as often as it wants."""
        while True:
            try:
                with self._lock:
                    arrivals = self._arrivals
                    result = step()
            except ssl.SSLWantReadError:
                pass
            except (ssl.SSLZeroReturnError, ssl.SSLEOFError):
                raise
            except ssl.SSLError:
                self._tell_why(end)
                raise
            else:
                if flushes:
                    self._flush_if_possible(end)
                return result
            self._flush_if_possible(end)
            self._fill(arrivals, end)

    def _fill(self, arrivals, end):
        """Waits for bytes, unless another thread brought some since."""
        self._hold(self._receiving, end, ssl.SSLWantReadError, ssl.SSL_ERROR_WANT_READ, "read")
        try:
            if self._arrivals != arrivals:
                return
            if self._arrived is None:
                self._arrived = memoryview(bytearray(16384))
            try:
                count = self._call(self._socket.recv_into, self._arrived, end)
            except BlockingIOError:
                raise ssl.SSLWantReadError(ssl.SSL_ERROR_WANT_READ, "The operation did not complete (read)") from None
            with self._lock:
                self._arrivals += 1
                if count:
                    self._incoming.write(self._arrived[:count])
                else:
                    self._incoming.write_eof()
        finally:
            self._receiving.release()

    def _flush(self, end):
        """Sends what OpenSSL has written."""
        self._hold(self._sending, end, ssl.SSLWantWriteError, ssl.SSL_ERROR_WANT_WRITE, "write")
        try:
            while True:
                if not self._unsent:
                    with self._lock:
                        self._unsent = memoryview(self._outgoing.read())
                    if not self._unsent:
                        return
                try:
                    count = self._call(self._socket.send, self._unsent, end)
                except BlockingIOError:
                    raise ssl.SSLWantWriteError(ssl.SSL_ERROR_WANT_WRITE, "The operation did not complete (write)") from None
                self._unsent = self._unsent[count:]
        finally:
            self._sending.release()

    def _flush_if_possible(self, end):
        # Whoever reads is not kept from it by a peer that does not.
        if self._unsent or self._outgoing.pending:
            try:
                self._flush(end)
            except ssl.SSLWantWriteError:
                pass

    def _tell_why(self, end):
        """After a failure: OpenSSL may have written an alert for the peer."""
        try:
            self._flush(end)
        except OSError:
            pass

    def _hold(self, lock, end, error, number, what):
        if lock.acquire(blocking=False):
            return
        if self._timeout == 0:
            raise error(number, f"The operation did not complete ({what})")
        if not lock.acquire(timeout=-1 if end is None else max(0, end - monotonic())):
            raise OSError(ETIMEDOUT, strerror(ETIMEDOUT))

    def _end(self):
        """When a call that begins now has to be over; None if it blocks or does not wait at all."""
        return monotonic() + self._timeout if self._timeout else None

    def _call(self, function, octets, end):
        """Calls the socket, within what is left of the time."""
        if end is None:
            return function(octets)
        left = end - monotonic()
        if left <= 0:
            raise OSError(ETIMEDOUT, strerror(ETIMEDOUT))
        self._socket.settimeout(left)
        try:
            return function(octets)
        finally:
            self._socket.settimeout(self._timeout)
