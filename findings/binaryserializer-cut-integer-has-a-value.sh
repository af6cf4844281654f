#!/bin/bash
# BinarySerializer 10.2.1 (NuGet): a stream that ends inside an integer yields a number
#
# Guess: Deserialize throws EndOfStreamException when the stream ends inside a fixed field, as BinaryReader.ReadInt32 does.
# Observed: of an int with 1 of 4 bytes the rest is taken as 0, the array behind it is missing, and nothing is thrown.
# Why it matters: a peer that closes in the middle of a frame looks like a peer that sent a short frame. Read the whole frame from the
# PoolSocketStream first (ReadExactly), or send its length and check it.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp BinarySerializer@10.2.1 <<'CSHARP'
using BinarySerialization;
Frame frame = new BinarySerializer().Deserialize<Frame>(new MemoryStream([1, 2]));
Console.WriteLine($"{frame.Kind} {frame.Length} {frame.Data?.Length ?? 0}");
class Frame
{
    [FieldOrder(0)] public byte Kind { get; set; }
    [FieldOrder(1)] public int Length { get; set; }
    [FieldOrder(2), FieldCount(nameof(Length))] public byte[] Data { get; set; }
}
CSHARP
)
expect "Kind, Length, bytes of Data" "$out" "1 2 0"
