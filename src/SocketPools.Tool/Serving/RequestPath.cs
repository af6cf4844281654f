using System.Text;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Serving;

/// <summary>
/// The path of a request's target as names of files: decoded, and with nothing in it that could lead out of a directory.
/// </summary>
/// <param name="Names">None of them is empty, <c>.</c> or <c>..</c>, or has a separator or a null character.</param>
/// <param name="IsDirectory">Whether the path ends in a slash.</param>
internal sealed record RequestPath(IReadOnlyList<string> Names, bool IsDirectory)
{
    private static readonly UTF8Encoding s_strictUtf8 = new(false, throwOnInvalidBytes: true);

    /// <summary>Takes a target in origin form or absolute form (RFC 9112, section 3.2); the query is left out.</summary>
    /// <exception cref="HttpFormatException">The target is no path, or tries to climb.</exception>
    internal static RequestPath Parse(string target)
    {
        string path = WithoutAuthority(target);
        int query = path.AsSpan().IndexOfAny("?#");
        path = query < 0 ? path : path[..query];
        if (!path.StartsWith('/'))
        {
            throw new HttpFormatException("The target is not a path");
        }

        List<string> names = [];
        foreach (string segment in path.Split('/'))
        {
            if (segment.Length > 0)
            {
                names.Add(Decode(segment));
            }
        }

        return new RequestPath(names, path.EndsWith('/'));
    }

    /// <summary>Returns the path in percent-encoding, as in a URL.</summary>
    public override string ToString() =>
        "/" + string.Join('/', Names.Select(UrlTarget.EncodeSegment)) + (IsDirectory && Names.Count > 0 ? "/" : "");

    private static string WithoutAuthority(string target)
    {
        if (!target.StartsWith("http://", StringComparison.OrdinalIgnoreCase))
        {
            return target;
        }

        int slash = target.IndexOf('/', "http://".Length);
        return slash < 0 ? "/" : target[slash..];
    }

    private static string Decode(string segment)
    {
        byte[] bytes = new byte[segment.Length];
        int count = 0;
        for (int i = 0; i < segment.Length; i++)
        {
            if (segment[i] != '%')
            {
                bytes[count++] = segment[i] <= '\u007F' ? (byte)segment[i] : throw Bad();
                continue;
            }

            bool isHex = i + 2 < segment.Length && char.IsAsciiHexDigit(segment[i + 1]) && char.IsAsciiHexDigit(segment[i + 2]);
            bytes[count++] = isHex ? Convert.FromHexString(segment.AsSpan(i + 1, 2))[0] : throw Bad();
            i += 2;
        }

        return Validate(bytes.AsSpan(0, count));
    }

    private static string Validate(ReadOnlySpan<byte> bytes)
    {
        string name;
        try
        {
            name = s_strictUtf8.GetString(bytes);
        }
        catch (ArgumentException)
        {
            throw Bad();
        }

        // A backslash and a colon mean something in paths of Windows only; they are not needed elsewhere.
        return name is "." or ".." || name.AsSpan().IndexOfAny("/\\\0") >= 0 || (OperatingSystem.IsWindows() && name.Contains(':', StringComparison.Ordinal))
            ? throw Bad()
            : name;
    }

    private static HttpFormatException Bad() => new("The target's path is not acceptable");
}
