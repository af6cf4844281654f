#!/bin/bash
# Go 1.19.8 (Debian 12), net/netip: an IPv4 peer of a dual-stack UDP socket equals no IPv4 address and is in no IPv4 network
#
# Guess: the address that ReadFromUDPAddrPort gives for a client on 127.0.0.1 equals netip.MustParseAddrPort of the client's own address, and
# netip.Prefix contains it as net.IPNet does, since the old package treats both forms as one.
# Observed: the address is [::ffff:127.0.0.1]:PORT and != the client's; UDPAddr.AddrPort() of ReadFrom is the same, though both print as
# 127.0.0.1:PORT with String(). netip.Prefix 127.0.0.0/8 does not contain it; net.IPNet does.
# Why it matters: maps keyed by netip.AddrPort and lists of allowed networks, moved from net to net/netip, miss every IPv4 client on ":port". Call
# Unmap(), or listen on "udp4".
source "$(dirname "$0")/support/lib.sh"
source "$support/go.sh"
out=$(golang <<'G'
package main

import (
	"fmt"
	"net"
	"net/netip"
)

func main() {
	listener, _ := net.ListenUDP("udp", &net.UDPAddr{})
	client, _ := net.Dial("udp", fmt.Sprintf("127.0.0.1:%d", listener.LocalAddr().(*net.UDPAddr).Port))
	own := netip.MustParseAddrPort(client.LocalAddr().String())
	buffer := make([]byte, 10)
	client.Write([]byte("x"))
	_, seen, _ := listener.ReadFromUDPAddrPort(buffer)
	client.Write([]byte("x"))
	_, old, _ := listener.ReadFrom(buffer)
	fmt.Println(seen == own, old.(*net.UDPAddr).AddrPort() == own, old.String() == own.String(), netip.AddrPortFrom(seen.Addr().Unmap(), seen.Port()) == own)
	_, network, _ := net.ParseCIDR("127.0.0.0/8")
	fmt.Println(netip.MustParsePrefix("127.0.0.0/8").Contains(seen.Addr()), network.Contains(old.(*net.UDPAddr).IP))
}
G
)
expect "equal: AddrPort, AddrPort of ReadFrom, their texts, after Unmap; in the network: netip, net" "$out" $'false false true true\nfalse true'
