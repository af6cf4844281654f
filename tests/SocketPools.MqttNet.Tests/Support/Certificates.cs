using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketPools.MqttNet.Tests;

/// <summary>A root of the tests, a server's and a client's certificate from it, and a client's that nobody vouches for.</summary>
internal sealed class Certificates : IDisposable
{
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";
    private const string ClientAuthentication = "1.3.6.1.5.5.7.3.2";

    internal Certificates()
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=A root of the tests", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        Root = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        Server = Issue("CN=The server", ServerAuthentication, 1, Root);
        Client = Issue("CN=The client", ClientAuthentication, 2, Root);
        Stranger = Issue("CN=A stranger", ClientAuthentication, 3, null);
    }

    internal X509Certificate2 Root { get; }

    internal X509Certificate2 Server { get; }

    internal X509Certificate2 Client { get; }

    internal X509Certificate2 Stranger { get; }

    /// <summary>Whether a certificate comes from the root; what a server asks of its clients.</summary>
    internal bool IsOurs(X509Certificate? certificate)
    {
        if (certificate is null)
        {
            return false;
        }

        using X509Chain chain = new();
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.Add(Root);
        return chain.Build((X509Certificate2)certificate);
    }

    /// <summary>Writes a certificate and its key as PEM files.</summary>
    internal static (string Certificate, string Key) Write(TemporaryDirectory folder, string name, X509Certificate2 certificate)
    {
        using ECDsa key = certificate.GetECDsaPrivateKey()!;
        return (folder.Write(name + ".pem", certificate.ExportCertificatePem()), folder.Write(name + ".key", key.ExportPkcs8PrivateKeyPem()));
    }

    public void Dispose()
    {
        Root.Dispose();
        Server.Dispose();
        Client.Dispose();
        Stranger.Dispose();
    }

    private static X509Certificate2 Issue(string name, string usage, byte serial, X509Certificate2? root)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new(name, key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("localhost");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        DateTimeOffset end = DateTimeOffset.UtcNow.AddHours(12);
        if (root is null)
        {
            return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddHours(-1), end);
        }

        using X509Certificate2 certificate = request.Create(root, DateTimeOffset.UtcNow.AddHours(-1), end, [serial]);
        return certificate.CopyWithPrivateKey(key);
    }
}
