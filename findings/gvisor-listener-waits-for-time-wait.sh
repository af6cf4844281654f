#!/bin/bash
# gVisor's netstack (Debian golang-gvisor-gvisor-dev 0.0~20221219), gonet: a port cannot be listened on again for a minute
#
# Guess: gonet.ListenTCP stands in for net.Listen: a server that closed its connections and its listener can listen on the port again at once, since
# Go's net sets SO_REUSEADDR and connections in TIME_WAIT do not matter.
# Observed: after the server closed one accepted connection first, ListenTCP on the same port is "port is in use" for three seconds of attempts and
# more: as long as TIME_WAIT lasts, 60 s. With net.Listen on Linux it works at once, and with gonet within a moment if the client closed first.
# Why it matters: programs with a stack inside (VPN clients, tunnels, simulators) that restart a service fail with a stack and not with the system's
# sockets. Create the endpoint by hand and call SetReuseAddress(true) before Bind.
source "$(dirname "$0")/support/lib.sh"
source "$support/go.sh"
out=$(netstack <<'G'
	exchange := func(name string, listen func() (net.Listener, error), dial func(net.Addr) (net.Conn, error), serverFirst bool) {
		listener, _ := listen()
		client, _ := dial(listener.Addr())
		accepted, _ := listener.Accept()
		first, second := client, accepted
		if serverFirst {
			first, second = accepted, client
		}
		first.Close()
		second.Read(make([]byte, 1))
		second.Close()
		listener.Close()
		_, err := listen()
		for try := 0; try < 30 && err != nil; try++ {
			time.Sleep(100 * time.Millisecond)
			_, err = listen()
		}
		fmt.Println(name, serverFirst, err)
	}
	for port := uint16(80); port < 82; port++ {
		exchange("gonet", func() (net.Listener, error) { return gonet.ListenTCP(host, at(port), ipv4.ProtocolNumber) },
			func(net.Addr) (net.Conn, error) { return gonet.DialTCP(host, at(port), ipv4.ProtocolNumber) }, port == 80)
	}
	address := "127.0.0.1:0"
	exchange("net", func() (net.Listener, error) {
		listener, err := net.Listen("tcp4", address)
		if err == nil {
			address = listener.Addr().String()
		}
		return listener, err
	}, func(to net.Addr) (net.Conn, error) { return net.Dial("tcp4", to.String()) }, true)
G
)
expect "stack, the server closed first, error of the second listener after 3 s at most" "$out" $'gonet true bind tcp 10.0.0.1:80: port is in use\ngonet false <nil>\nnet true <nil>'
