#!/bin/bash
# Python 3.11.2 (Debian python3.11 3.11.2), asyncio: start_server(port=0) listens on two different ports
#
# Guess: a server on all interfaces with port 0 gets one free port, for IPv4 and IPv6 alike.
# Observed: each family gets its own port; sockets[0].getsockname() tells only one of them.
# Why it matters: a client that is told the port of the first socket and reaches the host by the other family is refused. Give a host, or
# the port of the first socket for the second.
source "$(dirname "$0")/support/lib.sh"
version=$(python -c 'import platform; print(platform.python_version())')
[ "$version" = 3.11.2 ] || skip "/usr/bin/python3 is $version, not 3.11.2"
out=$(python <<'P'
import asyncio
async def main():
    server = await asyncio.start_server(lambda reader, writer: None, None, 0)
    print(len(server.sockets), len({socket.getsockname()[1] for socket in server.sockets}))
asyncio.run(main())
P
)
[ "$out" = "1 1" ] && skip "no IPv6 here"
expect "sockets, different ports" "$out" "2 2"
