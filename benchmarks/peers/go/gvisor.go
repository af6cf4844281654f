// gVisor's netstack beside the stack: two stacks with a pipe between them. One goroutine sends a message and receives all of it.
//
//	gvisor MTU     then lines "BYTES MILLISECONDS" on stdin; each is answered by "OPERATIONS NANOSECONDS"
//
// Build with Debian's golang-go and golang-gvisor-gvisor-dev: GO111MODULE=off GOPATH=/usr/share/gocode go build gvisor.go
package main

import (
	"fmt"
	"io"
	"net"
	"os"
	"strconv"
	"time"

	"gvisor.dev/gvisor/pkg/tcpip"
	"gvisor.dev/gvisor/pkg/tcpip/adapters/gonet"
	"gvisor.dev/gvisor/pkg/tcpip/link/pipe"
	"gvisor.dev/gvisor/pkg/tcpip/network/ipv4"
	"gvisor.dev/gvisor/pkg/tcpip/stack"
	"gvisor.dev/gvisor/pkg/tcpip/transport/tcp"
)

const port = 7

func must(err error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gvisor:", err)
		os.Exit(1)
	}
}

func mustTCPIP(err tcpip.Error) {
	if err != nil {
		fmt.Fprintln(os.Stderr, "gvisor:", err)
		os.Exit(1)
	}
}

func makeStack(link stack.LinkEndpoint, address tcpip.Address) *stack.Stack {
	s := stack.New(stack.Options{
		NetworkProtocols:   []stack.NetworkProtocolFactory{ipv4.NewProtocol},
		TransportProtocols: []stack.TransportProtocolFactory{tcp.NewProtocol},
	})
	mustTCPIP(s.CreateNIC(1, link))
	mustTCPIP(s.AddProtocolAddress(1, tcpip.ProtocolAddress{
		Protocol:          ipv4.ProtocolNumber,
		AddressWithPrefix: tcpip.AddressWithPrefix{Address: address, PrefixLen: 24},
	}, stack.AddressProperties{}))
	subnet := tcpip.AddressWithPrefix{Address: address, PrefixLen: 24}.Subnet()
	s.SetRouteTable([]tcpip.Route{{Destination: subnet, NIC: 1}})
	return s
}

func exchange(near, far net.Conn, out, in []byte) {
	if len(out) <= 16384 {
		_, err := near.Write(out)
		must(err)
		_, err = io.ReadFull(far, in)
		must(err)
		return
	}

	// More than the buffers hold is sent in pieces, so that one goroutine can do it.
	for at := 0; at < len(out); at += 16384 {
		exchange(near, far, out[at:at+16384], in[at:at+16384])
	}
}

func main() {
	mtu, err := strconv.Atoi(os.Args[1])
	must(err)
	nearAddress, farAddress := tcpip.Address("\xc0\x00\x02\x01"), tcpip.Address("\xc0\x00\x02\x02")
	nearLink, farLink := pipe.New("\x02\x00\x00\x00\x00\x0a", "\x02\x00\x00\x00\x00\x0b", uint32(mtu))
	near, far := makeStack(nearLink, nearAddress), makeStack(farLink, farAddress)
	listener, err := gonet.ListenTCP(far, tcpip.FullAddress{NIC: 1, Addr: farAddress, Port: port}, ipv4.ProtocolNumber)
	must(err)
	accepted := make(chan net.Conn)
	go func() {
		connection, err := listener.Accept()
		must(err)
		accepted <- connection
	}()
	sender, err := gonet.DialTCP(near, tcpip.FullAddress{NIC: 1, Addr: farAddress, Port: port}, ipv4.ProtocolNumber)
	must(err)
	receiver := <-accepted

	var length, milliseconds int
	for {
		if n, _ := fmt.Scan(&length, &milliseconds); n != 2 {
			return
		}
		out, in := make([]byte, length), make([]byte, length)
		operations := 0
		start := time.Now()
		for time.Since(start) < time.Duration(milliseconds)*time.Millisecond {
			for i := 0; i < 16; i++ {
				exchange(sender, receiver, out, in)
				operations++
			}
		}
		fmt.Println(operations, time.Since(start).Nanoseconds())
	}
}
