#!/bin/bash
# System.IO.Hashing 11.0.0 (NuGet): the bytes of Crc32.Hash begin with the least significant one, those of Crc64 and XxHash32 with the most
#
# Guess: all hashes of the package give their bytes in the order of the number, so CRC-32 of "123456789" is cb f4 39 26.
# Observed: Crc32 gives 26 39 f4 cb, least significant byte first; Crc64 gives 6c 40 df 5f 0b 49 73 47 and XxHash32 93 7b ad 67, most
# significant first. HashToUInt32 is cbf43926.
# Why it matters: a frame or a firmware image that ends with these bytes is refused by a device that expects network order, and code that was
# written for one class is wrong for the other. Use HashToUInt32 and write the order that the format names.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp System.IO.Hashing@11.0.0 <<'CSHARP'
using System.IO.Hashing;
byte[] text = "123456789"u8.ToArray();
Console.WriteLine($"{Convert.ToHexString(Crc32.Hash(text))} {Convert.ToHexString(Crc64.Hash(text))} {Convert.ToHexString(XxHash32.Hash(text))}");
Console.WriteLine($"{Crc32.HashToUInt32(text):X8} {Crc64.HashToUInt64(text):X16} {XxHash32.HashToUInt32(text):X8}");
CSHARP
)
expect "bytes of CRC-32, CRC-64, xxHash32; their numbers" "$out" $'2639F4CB 6C40DF5F0B497347 937BAD67\nCBF43926 6C40DF5F0B497347 937BAD67'
