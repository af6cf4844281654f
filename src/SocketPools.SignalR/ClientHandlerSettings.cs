namespace SocketPools.SignalR;

/// <summary>The settings of a <see cref="HttpClientHandler"/>, which has no way to connect over a pool, in a handler that has one.</summary>
internal static class ClientHandlerSettings
{
    internal static SocketsHttpHandler Copy(HttpClientHandler from, Uri? url)
    {
        if (from.ClientCertificateOptions != ClientCertificateOption.Manual)
        {
            throw new InvalidOperationException("ClientCertificateOptions other than Manual are not supported on a socket pool: add the certificates to ClientCertificates.");
        }

        SocketsHttpHandler to = new()
        {
            AllowAutoRedirect = from.AllowAutoRedirect,
            AutomaticDecompression = from.AutomaticDecompression,
            CookieContainer = from.CookieContainer,
            Credentials = from.Credentials,
            DefaultProxyCredentials = from.DefaultProxyCredentials,
            MaxAutomaticRedirections = from.MaxAutomaticRedirections,
            MaxConnectionsPerServer = from.MaxConnectionsPerServer,
            MaxResponseHeadersLength = from.MaxResponseHeadersLength,
            MeterFactory = from.MeterFactory,
            PreAuthenticate = from.PreAuthenticate,
            Proxy = from.Proxy,
            UseCookies = from.UseCookies,
            UseProxy = from.UseProxy,
        };
        to.SslOptions.EnabledSslProtocols = from.SslProtocols;
        to.SslOptions.CertificateRevocationCheckMode = from.CheckCertificateRevocationList
            ? System.Security.Cryptography.X509Certificates.X509RevocationMode.Online
            : System.Security.Cryptography.X509Certificates.X509RevocationMode.NoCheck;
        if (from.ClientCertificates.Count > 0)
        {
            to.SslOptions.ClientCertificates = from.ClientCertificates;
        }

        if (from.ServerCertificateCustomValidationCallback is { } validate)
        {
            // The connection's first request is not known here; the address is the same.
            to.SslOptions.RemoteCertificateValidationCallback = (_, certificate, chain, errors) =>
            {
                using HttpRequestMessage request = new(HttpMethod.Get, url);
                return validate(request, certificate as System.Security.Cryptography.X509Certificates.X509Certificate2, chain, errors);
            };
        }

        return to;
    }
}
