using System.Text;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Fetching;

/// <summary>An answer whose body is still on its way.</summary>
internal sealed class FetchedResponse(HttpUrl url, ResponseHead head, HttpConnection connection) : IDisposable
{
    private readonly HttpBody _body = HttpBody.Of(head, connection.Source);

    /// <summary>Where it came from, after redirects.</summary>
    internal HttpUrl Url => url;

    internal ResponseHead Head => head;

    /// <summary>How long the body is, where the head tells it.</summary>
    internal long? Length => _body.Length;

    /// <summary>Reads some bytes of the body, with the framing before them, within the timeout; 0 at its end.</summary>
    internal int Read(Span<byte> destination) => connection.Read(_body, destination);

    public void Dispose() => connection.Dispose();
}

/// <summary>Fetches URLs over the sockets of a pool, one connection for each request.</summary>
internal sealed class HttpFetcher(SocketPool pool, FetchSettings settings)
{
    private const int MaxRedirects = 10;

    /// <summary>Sends a GET and follows redirects (RFC 9110, section 15.4).</summary>
    /// <param name="url">Where to begin.</param>
    /// <param name="extra">Fields beside Host, User-Agent, Accept and Connection.</param>
    internal FetchedResponse Get(HttpUrl url, params IEnumerable<KeyValuePair<string, string>> extra)
    {
        for (int redirects = 0; redirects <= MaxRedirects; redirects++)
        {
            HttpConnection connection = HttpConnection.Open(pool, url, settings);
            try
            {
                ResponseHead head = connection.Ask(RequestFor(url, extra));
                if (head.Status is not (301 or 302 or 303 or 307 or 308))
                {
                    return new FetchedResponse(url, head, connection);
                }

                url = Follow(url, head);
                connection.Dispose();
            }
            catch
            {
                connection.Dispose();
                throw;
            }
        }

        throw new ToolException($"more than {MaxRedirects} redirects; the last leads to {url}");
    }

    private static RequestHead RequestFor(HttpUrl url, IEnumerable<KeyValuePair<string, string>> extra)
    {
        HeaderFields fields = new HeaderFields()
            .Add("Host", url.Authority)
            .Add("User-Agent", "socketpool")
            .Add("Accept", "*/*")
            .Add("Accept-Encoding", "identity")
            .Add("Connection", "close");
        foreach ((string name, string value) in extra)
        {
            fields.Add(name, value);
        }

        return new RequestHead("GET", url.Target, 1, fields);
    }

    private static HttpUrl Follow(HttpUrl url, ResponseHead head)
    {
        string location = head.Fields["Location"]
            ?? throw new HttpFormatException($"The server redirects (HTTP {head.Status}) without saying where to");

        // Servers send non-ASCII as UTF-8; fields are read as Latin-1, which keeps every byte.
        HttpUrl next = url.Resolve(Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(location)));
        return url.IsSecure && !next.IsSecure
            ? throw new ToolException($"{url} redirects from https to http ({next}), which is refused")
            : next;
    }
}
