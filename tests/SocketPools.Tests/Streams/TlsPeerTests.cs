using System.Diagnostics;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using SocketPools.Streams;

namespace SocketPools.Tests.Streams;

/// <summary>TLS with OpenSSL's own client and server.</summary>
public sealed class TlsPeerTests : IDisposable
{
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("socketpool-tls");

    public TlsPeerTests()
    {
        Write("ca.pem", TestCertificates.Authority.ExportCertificatePem());
        Write("server.pem", TestCertificates.ServerCertificate.ExportCertificatePem());
        Write("server.key", TestCertificates.ServerCertificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        Write("client.pem", TestCertificates.ClientCertificate.ExportCertificatePem());
        Write("client.key", TestCertificates.ClientCertificate.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
    }

    public void Dispose() => _directory.Delete(recursive: true);

    [Theory]
    [InlineData("-tls1_2", false)]
    [InlineData("-tls1_3", false)]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    public async Task OpenSsl_s_client_talks_to_our_server(string version, bool isAsync)
    {
        using TestPool pool = new();
        using PoolSocket listener = pool.Listener();
        using Process peer = Start(
            "s_client", "-connect", $"127.0.0.1:{listener.LocalEndPoint.Port}", "-CAfile", "ca.pem", "-verify_return_error",
            "-verify_hostname", TestCertificates.HostName, "-alpn", "pool/1", "-cert", "client.pem", "-key", "client.key", "-quiet", version);
        listener.SetTimeout(60);
        PoolSocket socket = await listener.AcceptAsync();
        SslServerAuthenticationOptions options = TestCertificates.Server();
        options.ApplicationProtocols = [new SslApplicationProtocol("pool/1")];
        options.ClientCertificateRequired = true;
        options.CertificateChainPolicy = TestCertificates.Trust(TestCertificates.Authority);
        using SslStream stream = isAsync ? await socket.AuthenticateAsServerAsync(options) : socket.AuthenticateAsServer(options);
        Assert.Equal("pool/1", Encoding.ASCII.GetString(stream.NegotiatedApplicationProtocol.Protocol.Span));
        Assert.Equal("CN=client of the pool", stream.RemoteCertificate!.Subject);
        await EchoAsync(peer, stream);
    }

    [Theory]
    [InlineData("-tls1_2", false)]
    [InlineData("-tls1_3", false)]
    [InlineData("-tls1_2", true)]
    [InlineData("-tls1_3", true)]
    public async Task OpenSsl_s_server_talks_to_our_client(string version, bool isAsync)
    {
        // Without -quiet it says where it listens; then it prints what comes and sends what it is told.
        using Process peer = Start(
            "s_server", "-accept", "127.0.0.1:0", "-cert", "server.pem", "-key", "server.key", "-CAfile", "ca.pem",
            "-Verify", "1", "-verify_return_error", "-alpn", "pool/1", "-naccept", "1", version);
        string line = await OutputLineAsync(peer, "ACCEPT");
        int port = int.Parse(line[(line.LastIndexOf(':') + 1)..], System.Globalization.CultureInfo.InvariantCulture);
        using TestPool pool = new();
        PoolSocket socket = await pool.Pool.CreateConnectionAsync("127.0.0.1", port, TimeSpan.FromSeconds(30));
        socket.SetTimeout(60);
        SslClientAuthenticationOptions options = TestCertificates.Client();
        options.ApplicationProtocols = [new SslApplicationProtocol("pool/1")];
        options.ClientCertificates = [TestCertificates.ClientCertificate];
        using SslStream stream = isAsync ? await socket.AuthenticateAsClientAsync(options) : socket.AuthenticateAsClient(options);
        Assert.Equal("pool/1", Encoding.ASCII.GetString(stream.NegotiatedApplicationProtocol.Protocol.Span));
        await EchoAsync(peer, stream);
    }

    /// <summary>A line to the peer and one back. It ends when the connection does.</summary>
    private static async Task EchoAsync(Process peer, SslStream stream)
    {
        await stream.WriteAsync("from the pool\n"u8.ToArray());
        await OutputLineAsync(peer, "from the pool");
        await peer.StandardInput.WriteAsync("from openssl\n");
        await peer.StandardInput.FlushAsync();
        byte[] came = new byte["from openssl\n".Length];
        await stream.ReadExactlyAsync(came);
        Assert.Equal("from openssl\n", Encoding.ASCII.GetString(came));
        await stream.ShutdownAsync();
        await stream.DisposeAsync();
        using CancellationTokenSource limit = new(TimeSpan.FromSeconds(60));
        try
        {
            await peer.WaitForExitAsync(limit.Token);
        }
        catch (OperationCanceledException)
        {
            peer.Kill();
            throw;
        }
    }

    private Process Start(params string[] arguments)
    {
        string[] folders = (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
        Assert.SkipUnless(folders.Any(folder => File.Exists(Path.Combine(folder, "openssl"))), "openssl is missing");
        return Process.Start(new ProcessStartInfo("openssl", arguments)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            WorkingDirectory = _directory.FullName,
        })!;
    }

    private static async Task<string> OutputLineAsync(Process process, string part)
    {
        while (await process.StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.Contains(part, StringComparison.Ordinal))
            {
                return line;
            }
        }

        throw new InvalidOperationException($"{process.StartInfo.FileName} never said \"{part}\"");
    }

    private void Write(string name, string text) => File.WriteAllText(Path.Combine(_directory.FullName, name), text);
}
