using CsCheck;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Tests;

public sealed class HttpUrlTests
{
    [Theory]
    [InlineData("http://a.example", "http://a.example/", "a.example", 80)]
    [InlineData("a.example/x", "http://a.example/x", "a.example", 80)]
    [InlineData("localhost:8080/x?y=1#z", "http://localhost:8080/x?y=1", "localhost", 8080)]
    [InlineData("HTTPS://A.Example:443/", "https://a.example/", "a.example", 443)]
    [InlineData("https://a.example:80", "https://a.example:80/", "a.example", 80)]
    [InlineData("http://a.example:", "http://a.example/", "a.example", 80)]
    [InlineData("http://[::1]:81/", "http://[::1]:81/", "::1", 81)]
    [InlineData("http://[FE80:0::1%25eth0]/", "http://[fe80::1%25eth0]/", "fe80::1%eth0", 80)]
    [InlineData("http://[fe80::1%eth0]/", "http://[fe80::1%25eth0]/", "fe80::1%eth0", 80)]
    [InlineData("http://a?q=http://b/", "http://a/?q=http://b/", "a", 80)]
    [InlineData("http://a/b/../c/./d/..", "http://a/c/", "a", 80)]
    [InlineData("http://a/../../x", "http://a/x", "a", 80)]
    [InlineData("http://a/\u00E9 %zz%20", "http://a/%C3%A9%20%25zz%20", "a", 80)]
    public void A_url_is_read_as_RFC_3986_says(string text, string expected, string host, int port)
    {
        HttpUrl url = HttpUrl.Parse(text);
        Assert.Equal((expected, host, port), (url.ToString(), url.Host, url.Port));
    }

    [Theory]
    [InlineData("")]
    [InlineData("http://")]
    [InlineData("http:///x")]
    [InlineData("ftp://a/")]
    [InlineData("http://user:password@a/")]
    [InlineData("http://a:0/")]
    [InlineData("http://a:65536/")]
    [InlineData("http://a:-1/")]
    [InlineData("http://a:80x/")]
    [InlineData("http://[::1/")]
    [InlineData("http://[::1]x/")]
    [InlineData("http://[127.0.0.1]/")]
    [InlineData("http://[::1%25]/")]
    [InlineData("http://a b/")]
    [InlineData("http://b\u00FCcher.example/")]
    [InlineData("http://a\r\nHost: b/")]
    [InlineData("http://a\0b/")]
    public void A_url_that_is_none_is_refused(string text) => Assert.Throws<HttpFormatException>(() => HttpUrl.Parse(text));

    [Theory]
    [InlineData("javascript:1")]
    [InlineData("mailto:80?u=http://b/")]
    [InlineData("file:///etc/passwd")]
    public void A_reference_with_another_scheme_leads_to_no_host(string reference)
    {
        HttpFormatException e = Assert.Throws<HttpFormatException>(() => HttpUrl.Parse("http://a/").Resolve(reference));
        Assert.Contains("neither http nor https", e.Message, StringComparison.Ordinal);
    }

    // RFC 3986, section 5.4, as far as it is about http.
    [Theory]
    [InlineData("g", "http://a/b/c/g")]
    [InlineData("./g", "http://a/b/c/g")]
    [InlineData("g/", "http://a/b/c/g/")]
    [InlineData("/g", "http://a/g")]
    [InlineData("//g", "http://g/")]
    [InlineData("?y", "http://a/b/c/d;p?y")]
    [InlineData("g?y", "http://a/b/c/g?y")]
    [InlineData("#s", "http://a/b/c/d;p?q")]
    [InlineData("g#s", "http://a/b/c/g")]
    [InlineData(";x", "http://a/b/c/;x")]
    [InlineData("", "http://a/b/c/d;p?q")]
    [InlineData(".", "http://a/b/c/")]
    [InlineData("..", "http://a/b/")]
    [InlineData("../g", "http://a/b/g")]
    [InlineData("../..", "http://a/")]
    [InlineData("../../../g", "http://a/g")]
    [InlineData("/./g", "http://a/g")]
    [InlineData("g.", "http://a/b/c/g.")]
    [InlineData("./../g", "http://a/b/g")]
    [InlineData("g;x=1/../y", "http://a/b/c/y")]
    [InlineData("g?y/../x", "http://a/b/c/g?y/../x")]
    [InlineData("https://h/", "https://h/")]
    public void A_reference_is_resolved_as_RFC_3986_says(string reference, string expected) =>
        Assert.Equal(expected, HttpUrl.Parse("http://a/b/c/d;p?q").Resolve(reference).ToString());

    [Theory]
    [InlineData("mailto:x@example")]
    [InlineData("javascript:1")]
    [InlineData("ftp://a/")]
    [InlineData("//")]
    [InlineData("///x")]
    public void A_reference_to_something_else_is_refused(string reference) =>
        Assert.Throws<HttpFormatException>(() => HttpUrl.Parse("http://a/").Resolve(reference));

    [Fact]
    public void Any_text_is_a_url_or_is_refused_and_a_url_reads_back_as_itself() => Any.UrlLike.Sample(
        text =>
        {
            try
            {
                CheckUrl(HttpUrl.Parse(text));
            }
            catch (HttpFormatException)
            {
                // Refused, which is the other right answer.
            }
        },
        iter: 20_000);

    [Fact]
    public void Any_reference_leads_to_a_url_or_is_refused() => Any.UrlLike.Sample(
        text =>
        {
            try
            {
                CheckUrl(HttpUrl.Parse("http://a.example:81/b/c?d").Resolve(text));
            }
            catch (HttpFormatException)
            {
                // Refused, which is the other right answer.
            }
        },
        iter: 20_000);

    private static void CheckUrl(HttpUrl url)
    {
        Assert.Equal(url, HttpUrl.Parse(url.ToString()));
        Assert.InRange(url.Port, 1, 65535);
        Assert.StartsWith("/", url.Target);
        Assert.All(url.Target + url.Authority, c => Assert.InRange(c, '!', '~'));
    }
}
