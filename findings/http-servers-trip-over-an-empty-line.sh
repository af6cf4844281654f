#!/bin/bash
# Python 3.11.2 (http.server), BusyBox 1.35.0 httpd, mini_httpd 1.30, lighttpd 1.4.69 and webfs 1.21 (Debian 12): an empty line before
# a request is an error, or the end
#
# Guess: at least one empty line before the request line is ignored (RFC 9112, 2.2), since old clients send CRLF after the body of a POST.
# Observed: http.server and BusyBox close the connection without an answer; mini_httpd, lighttpd and webfs answer 400. Between
# two requests lighttpd ignores the line, http.server still closes. Tornado 6.2 ignores it in both places.
# Why it matters: a hand-written client (a board, AT commands of a modem) that ends a request with one CRLF too many works with one server and
# loses every second request with another, without any answer.
source "$(dirname "$0")/support/lib.sh"
source "$support/http.sh"
http_packages
request='GET /a.txt HTTP/1.1\r\nHost: a\r\n\r\n'
out=$(http_all "http.server busybox mini_httpd lighttpd webfs tornado" "\\r\\n$request" | sed 's/ *$//')
expect "code and body, the line first" "$out" "http.server: closed
busybox: closed
mini_httpd: 400
lighttpd: 400
webfs: 400
tornado: 200 body"
out=$(http_all "http.server lighttpd tornado" "$request\\r\\n$request" | sed 's/ *$//')
expect "codes, the line between two requests" "$out" "http.server: 200 body
lighttpd: 200 200 body
tornado: 200 200 body"
