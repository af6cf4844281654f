"""A thermometer on one wire, a relay, and a page that tells of both."""

import os

import board
import digitalio
import onewireio
from desk_net import join
from desk_web import Server

relay = digitalio.DigitalInOut(board.D6)
relay.switch_to_output()
wire = onewireio.OneWire(board.D5)


def put(byte):
    for place in range(8):
        wire.write_bit(byte >> place & 1)


def get():
    return sum(wire.read_bit() << place for place in range(8))


def celsius():
    wire.reset()
    put(0xCC)
    put(0x44)
    wire.reset()
    put(0xCC)
    put(0xBE)
    raw = get() | get() << 8
    return (raw - 65536 if raw >> 15 else raw) / 16


server = Server(join())


@server.route("/state")
def state(request):
    relay.value = celsius() < 18
    return {"celsius": celsius(), "heating": relay.value}


server.start(int(os.getenv("PORT")))
while True:
    server.poll()
