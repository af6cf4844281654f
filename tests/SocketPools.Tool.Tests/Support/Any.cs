using System.Text;
using CsCheck;

namespace SocketPools.Tool.Tests;

/// <summary>Generators that several tests use. CsCheck prints the seed of a case that fails.</summary>
internal static class Any
{
    internal static Gen<int[]> Cuts { get; } = Gen.Int[1, 40].Array[0, 12];

    internal static Gen<byte[]> Bytes { get; } = Gen.Byte.Array[0, 300];

    /// <summary>Text that looks like HTTP here and there, so that parsers get past the first byte.</summary>
    internal static Gen<byte[]> Fragments { get; } = Gen.OneOf(
        Gen.OneOf(
            "HTTP/1.1 200 OK", "GET / HTTP/1.1", "HEAD /a%20b HTTP/1.0", "\r\n", "\n", "\r", "Host: x", "Content-Length: 5", "Content-Length: 99999999999999999999",
            "Transfer-Encoding: chunked", "Transfer-Encoding: gzip", ": ", " ", "\t", "0", "5", "ffffffffffffffff", ";ext=1", "hello", "0\r\n\r\n", "\0", "5\r\nhello\r\n"),
        Text(Gen.Char[(char)0, (char)255], 0, 6))
        .Array[0, 14].Select(parts => Encoding.Latin1.GetBytes(string.Concat(parts)));

    internal static Gen<string> Token { get; } =
        Text(Gen.OneOf(Gen.Char['a', 'z'], Gen.Char['A', 'Z'], Gen.Char['0', '9'], Gen.OneOf('-', '_', '!', '#', '$')), 1, 12);

    internal static Gen<string> FieldValue { get; } = Text(Gen.Char['!', '~'], 0, 20);

    /// <summary>Any characters, surrogates without a partner among them, and pieces of URLs.</summary>
    internal static Gen<string> UrlLike { get; } = Gen.OneOf(
        Gen.OneOf("http://", "https://", "ftp:", "//", "/", "..", ".", "?", "#", ":", "@", "[", "]", "[::1]", "127.0.0.1", "a.example", "%", "%2e", "%zz", ":80", ":0", ":99999", "fe80::1%25eth0", "\u00E9", "\uD800"),
        Text(Gen.Char, 0, 3),
        Text(Gen.Char[(char)0, (char)127], 0, 5))
        .Array[0, 8].Select(string.Concat);

    internal static Gen<string> Text(Gen<char> characters, int least, int most) => characters.Array[least, most].Select(c => new string(c));
}
