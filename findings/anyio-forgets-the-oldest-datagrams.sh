#!/bin/bash
# AnyIO 3.6.2 (Debian 12) on asyncio: of more than a hundred waiting datagrams the oldest are lost
#
# Guess: datagrams wait in the kernel's buffer until receive() asks; when it is full the newest are dropped, as for any UDP socket, and both
# backends behave alike.
# Observed: of 150 small datagrams, which the kernel's buffer holds, receive() gives numbers 50 to 149. AnyIO on asyncio reads at once into a queue
# of 100, and each further one pushes out the oldest. On Trio all 150 arrive.
# Why it matters: a burst at a time when the task is busy loses its beginning (the header of a transfer, the first blocks of TFTP), SO_RCVBUF does
# not help, and no counter of the system shows a drop. Receive in a task of its own.
source "$(dirname "$0")/support/lib.sh"
debian python3-anyio=3.6.2-1 python3-sniffio=1.2.0-1 python3-idna=3.3-1+deb12u1 python3-trio=0.22.0-0.2 python3-outcome=1.2.0-1 \
    python3-sortedcontainers=2.4.0-2 python3-async-generator=1.10-4 python3-attr=22.2.0-1
out=$(python -W ignore - <<'P'
import socket, anyio
async def burst():
    async with await anyio.create_udp_socket(family=socket.AF_INET, local_host="127.0.0.1") as own:
        sender = socket.socket(type=socket.SOCK_DGRAM)
        address = "127.0.0.1", own.extra(anyio.abc.SocketAttribute.local_port)
        for number in range(150):
            sender.sendto(str(number).encode(), address)
            if number % 10 == 0:
                await anyio.sleep(0.01) # the program does other things; its loop runs
        await anyio.sleep(0.3)
        received = []
        with anyio.move_on_after(1):
            while True:
                received.append((await own.receive())[0].decode())
        print(len(received), received[0], received[-1])
for backend in "asyncio", "trio":
    anyio.run(burst, backend=backend)
P
)
expect "datagrams received, the first and the last, on asyncio and on Trio" "$out" $'100 50 149\n150 0 149'
