using System.Globalization;

namespace SocketPools.Tool.Http;

/// <summary>Dates in header fields, in whole seconds (RFC 9110, section 5.6.7).</summary>
internal static class HttpDate
{
    private static readonly string[] s_formats =
    [
        "ddd, dd MMM yyyy HH:mm:ss 'GMT'",
        "dddd, dd-MMM-yy HH:mm:ss 'GMT'",
        "ddd MMM d HH:mm:ss yyyy",
    ];

    internal static string Format(DateTime utc) => utc.ToString(s_formats[0], CultureInfo.InvariantCulture);

    internal static DateTime? Parse(string? text) => DateTime.TryParseExact(
        text,
        s_formats,
        CultureInfo.InvariantCulture,
        DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal | DateTimeStyles.AllowInnerWhite,
        out DateTime utc)
        ? utc
        : null;
}
