using System.Text;
using CsCheck;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Tests;

public sealed class HeadTests
{
    private static readonly Gen<HeaderFields> s_fields = Gen.Select(Any.Token, Any.FieldValue).Array[0, 8].Select(pairs =>
    {
        HeaderFields fields = new();
        foreach ((string name, string value) in pairs)
        {
            fields.Add("X-" + name, value);
        }

        return fields;
    });

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n\r\n", 200, "OK")]
    [InlineData("HTTP/1.0 404 Not here\n\n", 404, "Not here")]
    [InlineData("HTTP/1.1 200\r\n\r\n", 200, "")]
    [InlineData("HTTP/1.1 200 \r\n\r\n", 200, "")]
    [InlineData("HTTP/1.1 100 Continue\r\nX: y\r\n\r\nHTTP/1.1 204 No\r\n\r\n", 204, "No")]
    public void A_response_is_read(string text, int status, string reason)
    {
        ResponseHead head = ResponseHead.Read(SourceOf(text));
        Assert.Equal((status, reason), (head.Status, head.Reason));
    }

    [Theory]
    [InlineData("")]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/2 200 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 20 OK\r\n\r\n")]
    [InlineData("HTTP/1.1 2000\r\n\r\n")]
    [InlineData("HTTP/1.1 099 X\r\n\r\n")]
    [InlineData("HTTP/1.1 +20 X\r\n\r\n")]
    [InlineData("ICY 200 OK\r\n\r\n")]
    [InlineData("SSH-2.0-OpenSSH_9.2\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nNo colon\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\n: empty\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nSpace : x\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\r\n folded\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nA: b\0\r\n\r\n")]
    [InlineData("HTTP/1.1 200 OK\rX\r\n\r\n")]
    public void A_response_that_is_none_is_refused(string text) =>
        Assert.Throws<HttpFormatException>(() => ResponseHead.Read(SourceOf(text)));

    [Fact]
    public void A_head_without_an_end_is_refused_within_bounds()
    {
        string line = "X: " + new string('y', 1000) + "\r\n";
        ByteSource many = SourceOf("HTTP/1.1 200 OK\r\n" + string.Concat(Enumerable.Repeat(line, 1000)));
        Assert.Throws<HttpFormatException>(() => ResponseHead.Read(many));
        Assert.InRange(many.Consumed, 0, 80 * 1024);
        ByteSource one = SourceOf("HTTP/1.1 200 OK\r\nX: " + new string('y', 1_000_000));
        Assert.Throws<HttpFormatException>(() => ResponseHead.Read(one));
        Assert.InRange(one.Consumed, 0, 20 * 1024);
        ByteSource interim = SourceOf(string.Concat(Enumerable.Repeat("HTTP/1.1 100 Go on\r\n\r\n", 1000)));
        Assert.Throws<HttpFormatException>(() => ResponseHead.Read(interim));
        Assert.InRange(interim.Consumed, 0, 1024);
    }

    [Theory]
    [InlineData("GET / HTTP/1.1\r\n\r\n", 400)]
    [InlineData("GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400)]
    [InlineData("GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /\r\n\r\n", 400)]
    [InlineData("G(T / HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET /\u00E9 HTTP/1.1\r\nHost: a\r\n\r\n", 400)]
    [InlineData("GET / HTTP/2.0\r\nHost: a\r\n\r\n", 505)]
    [InlineData("GET / HTTP/1.x\r\nHost: a\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n", 400)]
    [InlineData("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: +1\r\n\r\n", 400)]
    [InlineData("\u0016\u0003\u0001\r\n\r\n", 400)]
    public void A_request_that_is_none_has_the_status_of_its_refusal(string text, int status) =>
        Assert.Equal(status, Assert.Throws<HttpFormatException>(() => RequestHead.Read(SourceOf(text))).Status);

    [Fact]
    public void A_request_that_is_too_long_is_told_apart()
    {
        string target = "GET /" + new string('x', 9000) + " HTTP/1.1\r\nHost: a\r\n\r\n";
        Assert.Equal(414, Assert.Throws<HttpFormatException>(() => RequestHead.Read(SourceOf(target))).Status);
        string fields = "GET / HTTP/1.1\r\nHost: a\r\n" + string.Concat(Enumerable.Repeat("A: b\r\n", 200)) + "\r\n";
        Assert.Equal(431, Assert.Throws<HttpFormatException>(() => RequestHead.Read(SourceOf(fields))).Status);
        string field = "GET / HTTP/1.1\r\nHost: a\r\nA: " + new string('x', 9000) + "\r\n\r\n";
        Assert.Equal(431, Assert.Throws<HttpFormatException>(() => RequestHead.Read(SourceOf(field))).Status);
    }

    [Fact]
    public void A_response_reads_back_as_it_was_written() =>
        Gen.Select(Gen.Int[200, 599], Any.FieldValue, s_fields, Any.Cuts).Sample(
            (status, reason, fields, cuts) =>
            {
                ResponseHead sent = new(1, status, reason, fields);
                ResponseHead got = ResponseHead.Read(new ByteSource(new ChoppedStream(sent.ToBytes(), cuts)));
                Assert.Equal((status, reason), (got.Status, got.Reason));
                Assert.Equal(fields.All, got.Fields.All);
            },
            iter: 3000);

    [Fact]
    public void A_request_reads_back_as_it_was_written() =>
        Gen.Select(Any.Token, Any.FieldValue, s_fields, Any.Cuts).Sample(
            (method, target, fields, cuts) =>
            {
                fields.Add("Host", "a");
                RequestHead sent = new(method, "/" + target, 1, fields);
                RequestHead got = RequestHead.Read(new ByteSource(new ChoppedStream(sent.ToBytes(), cuts)))!;
                Assert.Equal((method, "/" + target), (got.Method, got.Target));
                Assert.Equal(fields.All, got.Fields.All);
            },
            iter: 3000);

    [Fact]
    public void What_a_head_means_does_not_depend_on_how_it_is_cut() => Gen.Select(Gen.OneOf(Any.Fragments, Any.Bytes), Any.Cuts).Sample(
        (bytes, cuts) =>
        {
            Assert.Equal(Outcome(bytes, [], Response), Outcome(bytes, cuts, Response));
            Assert.Equal(Outcome(bytes, [], Request), Outcome(bytes, cuts, Request));
        },
        iter: 10_000);

    private static string Response(ByteSource source) => Encoding.Latin1.GetString(ResponseHead.Read(source).ToBytes());

    private static string Request(ByteSource source) =>
        RequestHead.Read(source) is { } head ? Encoding.Latin1.GetString(head.ToBytes()) + head.KeepsAlive + head.HasBody : "nothing";

    /// <summary>What a parser makes of bytes: its result and how far it read, or its one kind of exception.</summary>
    private static string Outcome(byte[] bytes, int[] cuts, Func<ByteSource, string> parse)
    {
        ByteSource source = new(new ChoppedStream(bytes, cuts));
        try
        {
            return $"{parse(source)} after {source.Consumed}";
        }
        catch (HttpFormatException e)
        {
            return $"{e.Status} {e.Message} after {source.Consumed}";
        }
    }

    private static ByteSource SourceOf(string text) => new(new MemoryStream(Encoding.Latin1.GetBytes(text)));
}
