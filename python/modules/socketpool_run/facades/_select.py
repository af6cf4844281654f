"""`select`: on a board it asks the sockets of the pool themselves; CPython's at the desk."""

import select
from time import monotonic, sleep

from socketpool import _board
from socketpool import _poll as ask

from . import Facade

POLLIN, POLLOUT, POLLERR, POLLHUP = 1, 4, 8, 16
_READ, _WRITE, _ERROR, _HANG_UP = 1, 2, 4, 8

# How often sockets are asked while a call waits, in seconds.
_NAP = 0.002


def _events(thing, mask):
    """What a socket, or a TLS socket around one, is ready for."""
    inner = _board.native(thing)
    waiting = 0
    if type(inner).__name__ == "TLSSocket":
        waiting = _READ if inner._tls is not None and inner._tls.pending() else 0
        inner = inner._socket
    ready = ask(inner) | waiting
    found = (POLLIN if ready & _READ else 0) | (POLLOUT if ready & _WRITE else 0)
    return (found & mask) | (POLLERR if ready & _ERROR else 0) | (POLLHUP if ready & _HANG_UP else 0)


class Poll:
    """As boards have it: objects in, (object, events) out."""

    def __init__(self):
        self._masks = {}

    def register(self, obj, eventmask=POLLIN | POLLOUT):
        """Watch an object, or watch it for other events."""
        self._masks[id(obj)] = (obj, eventmask)

    def modify(self, obj, eventmask):
        """Watch a registered object for other events."""
        if id(obj) not in self._masks:
            raise OSError(2)
        self._masks[id(obj)] = (obj, eventmask)

    def unregister(self, obj):
        """Watch an object no more."""
        self._masks.pop(id(obj), None)

    def poll(self, timeout=-1):
        """Wait so many milliseconds, or without a limit; return a list of (object, events)."""
        end = None if timeout is None or timeout < 0 else monotonic() + timeout / 1000
        while True:
            found = [(thing, events) for thing, mask in self._masks.values() if (events := _events(thing, mask))]
            if found or (end is not None and monotonic() >= end):
                return found
            sleep(_NAP)

    def ipoll(self, timeout=-1, flags=0):
        """As poll(), an iterator."""
        return iter(self.poll(timeout))


def _select(rlist, wlist, xlist, timeout=None):
    poll = Poll()
    masks = {}
    for things, mask in ((rlist, POLLIN), (wlist, POLLOUT), (xlist, 0)):
        for thing in things:
            masks[id(thing)] = masks.get(id(thing), 0) | mask
            poll.register(thing, masks[id(thing)])
    found = poll.poll(-1 if timeout is None else timeout * 1000)
    events = {id(thing): bits for thing, bits in found}
    return tuple([thing for thing in things if events.get(id(thing), 0) & mask]
                 for things, mask in ((rlist, POLLIN | POLLHUP), (wlist, POLLOUT | POLLHUP), (xlist, POLLERR)))


def make(context, importer):
    if _board.current() is None:
        return select
    return Facade("select", None, poll=Poll, select=_select, POLLIN=POLLIN, POLLOUT=POLLOUT, POLLERR=POLLERR, POLLHUP=POLLHUP)
