#!/bin/bash
# asyncio (Python 3.11.2) and uvloop 0.17.0, AnyIO 3.6.2 (Debian 12): an empty datagram is not sent
#
# Guess: sendto(b"") sends a UDP datagram of length 8 without data, as socket.send(b"") does; it is a message like any other (RFC 768).
# Observed: DatagramTransport.sendto(b"") returns and sends nothing, with asyncio's own loop and with uvloop. AnyIO on asyncio neither; AnyIO on
# Trio sends it.
# Why it matters: keep-alives, discovery ("send anything to this port"), the end of a transfer and the time protocol of RFC 868 are empty
# datagrams; a test peer written with asyncio never sends them, and a device that waits for one waits on. Send it with the socket itself.
source "$(dirname "$0")/support/lib.sh"
[ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
debian python3-uvloop=0.17.0+ds1-2+b2 libuv1=1.44.2-1+deb12u1 python3-anyio=3.6.2-1 python3-sniffio=1.2.0-1 python3-idna=3.3-1+deb12u1 \
    python3-trio=0.22.0-0.2 python3-outcome=1.2.0-1 python3-sortedcontainers=2.4.0-2 python3-async-generator=1.10-4 python3-attr=22.2.0-1
out=$(python -W ignore - <<'P'
import asyncio, socket, anyio, uvloop
receiver = socket.socket(type=socket.SOCK_DGRAM)
receiver.bind(("127.0.0.1", 0))
receiver.settimeout(5)

def show(name):
    first = receiver.recv(10)
    print(name, [first, receiver.recv(10)] if not first else [first])

async def transport():
    endpoint, _ = await asyncio.get_running_loop().create_datagram_endpoint(asyncio.DatagramProtocol, remote_addr=receiver.getsockname())
    endpoint.sendto(b"")
    endpoint.sendto(b"x")
    await asyncio.sleep(0.1)
    endpoint.close()

async def with_anyio():
    async with await anyio.create_connected_udp_socket(*receiver.getsockname()) as connected:
        await connected.send(b"")
        await connected.send(b"x")

for name, make in ("asyncio", asyncio.new_event_loop), ("uvloop", uvloop.new_event_loop):
    loop = make()
    loop.run_until_complete(transport())
    loop.close()
    show(name)
for backend in "asyncio", "trio":
    anyio.run(with_anyio, backend=backend)
    show("AnyIO on " + backend)
P
)
expect "what arrives of an empty datagram and \"x\"" "$out" "asyncio [b'x']
uvloop [b'x']
AnyIO on asyncio [b'x']
AnyIO on trio [b'', b'x']"
