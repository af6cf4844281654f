#!/bin/bash
# .NET 10.0 on Linux, SslStream: the second handshake with a name has a longer ClientHello, also to another server
#
# Guess: two SslStreams with the same options send ClientHellos of one length, since nothing connects the two.
# Observed: the process keeps TLS 1.3 sessions under the name of the target. The second handshake for that name offers the first one's
# ticket and is longer, though it goes to another port. With AllowTlsResume = false both have one length.
# Why it matters: a recorded or simulated run differs between the first and the second connection of a process, and a test depends on those that
# ran before it. Middleboxes and small buffers that pass the first may not pass the second.
source "$(dirname "$0")/support/lib.sh"
need openssl
openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=localhost -keyout "$work/key.pem" -out "$work/certificate.pem" 2>"$work/log"
out=$(CERTIFICATE=$work csharp <<'CSHARP'
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

string folder = Environment.GetEnvironmentVariable("CERTIFICATE");
using X509Certificate2 certificate = X509CertificateLoader.LoadPkcs12(
    X509Certificate2.CreateFromPemFile($"{folder}/certificate.pem", $"{folder}/key.pem").Export(X509ContentType.Pfx), null);
foreach (bool resume in new[] { true, false })
{
    SslStreamCertificateContext context = SslStreamCertificateContext.Create(certificate, null);
    List<int> lengths = [];
    for (int i = 0; i < 2; i++)
    {
        using TcpListener listener = new(IPAddress.Loopback, 0);
        listener.Start();
        using TcpClient tcp = new();
        await tcp.ConnectAsync((IPEndPoint)listener.LocalEndpoint);
        using TcpClient accepted = await listener.AcceptTcpClientAsync();
        Measuring measuring = new(tcp.GetStream());
        using SslStream client = new(measuring), server = new(accepted.GetStream());
        await Task.WhenAll(
            client.AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = $"name-{resume}", AllowTlsResume = resume, RemoteCertificateValidationCallback = (_, _, _, _) => true }),
            server.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificateContext = context, AllowTlsResume = resume }));
        await server.WriteAsync(new byte[1]);
        await client.ReadExactlyAsync(new byte[1]); // the ticket comes before the data
        lengths.Add(measuring.First);
    }
    Console.WriteLine($"AllowTlsResume {resume}: the second is {(lengths[0] == lengths[1] ? "as long as the first" : lengths[1] > lengths[0] ? "longer" : "shorter")}");
}

sealed class Measuring(NetworkStream inner) : Stream
{
    public int First;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => true;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override ValueTask WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken token = default)
    {
        First = First == 0 ? bytes.Length : First;
        return inner.WriteAsync(bytes, token);
    }

    public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken token = default) => inner.ReadAsync(buffer, token);

    public override int Read(byte[] buffer, int offset, int count) => inner.Read(buffer, offset, count);

    public override void Write(byte[] buffer, int offset, int count) => inner.Write(buffer, offset, count);

    public override void Flush() => inner.Flush();

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();
}
CSHARP
)
expect "ClientHello" "$out" $'AllowTlsResume True: the second is longer\nAllowTlsResume False: the second is as long as the first'
