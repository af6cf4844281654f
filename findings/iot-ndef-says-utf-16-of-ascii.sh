#!/bin/bash
# Iot.Device.Bindings 4.2.0 (NuGet): a TextRecord in ASCII says UTF-16, UTF-16 is written and read with the low byte first, and the identifier of a
# record is written as zeros
#
# Guess: an encoding other than UTF-8 and UTF-16 is refused or written as UTF-8, of which ASCII is a part. UTF-16 without a mark is big-endian, as
# NFC Forum's Text RTD has it. A record that was read is written as it was.
# Observed: Encoding.ASCII gives status 82 (UTF-16) and the bytes 68 69, which read as one Chinese letter, by this library too. "hi" from a
# phone (00 68 00 69) is read as two other letters. The record with the identifier "id" is written with 00 00 in its place.
# Why it matters: labels on tags are wrong on phones, or those of phones are wrong here; a smart poster that refers to its parts by identifier
# loses them when a gateway copies the tag. Use Encoding.UTF8, and copy the bytes of records with identifiers.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Iot.Device.Bindings@4.2.0 <<'CSHARP'
using System.Text;
using Iot.Device.Ndef;
static byte[] Bytes(NdefMessage message) { byte[] bytes = new byte[message.Length]; message.Serialize(bytes); return bytes; }
static string Read(byte[] bytes) => string.Join(' ', new TextRecord(new NdefMessage(bytes).Records[0]).Text.Select(letter => $"{(int)letter:X4}"));
foreach (Encoding encoding in new[] { Encoding.UTF8, Encoding.ASCII, Encoding.Unicode })
{
    byte[] bytes = Bytes(new NdefMessage { Records = { new TextRecord("hi", "en", encoding) } });
    Console.WriteLine($"{encoding.WebName}: {Convert.ToHexString(bytes)} {Read(bytes)}");
}
Console.WriteLine($"phone: {Read(Convert.FromHexString("D101075482656E00680069"))}");
Console.WriteLine(Convert.ToHexString(Bytes(new NdefMessage(Convert.FromHexString("D9010402" + "54" + "6964" + "02656E61")))));
CSHARP
)
expect "written, read; a phone's; a record with the identifier 6964" "$out" 'utf-8: D101055402656E6869 0068 0069
us-ascii: D101055482656E6869 6968
utf-16: D101075482656E68006900 0068 0069
phone: 6800 6900
D901040254000002656E61'
