"""Subscribes to a topic on an MQTT 3.1.1 broker, publishes to it, and prints what comes back.

Settings, from the environment or a board's settings.toml: MQTT_HOST, MQTT_PORT, MQTT_TOPIC, MQTT_COUNT.
"""

import os
import struct

import mqtt311
import socketpool
import wifi

HOST = os.getenv("MQTT_HOST", "127.0.0.1")
PORT = int(os.getenv("MQTT_PORT", "1883"))
TOPIC = os.getenv("MQTT_TOPIC", "desk/temperature")
COUNT = int(os.getenv("MQTT_COUNT", "3"))


class Client:
    """A connection to a broker."""

    def __init__(self, sock, identifier):
        self.sock = sock
        self.buffer = bytearray(512)
        self.packets = mqtt311.Packets()
        self.messages = []
        self.number = 0
        self.sock.sendall(mqtt311.connect(identifier))
        code = self.wait_for(mqtt311.CONNACK)[1]
        if code != 0:
            raise OSError(f"the broker refused: {mqtt311.REFUSED[code]}")

    def next_number(self):
        self.number = self.number % 65535 + 1
        return self.number

    def subscribe(self, topic):
        number = self.next_number()
        self.sock.sendall(mqtt311.subscribe(number, topic))
        answer = self.wait_for(mqtt311.SUBACK, number)
        if answer[2] == 0x80:
            raise OSError(f"the broker refused the subscription to {topic}")

    def publish(self, topic, payload):
        """Returns when the broker has it."""
        number = self.next_number()
        self.sock.sendall(mqtt311.publish(topic, payload, number))
        self.wait_for(mqtt311.PUBACK, number)

    def next_message(self):
        """(Topic, payload)"""
        while not self.messages:
            self.handle(*self.next_packet())
        return self.messages.pop(0)

    def disconnect(self):
        self.sock.sendall(mqtt311.packet(mqtt311.DISCONNECT))
        self.sock.close()

    def wait_for(self, kind, number=None):
        """The body of the packet that answers; messages that come before it are kept."""
        while True:
            got, flags, body = self.next_packet()
            if got == kind and (number is None or struct.unpack_from("!H", body)[0] == number):
                return body
            self.handle(got, flags, body)

    def handle(self, kind, flags, body):
        if kind == mqtt311.PUBLISH:
            topic, number, payload = mqtt311.parse_publish(flags, body)
            if number is not None:
                self.sock.sendall(mqtt311.acknowledge(number))
            self.messages.append((topic, payload))

    def next_packet(self):
        while (packet := self.packets.take()) is None:
            count = self.sock.recv_into(self.buffer)
            if count == 0:
                raise OSError("the broker closed the connection")
            self.packets.feed(memoryview(self.buffer)[:count])
        return packet


wifi.radio.connect(os.getenv("CIRCUITPY_WIFI_SSID", "desk"), os.getenv("CIRCUITPY_WIFI_PASSWORD", ""))
pool = socketpool.SocketPool(wifi.radio)
sock = pool.socket(pool.AF_INET, pool.SOCK_STREAM)
sock.settimeout(10)
sock.connect((HOST, PORT))
client = Client(sock, "desk-1")
client.subscribe(TOPIC)
print(f"subscribed to {TOPIC}")
for count in range(COUNT):
    client.publish(TOPIC, f"{20 + count} degrees".encode())
for count in range(COUNT):
    topic, payload = client.next_message()
    print(f"{topic}: {payload.decode()}")
client.disconnect()
