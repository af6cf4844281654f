"""Multicast DNS (RFC 6762) and service discovery (RFC 6763) for one host name: probes, announces, answers, asks, says goodbye.

Left out: IPv6, negative answers, refreshing of what was heard, and the random delays of shared answers: one board is one voice among few.
"""

import random
import socket
import threading
import time

from . import dns
from .mdns_socket import GROUP, PORT, open_socket

_HOST_TTL, _OTHER_TTL = 120, 4500
_SERVICES = ("_services", "_dns-sd", "_udp", "local")
_PROBES, _PROBE_INTERVAL = 3, 0.25
_LIMIT = 256  # records that are remembered of others


class Responder:
    """Answers for `hostname`.local and its services until `close`."""

    def __init__(self, radio, hostname):
        self._radio = radio
        self._lock = threading.Lock()
        self._heard_something = threading.Condition(self._lock)
        self._heard = {}  # (name, type, data) to record
        self._services = {}  # (type, protocol) to (instance, port, texts)
        self._conflict = False
        self.hostname = hostname
        self._socket = open_socket(radio)
        self._socket.settimeout(0.2)
        self._ends = False
        self._reader = threading.Thread(target=self._read, name="mdns", daemon=True)
        self._reader.start()

    # What is said

    def claim(self):
        """Ask three times whether somebody has the name (RFC 6762, 8.1), and take the next one if so; then announce it."""
        base, number = self.hostname, 1
        while True:
            with self._lock:
                self._conflict = False
            for _ in range(_PROBES):
                self._send(dns.Message(0, 0, (dns.Question((self.hostname, "local"), dns.ANY, True),), (), (self._address(),)))
                time.sleep(_PROBE_INTERVAL)
            if not self._conflict or number > 9:
                break
            number += 1
            self.hostname = f"{base}-{number}"
        self._announce()

    def advertise(self, service_type, protocol, instance, port, texts):
        """Tell of a service; one of its type and protocol there was is replaced."""
        with self._lock:
            self._services[service_type, protocol] = (instance, port, tuple(texts))
        self._announce()

    def ask(self, service_type, protocol, timeout):
        """The instances of a service that answer in time: (instance, host, port, IPv4 address or None)."""
        name = (service_type, protocol, "local")
        deadline = time.monotonic() + timeout
        asked = set()
        self._send(dns.Message(0, 0, (dns.Question(name, dns.PTR),)))
        with self._lock:
            while True:
                missing = self._missing(name) - asked
                left = deadline - time.monotonic()
                if left <= 0:
                    return self._instances(name)
                if missing:
                    asked |= missing
                    self._send(dns.Message(0, 0, tuple(dns.Question(each, kind) for each, kind in sorted(missing))))
                self._heard_something.wait(left)

    def close(self):
        """Say that it is over: the same records with no time to live."""
        self._send(dns.Message(0, dns.RESPONSE, (), tuple(record._replace(ttl=0) for record in self._all())))
        self._ends = True
        self._reader.join(2)
        self._socket.close()

    def _announce(self):
        self._send(dns.Message(0, dns.RESPONSE, (), tuple(self._all())))

    def _send(self, message, to=(GROUP, PORT)):
        try:
            self._socket.sendto(dns.encode(message), to)
        except OSError:
            pass  # the interface is down for now; who asks again gets an answer

    # What there is

    def _address(self):
        return dns.Record((self.hostname, "local"), dns.A, _HOST_TTL, socket.inet_aton(str(self._radio.ipv4_address)), True)

    def _all(self):
        """Every record of this host."""
        yield self._address()
        for (service_type, protocol), (instance, port, texts) in list(self._services.items()):
            kind = (service_type, protocol, "local")
            name = (instance, *kind)
            yield dns.Record(_SERVICES, dns.PTR, _OTHER_TTL, kind)
            yield dns.Record(kind, dns.PTR, _OTHER_TTL, name)
            yield dns.Record(name, dns.SRV, _HOST_TTL, (port, (self.hostname, "local")), True)
            yield dns.Record(name, dns.TXT, _OTHER_TTL, _texts(texts), True)

    def _answer(self, message, source):
        known = {(dns.fold(record.name), record.type, _fold_data(record)) for record in message.answers if record.ttl}
        mine = list(self._all())
        answers = []
        for question in message.questions:
            for record in mine:
                fits = dns.fold(question.name) == dns.fold(record.name) and question.type in (record.type, dns.ANY)
                if fits and record not in answers and (dns.fold(record.name), record.type, _fold_data(record)) not in known:
                    answers.append(record)
        if not answers:
            return
        others = tuple(record for record in mine if record not in answers and record.name != _SERVICES)
        is_legacy = source[1] != PORT  # RFC 6762, 6.7: an ordinary resolver, which knows nothing of flushing
        if is_legacy:
            plain = [record._replace(ttl=min(record.ttl, 10), is_flushing=False) for record in answers]
            self._send(dns.Message(message.id, dns.RESPONSE, message.questions, tuple(plain)), source)
        elif all(question.is_flushing for question in message.questions) and not message.authorities:
            self._send(dns.Message(0, dns.RESPONSE, (), tuple(answers), (), others), source)
        else:
            self._send(dns.Message(0, dns.RESPONSE, (), tuple(answers), (), others))

    # What is heard

    def _read(self):
        buffer = bytearray(9000)
        while not self._ends:
            try:
                count, source = self._socket.recvfrom_into(buffer)
            except TimeoutError:
                continue
            except OSError:
                if self._ends:
                    return
                time.sleep(0.1)
                continue
            try:
                message = dns.decode(bytes(buffer[:count]))
            except dns.MalformedError:
                continue
            if message.flags & 0x8000:
                self._hear(message)
            else:
                self._answer(message, source[:2])

    def _hear(self, message):
        own = str(self._radio.ipv4_address)
        with self._lock:
            for record in (*message.answers, *message.additionals):
                key = dns.fold(record.name), record.type, _fold_data(record)
                if record.ttl == 0:
                    self._heard.pop(key, None)
                elif len(self._heard) < _LIMIT:
                    self._heard[key] = record
                if record.type == dns.A and dns.fold(record.name) == dns.fold((self.hostname, "local")) and record.data != socket.inet_aton(own):
                    self._conflict = True
            self._heard_something.notify_all()

    def _of(self, name, kind):
        return [record.data for record in self._heard.values() if record.type == kind and dns.fold(record.name) == dns.fold(name)]

    def _missing(self, name):
        """Questions whose answers did not come with the others."""
        questions = set()
        for instance in self._of(name, dns.PTR):
            services = self._of(instance, dns.SRV)
            if not services:
                questions.add((instance, dns.SRV))
            questions |= {(host, dns.A) for _, host in services if not self._of(host, dns.A)}
        return questions

    def _instances(self, name):
        found = []
        for instance in self._of(name, dns.PTR):
            for port, host in self._of(instance, dns.SRV):
                if dns.fold(host) != dns.fold((self.hostname, "local")):
                    addresses = [socket.inet_ntoa(data) for data in self._of(host, dns.A) if len(data) == 4]
                    found.append((instance[0], ".".join(host[:-1]), port, addresses[0] if addresses else None))
        return found


def _fold_data(record):
    if record.type == dns.PTR:
        return dns.fold(record.data)
    if record.type == dns.SRV:
        return record.data[0], dns.fold(record.data[1])
    return record.data


def _texts(texts):
    """A TXT record: each text with its length before it; none is one empty text (RFC 6763, 6.1)."""
    return b"".join(bytes([len(text)]) + text for text in (text.encode()[:255] for text in texts)) or b"\0"


def default_hostname(mac):
    """As boards name themselves: cpy- and the end of the hardware address."""
    return f"cpy-{mac[-3:].hex()}" if any(mac) else f"cpy-{random.getrandbits(24):06x}"
