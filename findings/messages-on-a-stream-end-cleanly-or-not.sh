#!/bin/bash
# Google.Protobuf 3.36.2 and MessagePack 2.5.307 (NuGet): a stream that ends between two messages and one that ends inside look the same
#
# Guess: ParseDelimitedFrom gives null at the end, as parseDelimitedFrom of Java does, and an exception for a cut message.
# MessagePackStreamReader.ReadAsync gives null at the end and an exception for a cut message.
# Observed: ParseDelimitedFrom throws InvalidProtocolBufferException (truncated) at both. ReadAsync gives null at both; only RemainingBytes
# tells the difference. protobuf-net 3.4.40 does as guessed.
# Why it matters: a loop over a connection takes every clean close for an error, or a peer that died in the middle of a message for a clean
# close. Look for the end before the length is read; look at RemainingBytes after null.
source "$(dirname "$0")/support/lib.sh"
out=$(csharp Google.Protobuf@3.36.2 MessagePack@2.5.307 protobuf-net@3.4.40 <<'CSHARP'
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using MessagePack;

MemoryStream whole = new();
new StringValue { Value = "abc" }.WriteDelimitedTo(whole);
foreach ((string name, byte[] bytes) in new[] { ("after a message", whole.ToArray()), ("in a message", [.. whole.ToArray(), 5, 10]) })
{
    MemoryStream stream = new(bytes);
    StringValue.Parser.ParseDelimitedFrom(stream);
    try
    {
        Console.WriteLine($"{name}: protobuf {StringValue.Parser.ParseDelimitedFrom(stream)?.Value ?? "null"}");
    }
    catch (InvalidProtocolBufferException)
    {
        Console.WriteLine($"{name}: protobuf throws");
    }
    stream = new(bytes);
    ProtoBuf.Serializer.DeserializeWithLengthPrefix<string>(stream, ProtoBuf.PrefixStyle.Base128);
    try
    {
        Console.WriteLine($"{name}: protobuf-net {ProtoBuf.Serializer.DeserializeWithLengthPrefix<string>(stream, ProtoBuf.PrefixStyle.Base128) ?? "null"}");
    }
    catch (EndOfStreamException)
    {
        Console.WriteLine($"{name}: protobuf-net throws");
    }
}
foreach ((string name, byte[] bytes) in new (string, byte[])[] { ("after a message", [0x91, 1]), ("in a message", [0x91, 1, 0x93, 1]) })
{
    MessagePackStreamReader reader = new(new MemoryStream(bytes));
    await reader.ReadAsync(default);
    Console.WriteLine($"{name}: MessagePack {(await reader.ReadAsync(default) is null ? "null" : "a message")}, {reader.RemainingBytes.Length} bytes left");
}
CSHARP
)
expect "a stream that ends" "$out" "after a message: protobuf throws
after a message: protobuf-net null
in a message: protobuf throws
in a message: protobuf-net throws
after a message: MessagePack null, 0 bytes left
in a message: MessagePack null, 2 bytes left"
