"""CircuitPython's `busio`: I2C with devices made up as far as the libraries need, SPI and UART that answer what is fed."""

import sys as _sys
import threading as _threading

from socketpool_run.hardware import chips as _chips
from socketpool_run.hardware import devices as _devices
from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import fed as _fed
from socketpool_run.hardware.pins import PinUser as _PinUser

__all__ = ["I2C", "SPI", "UART"]


class _Lockable(_PinUser):
    _locked = False

    @classmethod
    def _built_in(cls, *pins):
        """The bus that `board` has: its pins stay free for others, as on boards where nobody asks for it."""
        made = cls.__new__(cls)
        made._pins = []
        made._begin(*pins)
        return made

    def try_lock(self):
        """True, and the bus is this program's until `unlock`; False if it is already."""
        self._check()
        if self._locked:
            return False
        self._locked = True
        return True

    def unlock(self):
        """Give the bus back."""
        if not self._locked:
            raise RuntimeError("Not locked")
        self._locked = False

    def _need_lock(self):
        self._check()
        if not self._locked:
            raise RuntimeError("Function requires lock")


class I2C(_Lockable):
    """A bus on which answers whoever a library of the program looks for; the report tells whom."""

    def __init__(self, scl, sda, *, frequency=100000, timeout=255):
        self._hold(scl=scl, sda=sda)
        self._begin(scl, sda)

    def _begin(self, scl, sda):
        self._devices = _devices.I2CBus()
        _asked("busio", "I2C", f"{scl!r} {sda!r}")

    def probe(self, address):
        """Whether somebody answers there."""
        self._need_lock()
        return self._devices.find(address) is not None

    def scan(self):
        """The addresses of those that are known to be there: fed ones, and those a loaded library is for."""
        self._need_lock()
        return self._devices.addresses()

    def _device(self, address):
        self._need_lock()
        found = self._devices.find(address)
        if found is None:
            raise OSError(19, "No such device")
        return found

    def writeto(self, address, buffer, *, start=0, end=_sys.maxsize, stop=True):
        """Write to a device; OSError 19 where nobody answers."""
        self._device(address).write(bytes(memoryview(buffer).cast("B")[start:end]))

    def readfrom_into(self, address, buffer, *, start=0, end=_sys.maxsize):
        """Fill the buffer with what a device says."""
        view = memoryview(buffer).cast("B")[start:end]
        view[:] = self._device(address).read(len(view))

    def writeto_then_readfrom(self, address, out_buffer, in_buffer, *, out_start=0, out_end=_sys.maxsize, in_start=0, in_end=_sys.maxsize):
        """Write, then read without letting go of the bus."""
        self.writeto(address, out_buffer, start=out_start, end=out_end)
        self.readfrom_into(address, in_buffer, start=in_start, end=in_end)


class SPI(_Lockable):
    """A bus that reads what is fed as `spi_NAME` by its clock pin, else zeros. With `--board airlift` and its like the network chip answers on it."""

    def __init__(self, clock, MOSI=None, MISO=None, half_duplex=False):
        self._hold(clock=clock, MOSI=MOSI, MISO=MISO)
        self._begin(clock, MOSI, MISO)

    def _begin(self, clock, mosi=None, miso=None):
        self._clock = clock
        self._frequency = 100000
        _asked("busio", "SPI", repr(clock))

    @property
    def frequency(self):
        """Bits a second."""
        self._check()
        return self._frequency

    def configure(self, *, baudrate=100000, polarity=0, phase=0, bits=8):
        """Kept."""
        self._need_lock()
        if polarity not in (0, 1) or phase not in (0, 1) or bits not in (8, 9):
            raise ValueError("Invalid polarity, phase or bits")
        self._frequency = int(baudrate)

    def write(self, buffer, *, start=0, end=_sys.maxsize):
        """Sent to the network chip if its line is low, else nowhere."""
        self._need_lock()
        view = memoryview(buffer).cast("B")[start:end]
        _chips.transfer(view, bytearray(len(view)))

    def readinto(self, buffer, *, start=0, end=_sys.maxsize, write_value=0):
        """What the network chip says if its line is low; what is fed, else zeros."""
        self._need_lock()
        view = memoryview(buffer).cast("B")[start:end]
        if _chips.transfer(bytes([write_value]) * len(view), view):
            return
        data = bytes(_fed("spi", self._clock._names, b""))[: len(view)]
        view[:] = data + bytes(len(view) - len(data))

    def write_readinto(self, out_buffer, in_buffer, *, out_start=0, out_end=_sys.maxsize, in_start=0, in_end=_sys.maxsize):
        """As `write` and `readinto` at once."""
        self._need_lock()
        written = memoryview(out_buffer).cast("B")[out_start:out_end]
        view = memoryview(in_buffer).cast("B")[in_start:in_end]
        if len(written) != len(view):
            raise ValueError("buffer slices must be of equal length")
        if not _chips.transfer(written, view):
            self.readinto(in_buffer, start=in_start, end=in_end)


class UART(_PinUser):
    """A serial line: it reads what is fed as `uart_NAME` by its receiving pin (bytes), and sends nowhere."""

    class Parity:
        """What the bit after a byte says."""

    def __init__(self, tx=None, rx=None, *, rts=None, cts=None, rs485_dir=None, rs485_invert=False, baudrate=9600, bits=8, parity=None, stop=1,
                 timeout=1, receiver_buffer_size=64):
        if tx is None and rx is None:
            raise ValueError("tx and rx cannot both be None")
        self._hold(tx=tx, rx=rx, rts=rts, cts=cts, rs485_dir=rs485_dir)
        self._begin(tx, rx, baudrate, timeout)

    @classmethod
    def _built_in(cls, *pins):
        made = cls.__new__(cls)
        made._pins = []
        made._begin(*pins)
        return made

    def _begin(self, tx, rx, baudrate=9600, timeout=1):
        self.baudrate, self.timeout = baudrate, timeout
        self._waiting = bytearray(_fed("uart", rx._names, b"") if rx is not None else b"")
        self._lock = _threading.Lock()
        self._what = repr(tx or rx)
        _asked("busio", "UART", self._what)

    @property
    def in_waiting(self):
        """How many bytes can be read at once."""
        self._check()
        return len(self._waiting)

    def read(self, nbytes=None):
        """Up to so many bytes, None if there are none."""
        self._check()
        count = len(self._waiting) if nbytes is None else min(nbytes, len(self._waiting))
        data = bytes(self._waiting[:count])
        del self._waiting[:count]
        return data or None

    def readinto(self, buf):
        """As `read`; how many bytes it was."""
        data = self.read(len(memoryview(buf).cast("B")))
        if data is None:
            return None
        memoryview(buf).cast("B")[: len(data)] = data
        return len(data)

    def readline(self):
        """Up to the end of a line, None if there is nothing."""
        end = self._waiting.find(b"\n")
        return self.read(None if end < 0 else end + 1)

    def write(self, buf):
        """Sent nowhere; how many bytes it was."""
        self._check()
        _asked("busio", f"UART {self._what} write")
        return len(memoryview(buf).cast("B"))

    def reset_input_buffer(self):
        """Forget what was not read."""
        self._check()
        self._waiting.clear()


UART.Parity.ODD, UART.Parity.EVEN = "busio.UART.Parity.ODD", "busio.UART.Parity.EVEN"
