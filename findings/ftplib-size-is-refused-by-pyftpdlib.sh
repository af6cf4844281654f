#!/bin/bash
# ftplib (Python 3.11.2) and pyftpdlib 1.5.7 (Debian 12): size() of a fresh connection is refused
#
# Guess: FTP.size("a.txt") after login() gives the length of the file in bytes, as listings and retrbinary() do; the type of a later transfer does
# not matter to a question.
# Observed: "550 SIZE not allowed in ASCII mode", as a connection begins in type A, and size() does not change it. After voidcmd("TYPE I"), or any
# retrbinary(), it is 8; after retrlines() or a listing with dir() it is refused again.
# Why it matters: a program that asks for the size first, to see whether a download is needed or to show its progress, works or fails by what it did
# before on that connection. Send TYPE I before each size().
source "$(dirname "$0")/support/lib.sh"
[ "$(python --version)" = "Python 3.11.2" ] || skip "the pin is Python 3.11.2 of Debian 12"
debian python3-pyftpdlib=1.5.7-3
mkdir "$work/files"
printf 'one\ntwo\n' >"$work/files/a.txt"
serve python -W ignore -c '
import sys
from pyftpdlib.authorizers import DummyAuthorizer
from pyftpdlib.handlers import FTPHandler
from pyftpdlib.servers import FTPServer
FTPHandler.authorizer = DummyAuthorizer()
FTPHandler.authorizer.add_anonymous(sys.argv[1])
server = FTPServer(("127.0.0.1", 0), FTPHandler)
print(server.address[1], flush=True)
server.serve_forever()' "$work/files"
out=$(python - "$port" <<'P'
import ftplib, sys
ftp = ftplib.FTP()
ftp.connect("127.0.0.1", int(sys.argv[1]), 10)
ftp.login()
def size():
    try:
        return str(ftp.size("a.txt"))
    except ftplib.error_perm as e:
        return str(e)
print(size())
ftp.retrbinary("RETR a.txt", lambda _: None)
print(size())
ftp.dir(lambda _: None)
print(size())
P
)
expect "size() after login(), after retrbinary(), after dir()" "$out" "550 SIZE not allowed in ASCII mode.
8
550 SIZE not allowed in ASCII mode."
