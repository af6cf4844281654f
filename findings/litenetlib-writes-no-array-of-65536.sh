#!/bin/bash
# LiteNetLib 2.1.5 (NuGet): NetDataWriter writes an array of 65536 numbers as an empty one
#
# Guess: PutArray and PutBytesWithLength write whatever fits into a packet (the writer grows, and large packets are fragmented), or throw for an
# array that is too long.
# Observed: the length is an unsigned number of 16 bits. 65535 numbers come back; 65536 are written as two bytes of 0 and come back as none, and
# 65537 bytes as one, without an exception at either end. What follows is read right.
# Why it matters: an image, a sound or a table grows past 64 Ki elements and arrives empty. Write the length as an int and the data with Put.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp LiteNetLib@2.1.5 <<'CSHARP'
using LiteNetLib.Utils;

static string Copy(Action<NetDataWriter> put, Func<NetDataReader, Array> get)
{
    NetDataWriter writer = new();
    put(writer);
    writer.Put(7);
    NetDataReader reader = new(writer.CopyData());
    return $"{writer.Length - 4} bytes, read {get(reader).Length}, then {reader.GetInt()}";
}
foreach (int count in new[] { 65535, 65536 })
{
    Console.WriteLine(Copy(writer => writer.PutArray(new int[count]), reader => reader.GetIntArray()));
}
Console.WriteLine(Copy(writer => writer.PutBytesWithLength(new byte[65537]), reader => reader.GetBytesWithLength()));
CSHARP
)
expect "65535 and 65536 numbers, 65537 bytes" "$out" "262142 bytes, read 65535, then 7
2 bytes, read 0, then 7
3 bytes, read 1, then 7"
