using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Fetching;

/// <summary>How to fetch.</summary>
/// <param name="Timeout">For connecting, for an answer's head, and for each piece of its body; null without a limit.</param>
/// <param name="Trust">Which servers are believed.</param>
/// <param name="Family">The only family wanted, or Unspecified.</param>
internal sealed record FetchSettings(TimeSpan? Timeout, TrustSettings Trust, AddressFamily Family = AddressFamily.Unspecified);

/// <summary>A connection to a server, with TLS where the URL wants it.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly TimedStream _timed;
    private readonly Stream _stream;

    private HttpConnection(TimedStream timed, Stream stream)
    {
        _timed = timed;
        _stream = stream;
        Source = new ByteSource(stream);
    }

    internal ByteSource Source { get; }

    internal static HttpConnection Open(SocketPool pool, HttpUrl url, FetchSettings settings)
    {
        TimedStream timed = new(Connector.Connect(pool, url.Host, url.Port, settings.Timeout, settings.Family), settings.Timeout);
        if (!url.IsSecure)
        {
            return new HttpConnection(timed, timed);
        }

        SslStream secure = new(timed);
        try
        {
            timed.BeginPhase();
            secure.AuthenticateAsClient(settings.Trust.ForHost(url.Host));
            return new HttpConnection(timed, secure);
        }
        catch (AuthenticationException e) when (e.InnerException is ToolException reason)
        {
            secure.Dispose();
            throw reason;
        }
        catch
        {
            secure.Dispose();
            throw;
        }
    }

    /// <summary>Sends a request and reads the head of the answer, both within the timeout.</summary>
    internal ResponseHead Ask(RequestHead request)
    {
        BeginPhase();
        _stream.Write(request.ToBytes());
        _stream.Flush();
        return ResponseHead.Read(Source);
    }

    /// <summary>Gives what follows the whole timeout, once for all of its reads: a server that drips does not win time.</summary>
    internal void BeginPhase() => _timed.BeginPhase();

    public void Dispose()
    {
        _stream.Dispose();
        _timed.Dispose();
    }
}
