#!/bin/bash
# asyncio (Python 3.11.2): a second Unix server takes the path of a running one away, and the path stays when a server ends
#
# Guess: start_unix_server() on a path where another server listens fails with EADDRINUSE, as bind() does and as socketserver does; a server that is
# closed removes its path.
# Observed: it succeeds. It removes the socket in the file system first and binds anew: new clients reach the second server, the first goes on
# listening where nobody can find it. After close() the path is still there.
# Why it matters: a daemon that is started twice by mistake goes on without an error, with two owners of one device or radio. Take a lock on a file,
# or try to connect to the path first.
source "$(dirname "$0")/support/lib.sh"
[ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
out=$(python - "$work/path" <<'P'
import asyncio, os, socketserver, sys
path = sys.argv[1]
def server(name):
    async def answer(reader, writer):
        writer.write(name)
        writer.close()
    return asyncio.start_unix_server(answer, path)
async def ask():
    reader, writer = await asyncio.open_unix_connection(path)
    answer = await reader.read()
    writer.close()
    return answer.decode()
async def main():
    first = await server(b"first")
    print(await ask(), end=" ")
    second = await server(b"second")
    print(await ask(), first.is_serving())
    for one in first, second:
        one.close()
        await one.wait_closed()
    print(os.path.exists(path))
asyncio.run(main())
try:
    socketserver.UnixStreamServer(path, socketserver.BaseRequestHandler)
except OSError as e:
    print("socketserver:", e.strerror)
P
)
expect "who answers before and after, whether the first still serves; the path after close(); socketserver" "$out" $'first second True\nTrue\nsocketserver: Address already in use'
