#!/bin/bash
# socat 1.7.4.4 (Debian socat 1.7.4.4-2), option crnl: reading removes every CR, writing makes CR LF into CR CR LF
#
# Guess: "crnl" is the line end CR LF: reading turns CR LF into LF and leaves a lone CR; writing turns LF into CR LF and leaves CR LF.
# Observed: reading "a CR b CR LF" gives "ab LF". Writing "b CR LF" gives "b CR CR LF".
# Why it matters: instruments that end lines with CR alone, or redraw a line with it, lose the border between two values (21.5 CR 21.6 is read as
# 21.521.6), and a program that sends CR LF itself sends an empty command.
source "$(dirname "$0")/support/lib.sh"
debian socat=1.7.4.4-2 libwrap0=7.6.q-32
text() { od -An -c | tr -d ' '; }
printf '21.5\r21.6\r\nc\n' >"$work/in"
expect "read" "$(socat -u "OPEN:$work/in,rdonly,crnl" - | text)" '21.521.6\nc\n'
socat -u - "OPEN:$work/out,creat,crnl" <"$work/in"
expect "written" "$(text <"$work/out")" '21.5\r21.6\r\r\nc\r\n'
