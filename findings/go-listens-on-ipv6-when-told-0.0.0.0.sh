#!/bin/bash
# Go 1.19.8 (Debian 12), net: a listener on 0.0.0.0 takes IPv6 connections too
#
# Guess: net.Listen("tcp", "0.0.0.0:0") is a listener on the IPv4 wildcard address, as bind() to INADDR_ANY is in C, Python, Node and .NET, and a
# client of [::1] is refused; so for UDP.
# Observed: Addr() is [::]:PORT, and [::1] is served. So it is for ListenUDP with net.IPv4zero. Only the networks "tcp4" and "udp4" mean IPv4. A
# client over IPv4 is then seen as ::ffff:a.b.c.d by tools such as ss.
# Why it matters: "0.0.0.0" in the configuration of a Go program opens it to IPv6 past rules of iptables, and a second program that binds [::] to
# the same port fails with EADDRINUSE. Use "tcp4" and "udp4".
source "$(dirname "$0")/support/lib.sh"
source "$support/go.sh"
out=$(golang <<'G'
package main

import (
	"fmt"
	"net"
)

func main() {
	for _, network := range []string{"tcp", "tcp4"} {
		listener, _ := net.Listen(network, "0.0.0.0:0")
		address := listener.Addr().(*net.TCPAddr)
		_, err := net.Dial("tcp", fmt.Sprintf("[::1]:%d", address.Port))
		fmt.Println(network, address.IP, err == nil)
	}
	datagrams, _ := net.ListenUDP("udp", &net.UDPAddr{IP: net.IPv4zero})
	fmt.Println("udp", datagrams.LocalAddr().(*net.UDPAddr).IP)
}
G
)
expect "network, address of the listener, connected from [::1]" "$out" $'tcp :: true\ntcp4 0.0.0.0 false\nudp ::'
