using System.Net;
using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketPools.Tests.Streams;

/// <summary>An authority and what it signed, made in memory.</summary>
internal static class TestCertificates
{
    internal const string HostName = "pool.test";

    private static readonly DateTimeOffset s_from = DateTimeOffset.UtcNow.AddDays(-1);
    private static readonly DateTimeOffset s_until = DateTimeOffset.UtcNow.AddDays(30);

    internal static X509Certificate2 Authority { get; } = MakeAuthority("Test authority");

    internal static X509Certificate2 ServerCertificate { get; } = Sign(Authority, HostName, "1.3.6.1.5.5.7.3.1");

    internal static X509Certificate2 ClientCertificate { get; } = Sign(Authority, "client of the pool", "1.3.6.1.5.5.7.3.2");

    /// <summary>A client that trusts the authority and nobody else.</summary>
    internal static SslClientAuthenticationOptions Client(string host = HostName, X509Certificate2? authority = null) => new()
    {
        TargetHost = host,
        CertificateChainPolicy = Trust(authority ?? Authority),
    };

    internal static SslServerAuthenticationOptions Server() => new() { ServerCertificate = ServerCertificate };

    internal static X509ChainPolicy Trust(X509Certificate2 authority)
    {
        X509ChainPolicy policy = new() { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.Add(authority);
        return policy;
    }

    internal static X509Certificate2 MakeAuthority(string name)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        request.CertificateExtensions.Add(new X509SubjectKeyIdentifierExtension(request.PublicKey, false));
        return request.CreateSelfSigned(s_from, s_until);
    }

    private static X509Certificate2 Sign(X509Certificate2 authority, string name, string usage)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        SubjectAlternativeNameBuilder names = new();
        names.AddDnsName(name.Replace(' ', '-'));
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(authority, s_from.AddHours(1), s_until.AddHours(-1), RandomNumberGenerator.GetBytes(8));
        using X509Certificate2 withKey = signed.CopyWithPrivateKey(key);

        // Through PKCS #12, as TLS wants its keys on every platform.
        return X509CertificateLoader.LoadPkcs12(withKey.Export(X509ContentType.Pkcs12), null);
    }
}
