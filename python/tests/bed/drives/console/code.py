"""A console for two clients at once, by lines, on sockets that never wait."""

import os

from desk_net import join

pool = join()
listener = pool.socket(pool.AF_INET, pool.SOCK_STREAM)
listener.bind(("0.0.0.0", int(os.getenv("PORT"))))
listener.listen(2)
listener.settimeout(0.02)
print(f"listening on {listener.getsockname()[1]}")
clients = {}
buffer = bytearray(64)
while True:
    try:
        sock, where = listener.accept()
        sock.setblocking(False)
        sock.send(b"hello\n")
        clients[sock] = b""
    except OSError:
        pass
    for sock in list(clients):
        try:
            count = sock.recv_into(buffer)
        except OSError:
            continue
        if count == 0:
            clients.pop(sock)
            sock.close()
            continue
        clients[sock] += bytes(buffer[:count])
        while b"\n" in clients[sock]:
            line, clients[sock] = clients[sock].split(b"\n", 1)
            sock.send({b"count": f"{len(clients)} here\n".encode()}.get(line, b"what?\n"))
