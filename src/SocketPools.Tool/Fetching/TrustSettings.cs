using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketPools.Tool.Fetching;

/// <summary>Which servers are trusted: those that the system trusts, those of one more root, or all.</summary>
/// <param name="ExtraRoots">Roots beside the system's.</param>
/// <param name="Insecure">Whether nothing is checked.</param>
internal sealed record TrustSettings(X509Certificate2Collection ExtraRoots, bool Insecure)
{
    // The extended key usage of servers (RFC 5280, section 4.2.1.12); SslStream asks the system's roots for it by itself.
    private const string ServerAuthentication = "1.3.6.1.5.5.7.3.1";

    internal static TrustSettings OfSystem { get; } = new([], false);

    /// <param name="file">A file with certificates in PEM, or null.</param>
    /// <param name="insecure">Whether nothing is checked.</param>
    internal static TrustSettings Load(string? file, bool insecure)
    {
        X509Certificate2Collection roots = [];
        if (file is null)
        {
            return new TrustSettings(roots, insecure);
        }

        try
        {
            roots.ImportFromPemFile(file);
        }
        catch (CryptographicException e)
        {
            throw new ToolException($"{file} has a broken certificate: {e.Message}", inner: e);
        }

        return roots.Count > 0 ? new TrustSettings(roots, insecure) : throw new ToolException($"{file} has no certificate in PEM");
    }

    /// <summary>The options of a handshake with a host. A server that is not trusted fails with a message that says why.</summary>
    internal SslClientAuthenticationOptions ForHost(string host) => new()
    {
        TargetHost = host,
        ApplicationProtocols = [SslApplicationProtocol.Http11],
        CertificateRevocationCheckMode = X509RevocationMode.NoCheck,
        RemoteCertificateValidationCallback = (_, certificate, chain, errors) => Insecure || Check(host, certificate, chain, errors),
    };

    private bool Check(string host, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors)
    {
        if (certificate is not X509Certificate2 leaf || errors.HasFlag(SslPolicyErrors.RemoteCertificateNotAvailable))
        {
            throw new ToolException("TLS failed: the server has no certificate");
        }

        if (errors.HasFlag(SslPolicyErrors.RemoteCertificateNameMismatch))
        {
            throw new ToolException($"TLS failed: the server's certificate is not for {host}");
        }

        if (errors == SslPolicyErrors.None)
        {
            return true;
        }

        string why;
        if (ExtraRoots.Count == 0)
        {
            why = Describe(chain);
        }
        else if (LeadsToExtraRoot(leaf, chain, out why))
        {
            return true;
        }

        throw new ToolException($"TLS failed: the server's certificate is not trusted ({why}); --ca FILE names its root, --insecure checks nothing");
    }

    private bool LeadsToExtraRoot(X509Certificate2 leaf, X509Chain? sent, out string why)
    {
        using X509Chain chain = new();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.CustomTrustStore.AddRange(ExtraRoots);
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.ApplicationPolicy.Add(new Oid(ServerAuthentication));
        if (sent is not null)
        {
            chain.ChainPolicy.ExtraStore.AddRange(sent.ChainPolicy.ExtraStore);
        }

        bool leads = chain.Build(leaf);
        why = Describe(chain);
        return leads;
    }

    private static string Describe(X509Chain? chain) => chain is null
        ? ""
        : string.Join(", ", chain.ChainStatus.Select(status => status.StatusInformation.Trim().TrimEnd('.')).Distinct());
}
