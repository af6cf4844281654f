using System.Globalization;
using SocketPools.Diagnostics;

namespace SocketPools.Tests.Errors;

public sealed class VisibleTextTests
{
    [Theory]
    [InlineData("example.com", "example.com")]
    [InlineData("bücher.example 例え", "bücher.example 例え")]
    [InlineData("a\u202Eb", "a\\u202eb")]
    [InlineData("\u2066x\u2069\u200F\u061C", "\\u2066x\\u2069\\u200f\\u061c")]
    [InlineData("a\u200Bb\u200Dc\uFEFF\u00AD", "a\\u200bb\\u200dc\\ufeff\\u00ad")]
    [InlineData("\u001B[31m\u0000\u007F\u009B", "\\u001b[31m\\u0000\\u007f\\u009b")]
    [InlineData("a\r\n\tb\u2028\u2029\u0085", "a\\r\\n\\tb\\u2028\\u2029\\u0085")]
    [InlineData("\u00A0\u2003\u3000\u3164\uFFA0\u2800\uFE0F\u034F", "\\u00a0\\u2003\\u3000\\u3164\\uffa0\\u2800\\ufe0f\\u034f")]
    [InlineData("\uE000\uFFFF", "\\ue000\\uffff")]
    [InlineData("\U000E0041\U000E0100😀", "\\U000e0041\\U000e0100😀")]
    [InlineData("", "")]
    [InlineData(null, "")]
    public void What_nobody_sees_is_shown_as_an_escape(string? text, string shown)
    {
        Assert.Equal(shown, VisibleText.Escape(text));
        Assert.Equal(shown.Replace("\\n", "\n", StringComparison.Ordinal), VisibleText.EscapeLines(text));
    }

    [Fact]
    public void Lone_surrogates_are_escaped_and_long_text_is_cut()
    {
        Assert.Equal("\\ud800a\\udc00", VisibleText.Escape("\uD800a\uDC00"));
        Assert.Equal(new string('a', 300) + "…", VisibleText.Escape(new string('a', 100_000)));
    }

    [Fact]
    public void Every_character_of_a_category_without_a_picture_is_escaped()
    {
        for (int value = 0; value <= char.MaxValue; value++)
        {
            UnicodeCategory category = char.GetUnicodeCategory((char)value);
            bool isHidden = category is UnicodeCategory.Control or UnicodeCategory.Format or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned
                || (category == UnicodeCategory.SpaceSeparator && value != ' ');
            Assert.True(!isHidden || VisibleText.Escape(((char)value).ToString()).StartsWith('\\'), $"U+{value:X4}");
        }
    }

    [Fact]
    public async Task No_error_about_a_host_an_interface_or_a_radio_shows_bidi_controls_or_ends_of_lines()
    {
        const string Evil = "safe.test\u202Egpj.\u2066\u2069\nroot: \u001B[2K";
        using TestPool pool = new(new HookedRadio { Answer = new SocketPools.Radios.AddressLookup(SocketPools.Radios.AddressInfoError.NoName) });
        using TestPool late = new(new HookedRadio { Answer = new SocketPools.Radios.AddressLookup(SocketPools.Radios.AddressInfoError.System, SocketPools.Radios.Errno.ETIMEDOUT) });
        using PoolSocket socket = pool.Pool.CreateSocket();
        Exception[] errors =
        [
            Assert.Throws<AddressInfoException>(() => socket.Connect(Evil, 1)),
            Assert.Throws<AddressInfoException>(() => socket.Bind(Evil, 1)),
            Assert.Throws<AddressInfoException>(() => pool.Pool.GetAddressInfo("h", Evil)),
            Assert.Throws<PoolSocketException>(() => late.Pool.GetAddressInfo(Evil, 1)),
            await Assert.ThrowsAsync<AddressInfoException>(() => pool.Pool.CreateConnectionAsync(Evil, 1).AsTask()),
            Assert.Throws<ArgumentException>(() => new HostNetwork(Evil)),
            new OutOfSocketsException(Evil, 1, []),
            new PoolSocketException(SocketPools.Radios.Errno.EIO, "send", Evil),
            new PoolSocketException(SocketPools.Radios.Errno.EIO, "send", "radio", hint: "see \u202E"),
            new SocketLeakException(Evil, [], [], 0),
        ];
        foreach (Exception error in errors)
        {
            Assert.DoesNotContain(error.Message, c => char.GetUnicodeCategory(c) == UnicodeCategory.Format || (char.IsControl(c) && c != '\n'));
            Assert.DoesNotContain("\nroot", error.Message, StringComparison.Ordinal);
            Assert.Contains("\\u202e", error.Message, StringComparison.Ordinal);
        }
    }
}
