#!/bin/bash
# Python 3.11.2 (http.server), Tornado 6.2, BusyBox 1.35.0 httpd and mini_httpd 1.30 (Debian 12): GET http://host/a.txt fails
#
# Guess: GET http://a/a.txt is the same request as GET /a.txt with Host: a. A server MUST accept the absolute form, also outside of
# a proxy (RFC 9112, 3.2.2).
# Observed: http.server and Tornado answer 404, BusyBox and mini_httpd 400. lighttpd 1.4.69 and webfs 1.21 serve the file.
# Why it matters: a client that is set to an HTTP proxy sends this form; when the "proxy" is the device itself, a port forward or a
# redirect by a firewall, each request fails, though a browser without the proxy shows the page.
source "$(dirname "$0")/support/lib.sh"
source "$support/http.sh"
http_packages
out=$(http_all "http.server tornado busybox mini_httpd lighttpd webfs" 'GET http://a/a.txt HTTP/1.1\r\nHost: a\r\n\r\n' | sed 's/ *$//')
expect "code and body" "$out" "http.server: 404
tornado: 404
busybox: 400
mini_httpd: 400
lighttpd: 200 body
webfs: 200 body"
