using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using MQTTnet;
using MQTTnet.Server;

namespace SocketPools.MqttNet;

/// <summary>MQTTnet's TLS options in the words of <see cref="SslStream"/>, with the meaning they have over MQTTnet's sockets.</summary>
internal static class MqttTls
{
    /// <summary>The options of a client.</summary>
    /// <param name="tcp">MQTTnet's.</param>
    /// <param name="host">The name to check the certificate against when the options tell none.</param>
    internal static SslClientAuthenticationOptions ForClient(MqttClientTcpOptions tcp, string host)
    {
        MqttClientTlsOptions tls = tcp.TlsOptions;
        X509RevocationMode revocation = tls.IgnoreCertificateRevocationErrors ? X509RevocationMode.NoCheck : tls.RevocationMode;
        SslClientAuthenticationOptions options = new()
        {
            TargetHost = string.IsNullOrEmpty(tls.TargetHost) ? host : tls.TargetHost,
            ApplicationProtocols = tls.ApplicationProtocols,
            ClientCertificates = tls.ClientCertificatesProvider?.GetCertificates(),
            EnabledSslProtocols = tls.SslProtocol,
            CertificateRevocationCheckMode = revocation,
            CipherSuitesPolicy = tls.CipherSuitesPolicy,
            EncryptionPolicy = tls.EncryptionPolicy,
            AllowRenegotiation = tls.AllowRenegotiation,
            RemoteCertificateValidationCallback = (_, certificate, chain, errors) => MayTrust(tcp, certificate, chain, errors),
        };
        if (tls.CertificateSelectionHandler is { } select)
        {
            options.LocalCertificateSelectionCallback = (_, target, local, remote, issuers) =>
                select(new MqttClientCertificateSelectionEventArgs(target, local, remote, issuers, tcp));
        }

        if (tls.TrustChain is { Count: > 0 })
        {
            options.CertificateChainPolicy = new X509ChainPolicy
            {
                TrustMode = X509ChainTrustMode.CustomRootTrust,
                VerificationFlags = X509VerificationFlags.IgnoreEndRevocationUnknown,
                RevocationMode = revocation,
            };
            options.CertificateChainPolicy.CustomTrustStore.AddRange(tls.TrustChain);
        }

        return options;
    }

    /// <summary>The options of a server; the certificate is asked for anew at each connection, so that it can be renewed.</summary>
    /// <exception cref="InvalidOperationException">There is no certificate, or it has no private key.</exception>
    internal static SslServerAuthenticationOptions ForServer(MqttServerTlsTcpEndpointOptions tls)
    {
        X509Certificate2? certificate = tls.CertificateProvider?.GetCertificate();
        if (certificate is not { HasPrivateKey: true })
        {
            throw new InvalidOperationException("The TLS endpoint needs a certificate with its private key.");
        }

        return new SslServerAuthenticationOptions
        {
            ServerCertificate = certificate,
            ClientCertificateRequired = tls.ClientCertificateRequired,
            RemoteCertificateValidationCallback = tls.RemoteCertificateValidationCallback,
            EnabledSslProtocols = tls.SslProtocol,
            CertificateRevocationCheckMode = tls.CheckCertificateRevocation ? X509RevocationMode.Online : X509RevocationMode.NoCheck,
            EncryptionPolicy = EncryptionPolicy.RequireEncryption,
            CipherSuitesPolicy = tls.CipherSuitesPolicy,
        };
    }

    private static bool MayTrust(MqttClientTcpOptions tcp, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (tcp.TlsOptions.CertificateValidationHandler is { } validate)
        {
            return validate(new MqttClientCertificateValidationEventArgs(certificate, chain, errors, tcp));
        }

        SslPolicyErrors ignored = tcp.TlsOptions.IgnoreCertificateChainErrors ? SslPolicyErrors.RemoteCertificateChainErrors : SslPolicyErrors.None;
        return (errors & ~ignored) == SslPolicyErrors.None;
    }
}
