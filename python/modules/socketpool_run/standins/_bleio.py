"""CircuitPython's `_bleio`: Bluetooth where nobody else is in the air; services are kept, a scan finds none, nobody connects."""

from socketpool_run.hardware.desk import asked as _asked
from socketpool_run.hardware.desk import sleep as _sleep

__all__ = ["Adapter", "Address", "Attribute", "BluetoothError", "Characteristic", "CharacteristicBuffer", "Connection", "Descriptor", "PacketBuffer",
           "RoleError", "ScanEntry", "ScanResults", "SecurityError", "Service", "UUID", "adapter", "set_adapter"]


class BluetoothError(Exception):
    """What Bluetooth could not do."""


class RoleError(BluetoothError):
    """What only the other side may do."""


class SecurityError(BluetoothError):
    """What needs a bond."""


class Address:
    """Six bytes and their kind."""

    PUBLIC, RANDOM_STATIC, RANDOM_PRIVATE_RESOLVABLE, RANDOM_PRIVATE_NON_RESOLVABLE = range(4)

    def __init__(self, address, address_type=RANDOM_STATIC):
        if len(address) != 6:
            raise ValueError("Address must be 6 bytes long")
        self.address_bytes, self.type = bytes(address), address_type

    def __eq__(self, other):
        return isinstance(other, Address) and (self.address_bytes, self.type) == (other.address_bytes, other.type)

    def __hash__(self):
        return hash(self.address_bytes)

    def __repr__(self):
        return f"<Address {self.address_bytes[::-1].hex(':')}>"


class UUID:
    """Of 16 bits, or of 128 as bytes or text."""

    def __init__(self, value):
        if isinstance(value, int):
            if not 0 <= value <= 0xFFFF:
                raise ValueError("UUID integer value must be 0-0xffff")
            self.size, self._bytes = 16, value.to_bytes(2, "little")
        elif isinstance(value, str):
            self.size, self._bytes = 128, bytes.fromhex(value.replace("-", ""))[::-1]
        else:
            self.size, self._bytes = 128, bytes(value)
        if self.size == 128 and len(self._bytes) != 16:
            raise ValueError("Byte buffer must be 16 bytes")

    @property
    def uuid16(self):
        """The 16 bits that count."""
        return int.from_bytes(self._bytes[:2] if self.size == 16 else self._bytes[12:14], "little")

    @property
    def uuid128(self):
        """All 16 bytes."""
        if self.size != 128:
            raise AttributeError("not a 128-bit UUID")
        return self._bytes

    def pack_into(self, buffer, offset=0):
        """Write the bytes into a buffer."""
        buffer[offset : offset + len(self._bytes)] = self._bytes

    def __eq__(self, other):
        return isinstance(other, UUID) and self._bytes == other._bytes

    def __hash__(self):
        return hash(self._bytes)

    def __repr__(self):
        return f"UUID(0x{self._bytes[::-1].hex()})"


class Attribute:
    """Who may do what."""

    NO_ACCESS, OPEN, ENCRYPT_NO_MITM, ENCRYPT_WITH_MITM, LESC_ENCRYPT_WITH_MITM, SIGNED_NO_MITM, SIGNED_WITH_MITM = range(0, 7)


class Service:
    """Characteristics of one kind."""

    def __init__(self, uuid, *, secondary=False):
        self.uuid, self.secondary, self.remote, self.characteristics = uuid, secondary, False, ()

    def deinit(self):
        """Without effect."""


class Characteristic:
    """A value that is kept."""

    BROADCAST, READ, WRITE_NO_RESPONSE, WRITE, NOTIFY, INDICATE = 1, 2, 4, 8, 16, 32

    def __init__(self, service, uuid, properties, initial_value):
        self.service, self.uuid, self.properties, self.value, self.descriptors, self.max_length = service, uuid, properties, initial_value, (), 20

    @classmethod
    def add_to_service(cls, service, uuid, *, properties=0, read_perm=Attribute.OPEN, write_perm=Attribute.OPEN, max_length=20, fixed_length=False,
                       initial_value=None, user_description=None):
        """One more value of a service."""
        made = cls(service, uuid, properties, bytes(initial_value or bytes(max_length if fixed_length else 0)))
        made.max_length = max_length
        service.characteristics += (made,)
        return made

    def set_cccd(self, *, notify=False, indicate=False):
        """Nobody is told."""

    def deinit(self):
        """Without effect."""


class Descriptor:
    """What is said of a characteristic."""

    characteristic = uuid = value = None

    @classmethod
    def add_to_characteristic(cls, characteristic, uuid, *, read_perm=Attribute.OPEN, write_perm=Attribute.OPEN, max_length=20, fixed_length=False,
                              initial_value=b""):
        """One more."""
        made = cls()
        made.characteristic, made.uuid, made.value = characteristic, uuid, initial_value
        characteristic.descriptors += (made,)
        return made


class _Empty:
    def __init__(self, characteristic, *, timeout=1, buffer_size=64, max_packet_size=None):
        self._characteristic = characteristic
        self.in_waiting = self.incoming_packet_length = self.outgoing_packet_length = 0

    def read(self, nbytes=None):
        """None: nobody writes."""
        return None

    def readinto(self, buf):
        """0: nobody writes."""
        return 0

    def readline(self):
        """Empty: nobody writes."""
        return b""

    def write(self, data, *, header=None):
        """How many bytes it was."""
        return len(data)

    def reset_input_buffer(self):
        """Nothing waits."""

    def deinit(self):
        """Nothing to give back."""


class CharacteristicBuffer(_Empty):
    """Bytes that come by a characteristic."""


class PacketBuffer(_Empty):
    """Packets that come by a characteristic."""


class Connection:
    """To somebody; nobody makes one."""

    connected = paired = False
    connection_interval, max_packet_length = 0.0, 20

    def disconnect(self):
        """It is over already."""

    def discover_remote_services(self, service_uuids_whitelist=None):
        """There are none."""
        return ()

    def pair(self, *, bond=True):
        """Nobody is there."""
        raise BluetoothError("Not connected")


class ScanEntry:
    """Somebody who was heard; nobody is."""

    address, advertisement_bytes, connectable, rssi, scan_response = None, b"", False, 0, False

    def matches(self, prefixes, *, match_all=True):
        """Whether its advertisement has these."""
        return False


class ScanResults:
    """An iterator that is at its end."""

    def __iter__(self):
        return self

    def __next__(self):
        raise StopIteration


class Adapter:
    """The radio."""

    def __init__(self):
        self.enabled, self.name, self.advertising = True, "CIRCUITPY", False
        self.address = Address(b"\x01\x00\x00\x00\x00\xc0")
        self.connected, self.connections = False, ()

    def start_advertising(self, data, *, scan_response=None, connectable=True, anonymous=False, timeout=0, interval=0.1, tx_power=0, directed_to=None):
        """Nobody hears it."""
        self.advertising = True
        _asked("_bleio", "start_advertising")

    def stop_advertising(self):
        """No more."""
        self.advertising = False

    def start_scan(self, prefixes=b"", *, buffer_size=512, extended=False, timeout=None, interval=0.1, window=0.1, minimum_rssi=-80, active=True):
        """Finds nobody, in the time that was given."""
        _asked("_bleio", "start_scan")
        _sleep(timeout or 0)
        return ScanResults()

    def stop_scan(self):
        """Without effect."""

    def connect(self, address, *, timeout):
        """Nobody answers."""
        _sleep(timeout)
        raise BluetoothError("Failed to connect: timeout")

    def erase_bonding(self):
        """There are none."""


adapter = Adapter()


def set_adapter(adapter):
    """Without effect: the board's own is the one."""
