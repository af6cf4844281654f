#!/bin/bash
# curl 7.88.1 (Debian curl 7.88.1-10+deb12u15), smtp://: a text file is sent with bare line feeds and without doubled dots
#
# Guess: curl -T mail.txt smtp://... sends lines that end in CR LF and doubles a dot at the beginning of a line (RFC 5321, 2.3.8 and 4.5.2), as
# msmtp does.
# Observed: LF stays LF, so that the whole mail is one line of the protocol, and ".dot" after LF is sent as it is. With --crlf both are done.
# Why it matters: alarm mails of scripts are refused by servers that insist on CR LF, and one that takes LF for a line end removes a dot. Use --crlf.
source "$(dirname "$0")/support/lib.sh"
debian curl=7.88.1-10+deb12u15 libcurl4=7.88.1-10+deb12u15 libbrotli1=1.0.9-2+deb12u1 libnghttp2-14=1.52.0-1+deb12u3
cat >"$work/server.py" <<'P'
import socket
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
while True:
    connection = listener.accept()[0]
    connection.sendall(b"220 mail.test\r\n")
    lines = connection.makefile("rb")
    for line in lines:
        if line.startswith(b"DATA"):
            connection.sendall(b"354 go\r\n")
            text = b""
            while not text.endswith(b"\r\n.\r\n"):
                text += lines.readline()
            print(text, flush=True)
        elif line.startswith(b"QUIT"):
            connection.sendall(b"221 bye\r\n")
            break
        connection.sendall(b"250 done\r\n")
    connection.close()
P
serve python "$work/server.py"
printf 'Subject: a\n\nline\n.dot\nend' >"$work/mail"
# mail OPTION...: what the server received.
mail() { curl -s "$@" --mail-from a@a.test --mail-rcpt b@b.test -T "$work/mail" "smtp://127.0.0.1:$port/" && tail -1 "$work/served.log"; }
expect "as it is" "$(mail)" 'b'"'"'Subject: a\n\nline\n.dot\nend\r\n.\r\n'"'"
expect "with --crlf" "$(mail --crlf)" 'b'"'"'Subject: a\r\n\r\nline\r\n..dot\r\nend\r\n.\r\n'"'"
