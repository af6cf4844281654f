#!/bin/bash
# Linux (seen with 6.18), TCP urgent data: a second urgent byte turns the first one into ordinary data
#
# Guess: of two bytes sent with MSG_OOB before the receiver looks, both or the newer one can be read with MSG_OOB; the ordinary stream "a", "b", "c"
# has none of them, as long as SO_OOBINLINE is off.
# Observed: MSG_OOB gives "2", and the stream reads "a1b", then "c": the older urgent byte stands in the data. recv() stops at the place of the
# newer one.
# Why it matters: the message of the program is damaged when its peer sends two urgent bytes (Telnet's Synch, rlogin, FTP's ABOR, instruments of
# old) faster than it reads. Protocols with urgent data must set SO_OOBINLINE and find the mark with SIOCATMARK (RFC 6093).
source "$(dirname "$0")/support/lib.sh"
out=$(python - <<'P'
import fcntl, socket, struct, termios, time
listener = socket.create_server(("127.0.0.1", 0))
sender = socket.create_connection(listener.getsockname())
receiver, _ = listener.accept()
receiver.settimeout(5)
sender.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
for data, flags in (b"a", 0), (b"1", socket.MSG_OOB), (b"b", 0), (b"2", socket.MSG_OOB), (b"c", 0):
    sender.send(data, flags)
while struct.unpack("i", fcntl.ioctl(sender, termios.TIOCOUTQ, bytes(4)))[0]: # until all five are acknowledged
    time.sleep(0.05)
print(receiver.recv(10, socket.MSG_OOB), receiver.recv(10), receiver.recv(10))
P
)
expect "urgent, first and second recv()" "$out" "b'2' b'a1b' b'c'"
