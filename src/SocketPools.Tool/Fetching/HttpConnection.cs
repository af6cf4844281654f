using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using SocketPools.Tool.Http;

namespace SocketPools.Tool.Fetching;

/// <summary>How to fetch.</summary>
/// <param name="Timeout">For connecting, for an answer's head, and for each piece of its body; null without a limit.</param>
/// <param name="Trust">Which servers are trusted.</param>
/// <param name="Family">The only family wanted, or Unspecified.</param>
internal sealed record FetchSettings(TimeSpan? Timeout, TrustSettings Trust, AddressFamily Family = AddressFamily.Unspecified);

/// <summary>A connection to a server, with TLS where the URL wants it.</summary>
internal sealed class HttpConnection : IDisposable
{
    private readonly TimedStream _timed;
    private readonly Stream _stream;
    private readonly TimeSpan? _timeout;
    private readonly string _host;

    private HttpConnection(TimedStream timed, Stream stream, TimeSpan? timeout, string host)
    {
        _timed = timed;
        _stream = stream;
        _timeout = timeout;
        _host = host;
        Source = new ByteSource(stream);
    }

    internal ByteSource Source { get; }

    internal static HttpConnection Open(SocketPool pool, HttpUrl url, FetchSettings settings)
    {
        TimedStream timed = new(Connector.Connect(pool, url.Host, url.Port, settings.Timeout, settings.Family), settings.Timeout);
        if (!url.IsSecure)
        {
            return new HttpConnection(timed, timed, settings.Timeout, url.Host);
        }

        SslStream secure = new(timed);
        try
        {
            timed.BeginPhase();
            secure.AuthenticateAsClient(settings.Trust.ForHost(url.Host));
            return new HttpConnection(timed, secure, settings.Timeout, url.Host);
        }
        catch (AuthenticationException e) when (e.InnerException is ToolException reason)
        {
            secure.Dispose();
            throw reason;
        }
        catch (Exception e) when (PhaseTimeout.Is(e))
        {
            secure.Dispose();
            throw PhaseTimeout.Of($"the TLS handshake with {url.Host}", settings.Timeout, e);
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
        _timed.BeginPhase();
        try
        {
            _stream.Write(request.ToBytes());
            _stream.Flush();
            return ResponseHead.Read(Source);
        }
        catch (Exception e) when (PhaseTimeout.Is(e))
        {
            throw PhaseTimeout.Of($"the head of the answer of {_host}", _timeout, e);
        }
    }

    /// <summary>
    /// Reads some bytes of a body, with the framing before them. All of it has the timeout once: a server that drips does not win time.
    /// </summary>
    internal int Read(HttpBody body, Span<byte> destination)
    {
        _timed.BeginPhase();
        try
        {
            return body.Read(destination);
        }
        catch (Exception e) when (PhaseTimeout.Is(e))
        {
            throw PhaseTimeout.Of($"the next piece of the body from {_host}", _timeout, e);
        }
    }

    public void Dispose()
    {
        _stream.Dispose();
        _timed.Dispose();
    }
}
