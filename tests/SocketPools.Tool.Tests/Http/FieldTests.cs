using CsCheck;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Tests;

public sealed class FieldTests
{
    private static readonly Gen<string> s_rangeLike = Gen.OneOf(
        Gen.OneOf("bytes", "bytes ", "bytes=", " ", "-", "/", "*", "0", "7", "99", "9223372036854775807", "9223372036854775808", ",", "x"),
        Any.Text(Gen.Char[(char)0, (char)255], 0, 3)).Array[0, 8].Select(string.Concat);

    [Fact]
    public void A_content_range_reads_back_as_it_was_written() => Gen.Select(Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40], Gen.Long[0, 1L << 40]).Sample(
        (first, more, rest) =>
        {
            ContentRange range = ContentRange.Of(first, first + more, first + more + rest + 1);
            Assert.Equal(range, ContentRange.Parse(range.ToString()));
            Assert.Equal(more + 1, range.Count);
            Assert.Equal(ContentRange.Unsatisfied(rest), ContentRange.Parse(ContentRange.Unsatisfied(rest).ToString()));
        },
        iter: 3000);

    [Fact]
    public void Any_text_is_a_content_range_that_makes_sense_or_is_refused() => s_rangeLike.Sample(
        text =>
        {
            try
            {
                ContentRange range = ContentRange.Parse(text);
                Assert.True(range.First is null ? range.Total is not null : range.First >= 0 && range.Count > 0 && (range.Total is null || range.Last < range.Total));
                Assert.Equal(range, ContentRange.Parse(range.ToString()));
            }
            catch (HttpFormatException)
            {
                // Refused, which is the other right answer.
            }
        },
        iter: 20_000);

    [Theory]
    [InlineData("bytes 0-4/5", 0L, 4L, 5L)]
    [InlineData("bytes 2-2/*", 2L, 2L, null)]
    [InlineData("Bytes */7", null, null, 7L)]
    public void A_content_range_is_read(string text, long? first, long? last, long? total)
    {
        ContentRange range = ContentRange.Parse(text);
        Assert.Equal((first, last, total), (range.First, range.Last, range.Total));
    }

    [Theory]
    [InlineData("bytes=0-4/5")]
    [InlineData("bytes 4-0/5")]
    [InlineData("bytes 0-5/5")]
    [InlineData("bytes 0-/5")]
    [InlineData("bytes -4/5")]
    [InlineData("bytes */*")]
    [InlineData("bytes 0-4")]
    [InlineData("items 0-4/5")]
    [InlineData("bytes 0-9223372036854775808/*")]
    [InlineData("bytes 0-9223372036854775807/*")]
    public void A_content_range_that_contradicts_itself_is_refused(string text) =>
        Assert.Throws<HttpFormatException>(() => ContentRange.Parse(text));

    [Theory]
    [InlineData("bytes=0-0", 0L, 1L)]
    [InlineData("bytes=2-", 2L, 8L)]
    [InlineData("bytes=-3", 7L, 3L)]
    [InlineData("bytes=-30", 0L, 10L)]
    [InlineData("bytes=5-500", 5L, 5L)]
    [InlineData("bytes=10-", 10L, 0L)]
    [InlineData("bytes=-0", 10L, 0L)]
    [InlineData("bytes=0-1,3-4", null, null)]
    [InlineData("bytes=4-2", null, null)]
    [InlineData("bytes=x", null, null)]
    [InlineData("bytes=", null, null)]
    [InlineData("lines=0-1", null, null)]
    [InlineData(null, null, null)]
    public void A_range_is_cut_to_the_file_or_ignored(string? text, long? first, long? count)
    {
        ByteRange? range = ByteRange.Parse(text, 10);
        Assert.Equal((first, count), (range?.First, range?.Count));
    }

    [Fact]
    public void Any_range_lies_in_the_file() => Gen.Select(s_rangeLike, Gen.Long[0, 100]).Sample(
        (text, length) =>
        {
            if (ByteRange.Parse(text, length) is { } range)
            {
                Assert.True(range.Count == 0 || (range.First >= 0 && range.Count > 0 && range.First + range.Count <= length));
            }
        },
        iter: 20_000);

    [Theory]
    [InlineData("Sun, 06 Nov 1994 08:49:37 GMT")]
    [InlineData("Sunday, 06-Nov-94 08:49:37 GMT")]
    [InlineData("Sun Nov  6 08:49:37 1994")]
    public void A_date_has_three_forms(string text) =>
        Assert.Equal(new DateTime(1994, 11, 6, 8, 49, 37, DateTimeKind.Utc), HttpDate.Parse(text));

    [Fact]
    public void A_date_reads_back_as_it_was_written() => Gen.Long[0, 4_000_000_000].Sample(
        seconds =>
        {
            DateTime date = DateTime.UnixEpoch.AddSeconds(seconds);
            Assert.Equal(date, HttpDate.Parse(HttpDate.Format(date)));
        },
        iter: 3000);

    [Fact]
    public void Any_text_is_a_date_or_none() => Any.UrlLike.Sample(text => HttpDate.Parse(text), iter: 3000);
}
