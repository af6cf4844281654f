using System.Buffers;
using System.Globalization;

namespace SocketPools.Tool.Http;

/// <summary>An http or https URL (RFC 3986; RFC 9110, section 4.2), without user information and fragment.</summary>
internal sealed record HttpUrl
{
    private const int Longest = 8000;

    private static readonly SearchValues<char> s_schemeCharacters =
        SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789+-.");

    private HttpUrl(bool secure, string host, int port, string target) =>
        (IsSecure, Host, Port, Target) = (secure, host, port, target);

    /// <summary>Whether it is https.</summary>
    internal bool IsSecure { get; }

    /// <summary>A name in lower case, or an address in digits without brackets; IPv6 may have a scope.</summary>
    internal string Host { get; }

    /// <summary>1..65535.</summary>
    internal int Port { get; }

    /// <summary>Path and query in visible ASCII; begins with a slash.</summary>
    internal string Target { get; }

    /// <summary>What the field Host says: without the port if it is the scheme's own.</summary>
    internal string Authority
    {
        get
        {
            int scope = Host.IndexOf('%', StringComparison.Ordinal);
            string name = scope < 0 ? Host : Host[..scope];
            name = name.Contains(':', StringComparison.Ordinal) ? $"[{name}]" : name;
            return Port == (IsSecure ? 443 : 80) ? name : string.Create(CultureInfo.InvariantCulture, $"{name}:{Port}");
        }
    }

    /// <summary>Parses what a user typed; without a scheme it is http.</summary>
    /// <exception cref="HttpFormatException">The text is no such URL; the message says why.</exception>
    internal static HttpUrl Parse(string text)
    {
        if (text.Length > Longest)
        {
            throw new HttpFormatException($"The URL is longer than {Longest} characters");
        }

        int scheme = text.IndexOf("://", StringComparison.Ordinal);
        int delimiter = text.AsSpan().IndexOfAny("/?#");
        if (scheme < 0 || (delimiter >= 0 && delimiter < scheme))
        {
            return ParseAfterScheme(false, text);
        }

        return text[..scheme].ToLowerInvariant() switch
        {
            "http" => ParseAfterScheme(false, text[(scheme + 3)..]),
            "https" => ParseAfterScheme(true, text[(scheme + 3)..]),
            _ => throw new HttpFormatException($"The URL \"{Show(text)}\" is neither http nor https"),
        };
    }

    /// <summary>What a reference in a document at this URL means (RFC 3986, section 5.2).</summary>
    /// <exception cref="HttpFormatException">The reference leads to no http or https URL.</exception>
    internal HttpUrl Resolve(string reference)
    {
        int fragment = reference.IndexOf('#', StringComparison.Ordinal);
        reference = fragment < 0 ? reference : reference[..fragment];
        if (HasScheme(reference, out int colon))
        {
            return reference.AsSpan(colon).StartsWith("://", StringComparison.Ordinal)
                ? Parse(reference)
                : throw new HttpFormatException($"The URL \"{Show(reference)}\" is neither http nor https");
        }

        if (reference.StartsWith("//", StringComparison.Ordinal))
        {
            return ParseAfterScheme(IsSecure, reference[2..]);
        }

        int query = Target.IndexOf('?', StringComparison.Ordinal);
        string path = query < 0 ? Target : Target[..query];
        string target = reference switch
        {
            "" => Target,
            ['/', ..] => reference,
            ['?', ..] => path + reference,
            _ => path[..(path.LastIndexOf('/') + 1)] + reference,
        };
        return target.Length <= Longest
            ? new HttpUrl(IsSecure, Host, Port, UrlTarget.Normalize(target))
            : throw new HttpFormatException($"The URL is longer than {Longest} characters");
    }

    public override string ToString()
    {
        string authority = Authority;
        int scope = Host.IndexOf('%', StringComparison.Ordinal);
        if (scope >= 0)
        {
            authority = authority.Replace("]", $"%25{Host[(scope + 1)..]}]", StringComparison.Ordinal);
        }

        return $"{(IsSecure ? "https" : "http")}://{authority}{Target}";
    }

    private static HttpUrl ParseAfterScheme(bool secure, string rest)
    {
        int end = rest.AsSpan().IndexOfAny("/?#");
        string authority = end < 0 ? rest : rest[..end];
        string target = end < 0 ? "/" : rest[end..];
        int fragment = target.IndexOf('#', StringComparison.Ordinal);
        target = fragment < 0 ? target : target[..fragment];
        if (authority.Contains('@', StringComparison.Ordinal))
        {
            throw new HttpFormatException("A user name or password in a URL is not supported");
        }

        (string host, int port) = HostAndPort.Parse(authority, secure ? 443 : 80);
        return new HttpUrl(secure, host, port, UrlTarget.Normalize(target.StartsWith('/') ? target : "/" + target));
    }

    private static bool HasScheme(string text, out int colon)
    {
        colon = text.IndexOf(':', StringComparison.Ordinal);
        return colon > 0 && char.IsAsciiLetter(text[0])
            && text.AsSpan(0, colon).IndexOfAnyExcept(s_schemeCharacters) < 0;
    }

    private static string Show(string text) => ToolConsole.OneLine(HeaderFields.Shorten(text));
}
