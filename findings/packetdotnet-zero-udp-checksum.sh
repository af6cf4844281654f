#!/bin/bash
# PacketDotNet 1.4.8 (NuGet): a UDP datagram without checksum counts as a wrong one
#
# Guess: over IPv4 a checksum of 0 means "not computed" (RFC 768) and is valid.
# Observed: ValidUdpChecksum and ValidChecksum are False, as for a damaged datagram.
# Why it matters: small stacks and checksum offload send 0; an assertion on a capture that every checksum is valid fails for them.
# Compare Checksum with 0 first.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp PacketDotNet@1.4.8 <<'CSHARP'
using PacketDotNet;
byte[] frame = Convert.FromHexString("0200000000010200000000020800" + "4500001d00010000401166cd0a0000010a000002" + "000100020009000061");
UdpPacket udp = Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<UdpPacket>();
Console.WriteLine($"{udp.Checksum} {udp.ValidUdpChecksum} {udp.ValidChecksum}");
CSHARP
)
expect "Checksum, ValidUdpChecksum, ValidChecksum" "$out" "0 False False"
