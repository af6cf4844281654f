"""CircuitPython's `keypad`: keys whose pins are fed, and events when that changes."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import fed as _fed
from socketpool_run.hardware.desk import monotonic_ns as _now
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["Event", "EventQueue", "KeyMatrix", "Keys", "ShiftRegisterKeys"]


class Event:
    """A key was pressed or released."""

    def __init__(self, key_number=0, pressed=True, timestamp=None):
        self.key_number, self.pressed = key_number, bool(pressed)
        self.timestamp = _now() // 1_000_000 % (1 << 29) if timestamp is None else timestamp

    @property
    def released(self):
        """Not `pressed`."""
        return not self.pressed

    def __eq__(self, other):
        return isinstance(other, Event) and (self.key_number, self.pressed) == (other.key_number, other.pressed)

    def __hash__(self):
        return self.key_number << 1 | self.pressed

    def __repr__(self):
        return f"<Event: key_number {self.key_number} {'pressed' if self.pressed else 'released'}>"


class EventQueue:
    """Events that were not taken yet; looking at it looks at the keys."""

    def __init__(self, scan, max_events):
        self._scan, self._limit = scan, max_events
        self._events = []
        self.overflowed = False

    def _look(self):
        for event in self._scan():
            if len(self._events) < self._limit:
                self._events.append(event)
            else:
                self.overflowed = True

    def get(self):
        """The oldest event, None if there is none."""
        self._look()
        return self._events.pop(0) if self._events else None

    def get_into(self, event):
        """As `get`, into an event there is; False if there is none."""
        found = self.get()
        if found is None:
            return False
        event.key_number, event.pressed, event.timestamp = found.key_number, found.pressed, found.timestamp
        return True

    def clear(self):
        """Forget them."""
        self._look()
        self._events.clear()
        self.overflowed = False

    def __len__(self):
        self._look()
        return len(self._events)

    def __bool__(self):
        return len(self) > 0


class _Scanner(_PinUser):
    def _begin(self, count, max_events):
        self._state = [False] * count
        self.events = EventQueue(self._changes, max_events)
        _asked("keypad", type(self).__name__, f"{count} keys")

    @property
    def key_count(self):
        """How many keys there are."""
        return len(self._state)

    def reset(self):
        """As if no key were pressed; those that are make events anew."""
        self._state = [False] * len(self._state)

    def _changes(self):
        self._check()
        for number, before in enumerate(self._state):
            now = self._is_pressed(number)
            if now != before:
                self._state[number] = now
                yield Event(number, now)

    def _is_pressed(self, number):
        return bool(_fed("key", str(number), False))


class Keys(_Scanner):
    """A key a pin. A pin that nothing is fed to is not pressed."""

    def __init__(self, pins, *, value_when_pressed, pull=True, interval=0.020, max_events=64, debounce_threshold=1):
        self._keys = list(pins)
        self._pressed = bool(value_when_pressed)
        self._hold(**{f"key{number}": pin for number, pin in enumerate(self._keys)})
        self._begin(len(self._keys), max_events)

    def _is_pressed(self, number):
        value = self._keys[number]._fed()
        return super()._is_pressed(number) if value is None else bool(value) == self._pressed


class KeyMatrix(_Scanner):
    """Rows and columns; `key_3 = True` in the file of values presses key 3."""

    def __init__(self, row_pins, column_pins, columns_to_anodes=True, interval=0.020, max_events=64, debounce_threshold=1):
        rows, self._columns = list(row_pins), len(column_pins)
        self._hold(**{f"row{number}": pin for number, pin in enumerate(rows)}, **{f"column{number}": pin for number, pin in enumerate(column_pins)})
        self._begin(len(rows) * self._columns, max_events)

    def key_number_to_row_column(self, key_number):
        """(row, column) of a key."""
        if not 0 <= key_number < self.key_count:
            raise ValueError("key_number out of range")
        return divmod(key_number, self._columns)

    def row_column_to_key_number(self, row, column):
        """The key of a row and a column."""
        return row * self._columns + column


class ShiftRegisterKeys(_Scanner):
    """Keys behind a shift register; `key_3 = True` in the file of values presses key 3."""

    def __init__(self, *, clock, data, latch, value_to_latch=True, key_count, value_when_pressed, interval=0.020, max_events=64, debounce_threshold=1):
        data = [data] if not isinstance(data, (tuple, list)) else data
        self._hold(clock=clock, latch=latch, **{f"data{number}": pin for number, pin in enumerate(data)})
        self._begin(sum(key_count) if isinstance(key_count, (tuple, list)) else key_count, max_events)
