#!/bin/bash
# BusyBox 1.35.0 httpd (Debian busybox 1:1.35.0-4+deb12u1+b1): HEAD is answered with the body
#
# Guess: the response to HEAD has the header of GET and no body (RFC 9110, 9.3.2).
# Observed: the file follows the header. The server closes the connection after each response, so most clients do not notice.
# Why it matters: a board that asks for the length of a firmware file with HEAD before it downloads it receives the whole file twice; on
# a slow link that is the time of the download.
source "$(dirname "$0")/support/lib.sh"
source "$support/http.sh"
http_packages
out=$(http_all "busybox lighttpd" 'HEAD /a.txt HTTP/1.1\r\nHost: a\r\n\r\n' | sed 's/ *$//')
expect "code and body of HEAD" "$out" $'busybox: 200 body\nlighttpd: 200'
