using System.Globalization;
using System.Text;

namespace SocketPools.Tool.Http;

/// <summary>Path and query of a URL.</summary>
internal static class UrlTarget
{
    /// <summary>
    /// Path and query as a request sends them: dot segments removed (RFC 3986, section 5.2.4), everything that is not
    /// visible ASCII percent-encoded, as is a percent sign that encodes nothing.
    /// </summary>
    internal static string Normalize(string target)
    {
        string encoded = Encode(target);
        int query = encoded.IndexOf('?', StringComparison.Ordinal);
        return query < 0 ? RemoveDotSegments(encoded) : RemoveDotSegments(encoded[..query]) + encoded[query..];
    }

    /// <summary>One segment of a path with everything percent-encoded that is not a letter, a digit or one of <c>-._~</c>.</summary>
    internal static string EncodeSegment(string segment)
    {
        StringBuilder text = new();
        foreach (byte value in Encoding.UTF8.GetBytes(segment))
        {
            Append(text, value, char.IsAsciiLetterOrDigit((char)value) || value is (byte)'-' or (byte)'.' or (byte)'_' or (byte)'~');
        }

        return text.ToString();
    }

    private static string Encode(string target)
    {
        StringBuilder text = new();
        byte[] bytes = Encoding.UTF8.GetBytes(target);
        for (int i = 0; i < bytes.Length; i++)
        {
            char c = (char)bytes[i];
            bool asIs = c == '%'
                ? i + 2 < bytes.Length && char.IsAsciiHexDigit((char)bytes[i + 1]) && char.IsAsciiHexDigit((char)bytes[i + 2])
                : c is > ' ' and < '\u007F' and not ('"' or '<' or '>' or '\\' or '^' or '`' or '{' or '|' or '}' or '#');
            Append(text, bytes[i], asIs);
        }

        return text.ToString();
    }

    private static string RemoveDotSegments(string path)
    {
        List<string> kept = [];
        string[] segments = path.Split('/');
        for (int i = 1; i < segments.Length; i++)
        {
            bool isLast = i == segments.Length - 1;
            switch (segments[i])
            {
                case "..":
                    if (kept.Count > 0)
                    {
                        kept.RemoveAt(kept.Count - 1);
                    }

                    goto case ".";
                case ".":
                    if (isLast)
                    {
                        kept.Add("");
                    }

                    break;
                default:
                    kept.Add(segments[i]);
                    break;
            }
        }

        return "/" + string.Join('/', kept);
    }

    private static void Append(StringBuilder text, byte value, bool asIs)
    {
        if (asIs)
        {
            text.Append((char)value);
        }
        else
        {
            text.Append(CultureInfo.InvariantCulture, $"%{value:X2}");
        }
    }
}
