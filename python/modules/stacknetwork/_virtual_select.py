"""`select`, `selectors`, and with them asyncio, in simulated time.

Sockets of a simulated radio have descriptors of the system that show what they are ready for. While nothing else can run, the simulation
looks at the descriptors that are waited for.
"""

import select as _select
from select import POLLERR, POLLHUP, POLLIN, POLLOUT, POLLPRI

from ._virtual import state_of_thread

_real_select, _real_poll, _real_epoll = _select.select, _select.poll, getattr(_select, "epoll", None)


def select(rlist, wlist, xlist, timeout=None, /):
    """`select.select`."""
    state = state_of_thread()
    if state is None:
        return _real_select(rlist, wlist, xlist, timeout)
    rlist, wlist, xlist = list(rlist), list(wlist), list(xlist)
    ready = _real_select(rlist, wlist, xlist, 0)
    if any(ready) or not _may_wait(state, timeout):
        return ready
    wanted = {}
    for items, events in ((rlist, POLLIN), (wlist, POLLOUT), (xlist, POLLPRI)):
        for item in items:
            number = item if isinstance(item, int) else item.fileno()
            wanted[number] = wanted.get(number, 0) | events
    state.select(tuple(wanted.items()), -1 if timeout is None else timeout)
    return _real_select(rlist, wlist, xlist, 0)


def _may_wait(state, seconds):
    if seconds is None or seconds > 0:
        return True
    state.poll()
    return False


class _Poll:
    """`select.poll()`."""

    def __init__(self):
        self._poll = _real_poll()
        self._wanted = {}

    def register(self, fd, eventmask=POLLIN | POLLPRI | POLLOUT):
        """As CPython's."""
        self._poll.register(fd, eventmask)
        self._wanted[_number(fd)] = eventmask

    def modify(self, fd, eventmask):
        """As CPython's."""
        self._poll.modify(fd, eventmask)
        self._wanted[_number(fd)] = eventmask

    def unregister(self, fd):
        """As CPython's."""
        self._poll.unregister(fd)
        self._wanted.pop(_number(fd), None)

    def poll(self, timeout=None):
        """As CPython's: the time is in milliseconds."""
        state = state_of_thread()
        if state is None:
            return self._poll.poll(timeout)
        ready = self._poll.poll(0)
        seconds = None if timeout is None or timeout < 0 else timeout / 1000
        if ready or not _may_wait(state, seconds):
            return ready
        state.select(tuple(self._wanted.items()), -1 if seconds is None else seconds)
        return self._poll.poll(0)


def _number(fd):
    return fd if isinstance(fd, int) else fd.fileno()


class _Epoll:
    """`select.epoll()`."""

    def __init__(self, sizehint=-1, flags=0, _epoll=None):
        self._epoll = _real_epoll(sizehint, flags) if _epoll is None else _epoll

    @classmethod
    def fromfd(cls, fd):
        """As CPython's."""
        return cls(_epoll=_real_epoll.fromfd(fd))

    def poll(self, timeout=None, maxevents=-1):
        """As CPython's."""
        state = state_of_thread()
        if state is None:
            return self._epoll.poll(timeout, maxevents)
        ready = self._epoll.poll(0, maxevents)
        seconds = None if timeout is None or timeout < 0 else timeout
        if ready or not _may_wait(state, seconds):
            return ready
        state.select(((self._epoll.fileno(), POLLIN),), -1 if seconds is None else seconds)
        return self._epoll.poll(0, maxevents)

    def __getattr__(self, name):
        return getattr(self._epoll, name)

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        self._epoll.close()


def _poll():
    """`select.poll`."""
    return _real_poll() if state_of_thread() is None else _Poll()


def _epoll(sizehint=-1, flags=0):
    """`select.epoll`."""
    return _real_epoll(sizehint, flags) if state_of_thread() is None else _Epoll(sizehint, flags)


_epoll.fromfd = lambda fd: _real_epoll.fromfd(fd) if state_of_thread() is None else _Epoll.fromfd(fd)


def _make_selector_select(real, selectors):
    def select(self, timeout=None):
        state = state_of_thread()
        if state is None:
            return real(self, timeout)
        ready = real(self, 0)
        if ready or not _may_wait(state, timeout):
            return ready
        state.select(_wanted_of(self, selectors), -1 if timeout is None else timeout)
        return real(self, 0)

    return select


def _wanted_of(selector, selectors):
    if isinstance(selector, getattr(selectors, "EpollSelector", ())):
        return ((selector.fileno(), POLLIN),)
    return tuple(
        (key.fd, (POLLIN if key.events & selectors.EVENT_READ else 0) | (POLLOUT if key.events & selectors.EVENT_WRITE else 0) | POLLERR | POLLHUP)
        for key in selector.get_map().values())


def install(replacements, module, selectors):
    """Replace what waits."""
    replacements.add(module, "select", select)
    replacements.add(module, "poll", _poll)
    if _real_epoll is not None:
        replacements.add(module, "epoll", _epoll)
    for name in ("SelectSelector", "PollSelector", "EpollSelector", "DevpollSelector", "KqueueSelector"):
        cls = getattr(selectors, name, None)
        owner = cls
        if cls is None:
            continue
        owner = next((base for base in cls.__mro__ if "select" in base.__dict__), None)
        if owner is not None and not getattr(owner.__dict__["select"], "_is_simulated", False):
            function = _make_selector_select(owner.__dict__["select"], selectors)
            function._is_simulated = True
            replacements.set(owner, "select", function)
