#!/bin/bash
# paramiko 2.12.0 (Debian 12): a file in text mode gives bytes from read() and text from readline()
#
# Guess: makefile("r") and SFTPClient.open(name, "r") are text files, as open(name, "r") is: read(), readline() and iteration all give str; with
# "rb" all give bytes.
# Observed: with "r" readline() gives 'one\n', read(4) gives b'two\n', readlines() gives ['three\n']. With "rb" all three give bytes.
# Why it matters: json.load(), which calls read(), works; code that first reads a header line and then the rest fails with TypeError when it joins both,
# only for the files that have a rest. Open with "rb" and decode.
source "$(dirname "$0")/support/lib.sh"
debian python3-paramiko=2.12.0-2 python3-bcrypt=3.2.2-1 python3-nacl=1.5.0-2 python3-cryptography=38.0.4-3+deb12u1 python3-cffi-backend=1.15.1-5+b1 \
    python3-six=1.16.0-4 libsodium23=1.0.18-1+deb12u1
out=$(python -W ignore - 2>"$work/errors" <<'P'
import socket, threading, paramiko
class Anybody(paramiko.ServerInterface):
    def check_auth_none(self, name):
        return paramiko.AUTH_SUCCESSFUL
    def check_channel_request(self, kind, number):
        return paramiko.OPEN_SUCCEEDED
near, far = socket.socketpair()
server, client = paramiko.Transport(near), paramiko.Transport(far)
server.add_server_key(paramiko.RSAKey.generate(2048))
server.start_server(threading.Event(), Anybody())
client.start_client(timeout=20)
client.auth_none("anybody")
for mode in "r", "rb":
    session = client.open_session()
    answering = server.accept(20)
    answering.sendall(b"one\ntwo\nthree\n")
    answering.close()
    text = session.makefile(mode)
    print(mode, repr(text.readline()), text.read(4), text.readlines())
client.close()
server.close()
P
) || changed "the program failed: $(tail -1 "$work/errors")"
expect "readline(), read(4), readlines()" "$out" "r 'one\\n' b'two\\n' ['three\\n']
rb b'one\\n' b'two\\n' [b'three\\n']"
