"""A TLS listener's clients between their arrival and the end of their handshake: those that say nothing keep nobody waiting."""

from errno import ETIMEDOUT
from select import EPOLLIN, EPOLLOUT, POLLIN, epoll, poll
from ssl import SSLEOFError, SSLWantWriteError
from threading import Lock
from time import monotonic

from . import _is_open

# How many seconds a client may take to shake hands, and how many clients may be at it; then the one that came first has to go.
_PATIENCE = 10
_MOST = 16

# How many seconds a client has for its handshake, at least, when the pool is full and others wait for its place.
_COURTESY = 0.25

# How often a call that waits for handshakes looks whether the listener was closed, which no descriptor tells.
_GLANCE = 0.1


class Reception:
    """`accept()` of a TLS listener. `wrap` makes a TLS socket of a plain one."""

    def __init__(self, listener, wrap):
        self._listener = listener
        self._wrap = wrap
        self._guests = []  # [(TLS socket, address, its own time limit's end)], in order of arrival
        self._epoll = None
        self._lock = Lock()  # one accept at a time

    def accept(self, timeout):
        """(TLS socket, address) of the next client that has shaken hands; both have the time-out."""
        end = monotonic() + timeout if timeout else timeout
        if not self._lock.acquire(blocking=end != 0, timeout=-1 if not end else timeout):
            self._refuse(timeout)
        try:
            while True:
                if self._guests:
                    guest = self._advance(timeout)
                    if guest is not None:
                        return guest
                    if timeout is not None and timeout and monotonic() >= end:
                        self._refuse(timeout)
                self._take(end, timeout)
        except (ValueError, OSError):
            if not _is_open(self._listener):
                self._listener.accept()  # closed meanwhile, with the descriptors that are watched: it says so
            raise
        finally:
            self._lock.release()

    def fileno(self):
        """A descriptor that is readable when a client has arrived or goes on with its handshake."""
        return self._watched().fileno()

    def close(self):
        """The listener is closed: those who have not shaken hands have to go."""
        guests, self._guests = self._guests, []
        for guest, _, _ in guests:
            guest.close()
        if self._epoll is not None:
            self._epoll.close()

    def _advance(self, timeout):
        """Goes on with every handshake under way; the first that is done. One that fails raises."""
        for entry in list(self._guests):
            guest, address, limit = entry
            try:
                guest._shake()
            except BlockingIOError as error:
                if monotonic() >= limit:
                    self._forget(entry)
                    guest.close()
                elif self._epoll is not None:
                    self._epoll.modify(guest.fileno(), EPOLLOUT if isinstance(error, SSLWantWriteError) else EPOLLIN)
                continue
            except (SSLEOFError, ConnectionError):
                self._forget(entry)  # it has gone
                guest.close()
                continue
            except BaseException:
                self._forget(entry)
                guest.close()
                raise
            self._forget(entry)
            guest.settimeout(timeout)
            return guest, address
        return None

    def _take(self, end, timeout):
        """Waits for the next client, or until one goes on with its handshake."""
        if end != 0 and self._guests:
            left = _GLANCE if end is None else min(_GLANCE, max(0, end - monotonic()))
            self._watched().poll(left)
            self._admit(0, timeout)
        else:
            self._admit(None if end is None else end and max(end - monotonic(), 1e-6), timeout)

    def _admit(self, seconds, timeout):
        """Takes a client in, waiting so many seconds; where it may not wait, BlockingIOError says that there is none."""
        changes = seconds != timeout
        if changes:
            self._listener.settimeout(seconds)
        try:
            accepted = self._accept()
        except BlockingIOError:
            if timeout == 0:
                raise
            return
        finally:
            if changes:
                self._listener.settimeout(timeout)
        if accepted is None:
            if timeout == 0:
                raise BlockingIOError(11, "Resource temporarily unavailable (the pool is full of clients that shake hands)")
            self._await_guests()
            return
        sock, address = accepted
        sock.settimeout(0)
        entry = self._wrap(sock), address, monotonic() + _PATIENCE
        self._guests.append(entry)
        if self._epoll is not None:
            self._epoll.register(sock.fileno(), EPOLLIN)
        if len(self._guests) > _MOST:
            self._drop_first()

    def _accept(self):
        """The next connection. None where it has to wait for a place, which those who have not shaken hands hold for a moment yet."""
        while True:
            try:
                return self._listener.accept()
            except RuntimeError:  # out of sockets: who has not shaken hands yet has to make room
                if not self._guests:
                    raise
                if self._guests[0][2] - _PATIENCE + _COURTESY > monotonic():
                    return None
                self._drop_first()

    def _await_guests(self):
        waiting = poll()
        for guest, _, _ in self._guests:
            waiting.register(guest.fileno(), POLLIN)
        waiting.poll(_COURTESY * 200)  # milliseconds: a fifth of it

    def _drop_first(self):
        entry = self._guests[0]
        self._forget(entry)
        entry[0].close()

    def _forget(self, entry):
        self._guests.remove(entry)
        if self._epoll is not None:
            number = entry[0].fileno()
            if number >= 0:
                self._epoll.unregister(number)

    def _watched(self):
        if self._epoll is None:
            made = epoll()
            made.register(self._listener.fileno(), EPOLLIN)
            for guest, _, _ in self._guests:
                made.register(guest.fileno(), EPOLLIN)
            self._epoll = made
        return self._epoll

    def _refuse(self, timeout):
        """There is no client in time."""
        if timeout == 0:
            raise BlockingIOError(11, "Resource temporarily unavailable (another thread accepts)")
        raise OSError(ETIMEDOUT, f"accept: timed out (ETIMEDOUT) after {timeout} s: no client has shaken hands")
