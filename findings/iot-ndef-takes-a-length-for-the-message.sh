#!/bin/bash
# Iot.Device.Bindings 4.2.0 (NuGet): NdefMessage.GetStartSizeNdef finds "the message" of a factory-new NTAG213 inside its lock control block
#
# Guess: it walks through the TLV blocks of the tag's memory (NFC Forum Type 2 Tag, 2.3) until block 03, the message.
# Observed: it looks for the first byte 03. The memory of an NTAG213 begins with 01 03 A0 0C 34, a block of type 01 (lock control) and length 03,
# so its length is taken for a type and A0 for the length: 160 bytes. ExtractMessage raises IndexOutOfRangeException, whether
# the tag is empty or has a message. Without the block, as an NTAG215 leaves the factory, start and size are right.
# Why it matters: tags of one kind are read and those of another raise, although a phone reads both. Skip the blocks of
# other types yourself and hand the rest over.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Iot.Device.Bindings@4.2.0 <<'CSHARP'
using Iot.Device.Ndef;
foreach (string memory in new[] { "0305D101015400FE", "0103A00C340300FE", "0103A00C340305D101015400FE" })
{
    byte[] bytes = Convert.FromHexString(memory.PadRight(288, '0')); // the 144 bytes of an NTAG213
    (int start, int size) = NdefMessage.GetStartSizeNdef(bytes);
    string message;
    try
    {
        message = Convert.ToHexString(NdefMessage.ExtractMessage(bytes) ?? []);
    }
    catch (Exception error)
    {
        message = error.GetType().Name;
    }
    Console.WriteLine($"{memory}: {start} {size} {message}");
}
CSHARP
)
expect "memory: start, size, message" "$out" '0305D101015400FE: 2 5 D101015400
0103A00C340300FE: 3 160 IndexOutOfRangeException
0103A00C340305D101015400FE: 3 160 IndexOutOfRangeException'
