#!/bin/bash
# PacketDotNet 1.4.8 (NuGet): in LLDP's management address ifIndex is written as "unknown" and read as a port number
#
# Guess: the interface numbering subtypes are those of IEEE 802.1AB (8.5.9.5): 1 unknown, 2 ifIndex, 3 system port number.
# Observed: the enumeration counts from 0: InterfaceNumber.IfIndex is written as 1, a switch's 2 is read as SystemPortNumber, and its 3 is a number
# without a name. A system name with a letter beyond ASCII is written with "?". Written and read by the library itself all fits.
# Why it matters: a map of the network joins neighbours by ifIndex of SNMP and finds none, or the wrong port. Add one to the subtype when writing,
# and take one away when reading.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp PacketDotNet@1.4.8 <<'CSHARP'
using System.Net;
using PacketDotNet;
using PacketDotNet.Lldp;
Console.WriteLine(Convert.ToHexString(new ManagementAddressTlv(new NetworkAddress(IPAddress.Parse("192.0.2.1")), InterfaceNumber.IfIndex, 7, "").Bytes));
foreach (string subtype in new[] { "01", "02", "03" })
{
    byte[] frame = Convert.FromHexString("0180C200000E00112233445588CC" + "020704001122334455" + "04050565746830" + "06020078" + "100C0501C0000201" + subtype + "0000000700" + "0000");
    LldpPacket lldp = Packet.ParsePacket(LinkLayers.Ethernet, frame).Extract<LldpPacket>();
    Console.WriteLine($"{subtype} {lldp.TlvCollection.OfType<ManagementAddressTlv>().Single().InterfaceSubType}");
}
Console.WriteLine(Convert.ToHexString(new SystemNameTlv("s\u00fc").Bytes));
CSHARP
)
expect "ifIndex 7 written; subtypes read; name" "$out" '100C0501C0000201010000000700
01 IfIndex
02 SystemPortNumber
03 3
0A02733F'
