#!/bin/bash
# Twisted 22.4.0, gevent 22.10.2 (Debian 12) and socketserver (Python 3.11.2): a datagram server reads 8192 bytes
#
# Guess: a handler gets datagrams of any length that UDP has, up to 65507 bytes over IPv4, as asyncio's does; only tools for DNS and the like cut.
# Observed: of 20000 bytes the handlers of all three get 8192, without an error or a mark. The number is maxPacketSize of listenUDP, and
# max_packet_size of UDPServer; gevent's DatagramServer has it in its code. asyncio hands over 20000.
# Why it matters: images, sensor batches and jumbo datagrams over loopback, Wi-Fi or a local network lose their ends once a message grows past
# 8 KiB. For Twisted pass maxPacketSize=65536, for socketserver set max_packet_size, for gevent use a socket of one's own.
source "$(dirname "$0")/support/lib.sh"
[ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
debian python3-twisted=22.4.0-4+deb12u1 python3-zope.interface=5.5.2-1+b1 python3-constantly=15.1.0-4 python3-incremental=21.3.0-2 \
    python3-hyperlink=21.0.0-5 python3-automat=22.10.0-1 python3-attr=22.2.0-1 python3-typing-extensions=4.4.0-1 python3-idna=3.3-1+deb12u1 \
    python3-six=1.16.0-4 python3-gevent=22.10.2-3 python3-greenlet=2.0.2-1 libev4=1:4.33-1 libc-ares2=1.18.1-3 libuv1=1.44.2-1+deb12u1
out=$(python - 2>"$work/errors" <<'P'
import asyncio, socket, socketserver
sender = socket.socket(type=socket.SOCK_DGRAM)
def send(address):
    sender.sendto(bytes(20000), address)

class Handler(socketserver.BaseRequestHandler):
    def handle(self):
        print("socketserver", len(self.request[0]))
with socketserver.UDPServer(("127.0.0.1", 0), Handler) as server:
    send(server.server_address)
    server.handle_request()

import gevent.event, gevent.server
done = gevent.event.AsyncResult()
server = gevent.server.DatagramServer("127.0.0.1:0", lambda data, address: done.set(len(data)))
server.start()
send(("127.0.0.1", server.server_port))
print("gevent", done.get(timeout=10))

from twisted.internet import protocol, reactor
class Twisted(protocol.DatagramProtocol):
    def datagramReceived(self, data, address):
        print("Twisted", len(data))
        reactor.stop()
send(("127.0.0.1", reactor.listenUDP(0, Twisted(), interface="127.0.0.1").getHost().port))
reactor.callLater(10, reactor.stop)
reactor.run()

async def main():
    arrived = asyncio.get_running_loop().create_future()
    class Protocol(asyncio.DatagramProtocol):
        def datagram_received(self, data, address):
            arrived.set_result(len(data))
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(Protocol, ("127.0.0.1", 0))
    send(transport.get_extra_info("sockname"))
    print("asyncio", await asyncio.wait_for(arrived, 10))
asyncio.run(main())
P
) || changed "the program failed: $(tail -1 "$work/errors")"
expect "bytes of a datagram of 20000 that the handler gets" "$out" $'socketserver 8192\ngevent 8192\nTwisted 8192\nasyncio 20000'
