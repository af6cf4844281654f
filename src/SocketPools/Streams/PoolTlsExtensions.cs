using System.Net.Security;
using SocketPools.Radios;

namespace SocketPools.Streams;

/// <summary>TLS over a connected socket. The socket's timeout covers the whole handshake, and each call after it.</summary>
/// <remarks>
/// A handshake that fails, for whatever reason, closes the socket, because an unfinished TLS session cannot be used.
/// A call with wrong arguments leaves it alone.
/// </remarks>
/// <example><code>using SslStream secure = socket.AuthenticateAsClient("example.com");</code></example>
public static class PoolTlsExtensions
{
    /// <summary>Starts TLS as a client.</summary>
    /// <param name="socket">A connected stream socket; the stream owns it from now on.</param>
    /// <param name="options">At least the host's name (TargetHost); ALPN, client certificates and all the rest.</param>
    /// <returns>The encrypted stream. Disposing it closes the socket.</returns>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peers do not agree, or a certificate is not trusted.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the socket's timeout was up before the handshake was done.</exception>
    /// <exception cref="IOException">The connection ended in the middle.</exception>
    public static SslStream AuthenticateAsClient(this PoolSocket socket, SslClientAuthenticationOptions options) =>
        Authenticate(socket, options, static (stream, options) => stream.AuthenticateAsClient(options));

    /// <summary>Starts TLS as a client, without holding a thread.</summary>
    /// <param name="socket">A connected stream socket; the stream owns it from now on.</param>
    /// <param name="options">At least the host's name (TargetHost); ALPN, client certificates and all the rest.</param>
    /// <param name="cancellationToken">Ends the handshake and closes the socket.</param>
    /// <returns>The encrypted stream. Disposing it closes the socket.</returns>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peers do not agree, or a certificate is not trusted.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the socket's timeout was up before the handshake was done.</exception>
    /// <exception cref="IOException">The connection ended in the middle.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<SslStream> AuthenticateAsClientAsync(
        this PoolSocket socket, SslClientAuthenticationOptions options, CancellationToken cancellationToken = default) =>
        AuthenticateAsync(socket, options, (stream, options) => stream.AuthenticateAsClientAsync(options, cancellationToken));

    /// <summary>Starts TLS as a server.</summary>
    /// <param name="socket">A connected stream socket; the stream owns it from now on.</param>
    /// <param name="options">At least the certificate.</param>
    /// <returns>The encrypted stream. Disposing it closes the socket.</returns>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peers do not agree, or a certificate is not trusted.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the socket's timeout was up before the handshake was done.</exception>
    /// <exception cref="IOException">The connection ended in the middle.</exception>
    public static SslStream AuthenticateAsServer(this PoolSocket socket, SslServerAuthenticationOptions options) =>
        Authenticate(socket, options, static (stream, options) => stream.AuthenticateAsServer(options));

    /// <summary>Starts TLS as a server, without holding a thread.</summary>
    /// <param name="socket">A connected stream socket; the stream owns it from now on.</param>
    /// <param name="options">At least the certificate.</param>
    /// <param name="cancellationToken">Ends the handshake and closes the socket.</param>
    /// <returns>The encrypted stream. Disposing it closes the socket.</returns>
    /// <exception cref="System.Security.Authentication.AuthenticationException">The peers do not agree, or a certificate is not trusted.</exception>
    /// <exception cref="PoolSocketException">ETIMEDOUT: the socket's timeout was up before the handshake was done.</exception>
    /// <exception cref="IOException">The connection ended in the middle.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled.</exception>
    public static Task<SslStream> AuthenticateAsServerAsync(
        this PoolSocket socket, SslServerAuthenticationOptions options, CancellationToken cancellationToken = default) =>
        AuthenticateAsync(socket, options, (stream, options) => stream.AuthenticateAsServerAsync(options, cancellationToken));

    private static SslStream Authenticate<TOptions>(PoolSocket socket, TOptions options, Action<SslStream, TOptions> handshake)
    {
        ArgumentNullException.ThrowIfNull(options);
        SslStream stream = Begin(socket, out PoolSocketStream inner);
        try
        {
            handshake(stream, options);
            inner.SharedDeadline = null;
            return stream;
        }
        catch (Exception e)
        {
            inner.LingerTimeout = TimeSpan.Zero;
            ThrowIfTimeout(e, inner, stream);
            stream.Dispose();
            throw;
        }
    }

    private static async Task<SslStream> AuthenticateAsync<TOptions>(PoolSocket socket, TOptions options, Func<SslStream, TOptions, Task> handshake)
    {
        ArgumentNullException.ThrowIfNull(options);
        SslStream stream = Begin(socket, out PoolSocketStream inner);
        try
        {
            await handshake(stream, options).ConfigureAwait(false);
            inner.SharedDeadline = null;
            return stream;
        }
        catch (Exception e)
        {
            inner.LingerTimeout = TimeSpan.Zero;
            ThrowIfTimeout(e, inner, stream);
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static SslStream Begin(PoolSocket socket, out PoolSocketStream inner)
    {
        ArgumentNullException.ThrowIfNull(socket);
        inner = new PoolSocketStream(socket) { SharedDeadline = socket.StartCall() };
        return new SslStream(inner);
    }

    private static void ThrowIfTimeout(Exception e, PoolSocketStream inner, SslStream stream)
    {
        if (e is IOException { InnerException: PoolSocketException { Errno: Errno.ETIMEDOUT } })
        {
            PoolSocketException timeout = inner.Socket.CreateException(Errno.ETIMEDOUT, "handshake", inner.SharedDeadline!.Value);
            stream.Dispose();
            throw timeout;
        }
    }
}
