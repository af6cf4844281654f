# golang <program: builds it with Debian's Go, its standard library and the Go packages of `debian`, and runs it. The user's build cache is left alone.
golang() {
    need go
    [[ $(go version) == "go version go1.19.8 "* ]] || skip "the pin is Go 1.19.8 of Debian 12"
    mkdir -p "$work/go"
    cat >"$work/go/main.go"
    GOCACHE=$work/go/cache GOPATH=$root/usr/share/gocode GO111MODULE=off GOFLAGS= CGO_ENABLED=0 go build -o "$work/go/program" "$work/go/main.go" 2>"$work/log" ||
        changed "the program no longer compiles: $(tail -1 "$work/log")"
    timeout 20 "$work/go/program"
}

# netstack <body: a program of one gVisor host, 10.0.0.1, on a loopback interface of its own; the body of main has `host`, and `at(PORT)`.
netstack() {
    debian golang-gvisor-gvisor-dev=0.0~20221219.0-2 golang-golang-x-sys-dev=0.3.0-1 golang-golang-x-time-dev=0.3.0-1 \
        golang-github-google-btree-dev=1.0.0-1
    golang < <(
        cat <<'G'
package main

import (
	"fmt"
	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/link/loopback"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
	"net"
	"time"
)

const own = tcpip.Address("\x0a\x00\x00\x01")

func at(port uint16) tcpip.FullAddress { return tcpip.FullAddress{NIC: 1, Addr: own, Port: port} }

var _, _, _, _ = net.Listen, gonet.DialTCP, fmt.Println, time.Second

func main() {
	host := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	host.CreateNIC(1, loopback.New())
	host.AddProtocolAddress(1, tcpip.ProtocolAddress{Protocol: ipv4.ProtocolNumber, AddressWithPrefix: own.WithPrefix()}, stack.AddressProperties{})
	all, _ := tcpip.NewSubnet("\x00\x00\x00\x00", "\x00\x00\x00\x00")
	host.SetRouteTable([]tcpip.Route{{Destination: all, NIC: 1}})
G
        cat
        echo '}')
}
