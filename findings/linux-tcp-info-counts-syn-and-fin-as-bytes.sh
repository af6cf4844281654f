#!/bin/bash
# Linux (seen with 6.18), TCP_INFO: SYN and FIN count as bytes, on one side each
#
# Guess: when all is acknowledged, tcpi_bytes_acked is tcpi_bytes_sent, and the peer's tcpi_bytes_received is the same number.
# Observed: a client that sent 1000 bytes has bytes_sent 1000 and bytes_acked 1001 (1 before the first byte: its SYN); the server that sent 500 has
# bytes_acked 500. After the client's FIN: bytes_acked 1002, and the server's bytes_received 1001.
# Why it matters: `ss -i` prints these numbers. sent - acked, taken as "still under way", is -1 or -2 for a client, wraps as an unsigned number, and
# a test that compares them with the bytes of the program fails on one side alone. Use tcpi_notsent_bytes and SIOCOUTQ.
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import socket, struct, time
def info(of):
    data = of.getsockopt(socket.IPPROTO_TCP, socket.TCP_INFO, 256)
    acked, received = struct.unpack_from("QQ", data, 120)
    return f"sent {struct.unpack_from('Q', data, 200)[0]} acked {acked} received {received}"
def settled(*ends):
    seen = None
    while (now := [info(end) for end in ends]) != seen: # the acknowledgement of the last bytes may come 40 ms later
        seen = now
        time.sleep(0.3)
    return " | ".join(now)
listener = socket.create_server(("127.0.0.1", 0))
client = socket.create_connection(listener.getsockname())
server, _ = listener.accept()
print(settled(client, server))
client.sendall(bytes(1000))
server.recv(1000, socket.MSG_WAITALL)
server.sendall(bytes(500))
client.recv(500, socket.MSG_WAITALL)
print(settled(client, server))
client.shutdown(socket.SHUT_WR)
server.recv(1)
print(settled(client, server))
P
)
expect "client | server: before the data, after it, after the client's FIN" "$out" \
'sent 0 acked 1 received 0 | sent 0 acked 0 received 0
sent 1000 acked 1001 received 500 | sent 500 acked 500 received 1000
sent 1000 acked 1002 received 500 | sent 500 acked 500 received 1001'
