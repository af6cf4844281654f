#!/bin/bash
# gVisor's netstack (Debian golang-gvisor-gvisor-dev 0.0~20221219): TCP starts without SACK and Nagle, with Reno, and with ports from 16000
#
# Guess: stack.New behaves as the Linux that it models: selective acknowledgements on, Nagle's algorithm on, CUBIC, automatic receive buffers, and
# clients' ports of 32768 to 60999.
# Observed: SACK is off, so is Nagle's algorithm, the congestion control is Reno, the receive buffer is not adjusted, and clients' ports are 16000
# to 65535. Only the runtime of gVisor turns the rest on; a program that embeds the stack gets these.
# Why it matters: tunnels and simulators built on it slow down at the first losses, send a packet for each small write, and take ports such as 27017
# away from services that start later. Set TCPSACKEnabled, the congestion control and SetPortRange after stack.New.
source "$(dirname "$0")/support/lib.sh"
source "$support/go.sh"
out=$(netstack <<'G'
	var sack tcpip.TCPSACKEnabled
	var delay tcpip.TCPDelayEnabled
	var control tcpip.CongestionControlOption
	var moderate tcpip.TCPModerateReceiveBufferOption
	for _, option := range []tcpip.GettableTransportProtocolOption{&sack, &delay, &control, &moderate} {
		if err := host.TransportProtocolOption(tcp.ProtocolNumber, option); err != nil {
			panic(err)
		}
	}
	first, last := host.PortRange()
	fmt.Println(sack, delay, control, moderate, first, last)
G
)
expect "SACK, Nagle, congestion control, receive buffer adjusted, ports" "$out" "false false reno false 16000 65535"
