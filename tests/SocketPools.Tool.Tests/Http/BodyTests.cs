using System.Globalization;
using System.Text;
using CsCheck;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Tests;

public sealed class BodyTests
{
    [Fact]
    public void A_chunked_body_reads_back_as_it_was_written() =>
        Gen.Select(Gen.Byte.Array[1, 60].Array[0, 8], Any.Cuts, Gen.Int[1, 50], Gen.Bool).Sample(
            (chunks, cuts, block, extensions) =>
            {
                using MemoryStream wire = new();
                foreach (byte[] chunk in chunks)
                {
                    wire.Write(Encoding.ASCII.GetBytes(chunk.Length.ToString("X", CultureInfo.InvariantCulture) + (extensions ? " ; a=\"b\"" : "") + "\r\n"));
                    wire.Write(chunk);
                    wire.Write("\r\n"u8);
                }

                wire.Write("0\r\nX-Sum: 1\r\n\r\nnext"u8);
                ByteSource source = new(new ChoppedStream(wire.ToArray(), cuts));
                ChunkedBody body = new(source);
                Assert.Equal(chunks.SelectMany(c => c), ReadAll(body, block));
                Assert.Equal("1", body.Trailers!["X-Sum"]);
                Assert.Equal(0, body.Read(new byte[1]));
                Assert.Equal("next", Encoding.ASCII.GetString(ReadAll(new RestOf(source), block)));
            },
            iter: 3000);

    [Theory]
    [InlineData("")]
    [InlineData("5")]
    [InlineData("5\r\n")]
    [InlineData("5\r\nhel")]
    [InlineData("5\r\nhello")]
    [InlineData("5\r\nhello\r\n")]
    [InlineData("5\r\nhello\r\n0\r\n")]
    [InlineData("5\r\nhello\r\n0\r\nX: y\r\n")]
    [InlineData("5\r\nhelloX\r\n0\r\n\r\n")]
    [InlineData("\r\n")]
    [InlineData("-5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("0x5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("5 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData(" 5\r\nhello\r\n0\r\n\r\n")]
    [InlineData("g\r\n")]
    [InlineData("ffffffffffffffff\r\n")]
    [InlineData("8000000000000000\r\n")]
    [InlineData("00000000000000000000000005\r\nhello\r\n0\r\n\r\n")]
    public void A_chunked_body_that_is_broken_or_cut_off_is_an_error(string wire) =>
        Assert.Throws<HttpFormatException>(() => ReadAll(new ChunkedBody(SourceOf(wire)), 100));

    [Fact]
    public void A_size_line_without_an_end_is_refused_within_bounds()
    {
        ByteSource source = SourceOf("5;" + new string('x', 1_000_000));
        Assert.Throws<HttpFormatException>(() => ReadAll(new ChunkedBody(source), 100));
        Assert.InRange(source.Consumed, 0, 5000);
    }

    [Fact]
    public void What_a_body_is_does_not_depend_on_how_it_is_cut() => Gen.Select(Gen.OneOf(Any.Fragments, Any.Bytes), Any.Cuts, Gen.Int[1, 50]).Sample(
        (bytes, cuts, block) =>
        {
            Assert.Equal(Outcome(bytes, [], 1000), Outcome(bytes, cuts, block));
        },
        iter: 10_000);

    [Theory]
    [InlineData("Content-Length: 5", "hello", "hello")]
    [InlineData("Content-Length: 5\r\nContent-Length: 5", "hello!", "hello")]
    [InlineData("Content-Length: 5, 5", "hello!", "hello")]
    [InlineData("X: y", "hello", "hello")]
    [InlineData("Transfer-Encoding: Chunked", "2\r\nhe\r\n0\r\n\r\n", "he")]
    [InlineData("Transfer-Encoding: chunked\r\nContent-Length: 9", "2\r\nhe\r\n0\r\n\r\n", "he")]
    [InlineData("Content-Length: 0", "hello", "")]
    public void The_head_says_where_the_body_ends(string fields, string wire, string expected) =>
        Assert.Equal(expected, Encoding.ASCII.GetString(ReadAll(Open($"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n{wire}"), 3)));

    [Theory]
    [InlineData("HTTP/1.1 204 No Content\r\nContent-Length: 5\r\n\r\nhello")]
    [InlineData("HTTP/1.1 304 Not Modified\r\nContent-Length: 5\r\n\r\n")]
    public void Some_answers_have_no_body_whatever_they_say(string wire) => Assert.Empty(ReadAll(Open(wire), 10));

    [Theory]
    [InlineData("Content-Length: 6", "hello")]
    [InlineData("Content-Length: -1", "")]
    [InlineData("Content-Length: 5x", "hello")]
    [InlineData("Content-Length: ", "hello")]
    [InlineData("Content-Length: 5, 6", "hello!")]
    [InlineData("Content-Length: 9223372036854775808", "hello")]
    [InlineData("Content-Length: 9223372036854775807", "hello")]
    [InlineData("Transfer-Encoding: gzip", "x")]
    [InlineData("Transfer-Encoding: gzip, chunked", "x")]
    [InlineData("Transfer-Encoding: chunked, chunked", "x")]
    public void A_body_that_is_cut_off_or_framed_in_no_known_way_is_an_error(string fields, string wire) =>
        Assert.Throws<HttpFormatException>(() => ReadAll(Open($"HTTP/1.1 200 OK\r\n{fields}\r\n\r\n{wire}"), 3));

    private static HttpBody Open(string wire)
    {
        ByteSource source = SourceOf(wire);
        return HttpBody.Of(ResponseHead.Read(source), source);
    }

    private static byte[] ReadAll(HttpBody body, int block)
    {
        MemoryStream all = new();
        byte[] buffer = new byte[block];
        while (body.Read(buffer) is var count and > 0)
        {
            all.Write(buffer, 0, count);
        }

        return all.ToArray();
    }

    private static string Outcome(byte[] bytes, int[] cuts, int block)
    {
        try
        {
            return Convert.ToHexString(ReadAll(new ChunkedBody(new ByteSource(new ChoppedStream(bytes, cuts))), block));
        }
        catch (HttpFormatException e)
        {
            return e.Message;
        }
    }

    private static ByteSource SourceOf(string text) => new(new MemoryStream(Encoding.Latin1.GetBytes(text)));

    private sealed class RestOf(ByteSource source) : HttpBody
    {
        internal override int Read(Span<byte> destination) => source.Read(destination);
    }
}
