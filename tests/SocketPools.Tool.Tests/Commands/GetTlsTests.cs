using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace SocketPools.Tool.Tests;

public sealed class GetTlsTests : IDisposable
{
    private const string PythonServer = """
        import http.server, ssl, sys
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(sys.argv[1], sys.argv[2])
        class Handler(http.server.SimpleHTTPRequestHandler):
            def do_GET(self):
                if self.path == '/down':
                    self.send_response(302); self.send_header('Location', 'http://127.0.0.1:1/'); self.end_headers()
                else:
                    super().do_GET()
        server = http.server.ThreadingHTTPServer(('127.0.0.1', 0), lambda *a: Handler(*a, directory=sys.argv[3]))
        server.socket = context.wrap_socket(server.socket, server_side=True)
        print('port', server.server_address[1], flush=True)
        server.serve_forever()
        """;

    private readonly TemporaryDirectory _directory = new();

    public GetTlsTests()
    {
        using ECDsa rootKey = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest rootRequest = new("CN=A root of the tests", rootKey, HashAlgorithmName.SHA256);
        rootRequest.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        using X509Certificate2 root = rootRequest.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(10));
        _directory.Write("ca.pem", root.ExportCertificatePem());
        Issue(root, "server", "1.3.6.1.5.5.7.3.1", DateTimeOffset.UtcNow.AddDays(9));
        Issue(root, "client", "1.3.6.1.5.5.7.3.2", DateTimeOffset.UtcNow.AddDays(9));
        Issue(root, "expired", "1.3.6.1.5.5.7.3.1", DateTimeOffset.UtcNow.AddHours(-1));
    }

    public void Dispose() => _directory.Dispose();

    [Fact(Timeout = 240_000)]
    public async Task Python_serves_us_over_tls_when_we_trust_its_root()
    {
        byte[] content = TemporaryDirectory.Bytes(1_000_000);
        _directory.Write("www/x", content);
        using Program python = Program.Start("python3", "-c", PythonServer, _directory["server.pem"], _directory["server.key"], _directory["www"]);
        string port = (await python.OutputLineAsync("port ")).Split(' ')[1];
        string url = $"https://127.0.0.1:{port}/x";
        Assert.Equal(content, (await Tool.RunAsync("get", url, "--ca", _directory["ca.pem"])).Succeeds().Output);
        Assert.Equal(content, (await Tool.RunAsync("get", url, "--insecure")).Succeeds().Output);

        string untrusted = (await Tool.RunAsync("get", url)).Fails();
        Assert.StartsWith("TLS failed: the server's certificate is not trusted (", untrusted);
        string misnamed = (await Tool.RunAsync("get", "-4", $"https://localhost:{port}/x", "--ca", _directory["ca.pem"])).Fails();
        Assert.Equal("TLS failed: the server's certificate is not for localhost", misnamed);
        string downgrade = (await Tool.RunAsync("get", $"https://127.0.0.1:{port}/down", "--ca", _directory["ca.pem"])).Fails();
        Assert.Contains("from https to http", downgrade, StringComparison.Ordinal);
    }

    [Theory(Timeout = 240_000)]
    [InlineData("client", "policy")]
    [InlineData("expired", "expired")]
    public async Task A_certificate_of_our_root_that_is_for_something_else_or_too_old_is_refused(string name, string why)
    {
        using Program python = Program.Start("python3", "-c", PythonServer, _directory[name + ".pem"], _directory[name + ".key"], _directory.Root);
        string port = (await python.OutputLineAsync("port ")).Split(' ')[1];
        string line = (await Tool.RunAsync("get", $"https://127.0.0.1:{port}/ca.pem", "--ca", _directory["ca.pem"])).Fails();
        Assert.StartsWith("TLS failed: the server's certificate is not trusted (", line);
        Assert.Contains(why, line, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("issuer", line, StringComparison.OrdinalIgnoreCase);
    }

    [Fact(Timeout = 240_000)]
    public async Task OpenSsl_serves_us_over_tls()
    {
        _directory.Write("hello.txt", "hello over tls");
        using Program openssl = Program.Start(
            "sh", "-c", "command -v openssl >/dev/null || exit 9; cd \"$1\" && exec openssl s_server -accept 127.0.0.1:0 -cert server.pem -key server.key -WWW", "sh", _directory.Root);
        string line = await openssl.OutputLineAsync("ACCEPT");
        string port = line[(line.LastIndexOf(':') + 1)..].Trim();
        ToolResult result = await Tool.RunAsync("get", $"https://127.0.0.1:{port}/hello.txt", "--ca", _directory["ca.pem"]);
        Assert.Equal("hello over tls", result.Succeeds().Text);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_server_without_tls_is_one_line()
    {
        using ScriptedServer server = new("HTTP/1.1 400 You speak TLS to a plain port\r\n\r\n");
        Assert.StartsWith("TLS failed: ", (await Tool.RunAsync("get", $"https://127.0.0.1:{server.Port}/", "--timeout", "5")).Fails());
    }

    [Fact(Timeout = 240_000)]
    public async Task A_server_that_is_silent_in_the_handshake_is_given_up()
    {
        using ScriptedServer server = new((_, _, stop) => Task.Delay(Timeout.Infinite, stop));
        Assert.Contains("ETIMEDOUT", (await Tool.RunAsync("get", $"https://127.0.0.1:{server.Port}/", "--timeout", "0.3")).Fails(), StringComparison.Ordinal);
    }

    [Fact(Timeout = 240_000)]
    public async Task A_root_that_cannot_be_read_is_one_line()
    {
        Assert.NotEmpty((await Tool.RunAsync("get", "https://127.0.0.1/", "--ca", _directory["missing.pem"])).Fails());
        _directory.Write("empty.pem", "nothing here");
        Assert.Contains("no certificate", (await Tool.RunAsync("get", "https://127.0.0.1/", "--ca", _directory["empty.pem"])).Fails(), StringComparison.Ordinal);
        _directory.Write("broken.pem", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n");
        Assert.NotEmpty((await Tool.RunAsync("get", "https://127.0.0.1/", "--ca", _directory["broken.pem"])).Fails());
    }

    private void Issue(X509Certificate2 root, string name, string usage, DateTimeOffset end)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new($"CN={name}", key, HashAlgorithmName.SHA256);
        SubjectAlternativeNameBuilder names = new();
        names.AddIpAddress(IPAddress.Loopback);
        names.AddDnsName("server.example");
        request.CertificateExtensions.Add(names.Build());
        request.CertificateExtensions.Add(new X509EnhancedKeyUsageExtension([new Oid(usage)], false));
        using X509Certificate2 certificate = request.Create(root, root.NotBefore, end, [1, 2, 3, 4]);
        _directory.Write(name + ".pem", certificate.ExportCertificatePem());
        _directory.Write(name + ".key", key.ExportPkcs8PrivateKeyPem());
    }
}
