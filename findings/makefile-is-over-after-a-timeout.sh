#!/bin/bash
# Python 3.11.2 (Debian python3.11 3.11.2): a file made of a socket cannot be read any more after one time-out
#
# Guess: TimeoutError from makefile().readline() means "not yet", and reading again goes on.
# Observed: every later read raises OSError "cannot read from timed out object", although the line has arrived by then. The socket itself
# still delivers it.
# Why it matters: line protocols on CPython are often written with makefile() and settimeout(); recv_into and a buffer of the program's own
# work on CPython and boards alike.
source "$(dirname "$0")/support/lib.sh"
version=$(python -c 'import platform; print(platform.python_version())')
[ "$version" = 3.11.2 ] || skip "/usr/bin/python3 is $version, not 3.11.2"
out=$(python <<'P'
import socket
near, far = socket.socketpair()
near.settimeout(0.1)
lines = near.makefile("rb")
def attempt():
    try:
        return lines.readline()
    except OSError as error:
        return f"{type(error).__name__}: {error}"
print(attempt())
far.sendall(b"line\n")
print(attempt())
print(near.recv(10))
P
)
expect "readline, readline after data came, recv" "$out" $'TimeoutError: timed out\nOSError: cannot read from timed out object\nb\'line\\n\''
