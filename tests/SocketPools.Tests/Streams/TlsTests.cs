using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using SocketPools.Radios;
using SocketPools.Streams;
using SocketPools.Tests.Differential;

namespace SocketPools.Tests.Streams;

/// <summary>TLS with both ends on pools, and what a handshake leaves behind that fails.</summary>
public sealed class TlsTests
{
    public static TheoryData<bool> SyncAndAsync => [false, true];

    [Theory]
    [MemberData(nameof(SyncAndAsync))]
    public async Task Client_and_server_agree_on_everything_they_were_told(bool isAsync)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        SslClientAuthenticationOptions clientOptions = TestCertificates.Client();
        clientOptions.ApplicationProtocols = [SslApplicationProtocol.Http2, SslApplicationProtocol.Http11];
        clientOptions.ClientCertificates = [TestCertificates.ClientCertificate];
        SslServerAuthenticationOptions serverOptions = TestCertificates.Server();
        serverOptions.ApplicationProtocols = [SslApplicationProtocol.Http11];
        serverOptions.ClientCertificateRequired = true;
        serverOptions.CertificateChainPolicy = TestCertificates.Trust(TestCertificates.Authority);
        (SslStream one, SslStream two) = await HandshakeAsync(isAsync, client, clientOptions, server, serverOptions);
        using (one)
        using (two)
        {
            Assert.Equal(SslApplicationProtocol.Http11, one.NegotiatedApplicationProtocol);
            Assert.Equal(SslApplicationProtocol.Http11, two.NegotiatedApplicationProtocol);
            Assert.True(one.IsAuthenticated && one.IsEncrypted && two.IsMutuallyAuthenticated);
            Assert.Equal("CN=client of the pool", two.RemoteCertificate!.Subject);
            Assert.Equal($"CN={TestCertificates.HostName}", one.RemoteCertificate!.Subject);
            byte[] sent = StreamCalls.RandomBytes(1 << 20, seed: 6);
            Task write = isAsync ? one.WriteAsync(sent).AsTask() : Task.Run(() => one.Write(sent));
            byte[] came = new byte[sent.Length];
            await two.ReadExactlyAsync(came);
            await write;
            Assert.Equal(sent, came);
        }

        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Theory]
    [InlineData("other.test", false, "RemoteCertificateNameMismatch")]
    [InlineData("other.test", true, "RemoteCertificateNameMismatch")]
    [InlineData(TestCertificates.HostName, false, "certificate chain")]
    [InlineData(TestCertificates.HostName, true, "certificate chain")]
    public async Task A_certificate_that_does_not_fit_is_refused_and_both_sockets_are_closed(string host, bool isAsync, string expected)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using X509Certificate2 stranger = TestCertificates.MakeAuthority("Somebody else");
        SslClientAuthenticationOptions options = TestCertificates.Client(
            host, host == TestCertificates.HostName ? stranger : null);
        Task<SslStream> serving = ServeAsync(isAsync, server, TestCertificates.Server());
        AuthenticationException e = await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(isAsync, client, options));
        Assert.Contains(expected, e.Message, StringComparison.Ordinal);

        // In TLS 1.3 the server may be done before the client says no; then it hears of it in its next read.
        Exception? refusal = await Record.ExceptionAsync(async () =>
        {
            using SslStream stream = await serving;
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        });
        Assert.True(refusal is null or IOException or AuthenticationException, refusal?.ToString());
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Theory]
    [MemberData(nameof(SyncAndAsync))]
    public async Task A_client_without_a_certificate_is_refused_by_a_server_that_wants_one(bool isAsync)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        SslServerAuthenticationOptions options = TestCertificates.Server();
        options.ClientCertificateRequired = true;
        Task<SslStream> serving = ServeAsync(isAsync, server, options);
        Exception? heard = await Record.ExceptionAsync(async () =>
        {
            using SslStream stream = await ConnectAsync(isAsync, client, TestCertificates.Client());
            Assert.Equal(0, await stream.ReadAsync(new byte[1]));
        });
        await Assert.ThrowsAsync<AuthenticationException>(() => serving);
        Assert.True(heard is null or IOException or AuthenticationException, heard?.ToString());
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task A_peer_that_says_nothing_is_a_timeout_that_leaves_nothing_behind(bool isAsync, bool asServer)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket silent) = pool.TcpPair();
        client.SetTimeout(0.1);
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => asServer
            ? ServeAsync(isAsync, client, TestCertificates.Server())
            : ConnectAsync(isAsync, client, TestCertificates.Client()));
        Assert.Equal((Errno.ETIMEDOUT, "handshake"), (e.Errno, e.Operation));
        Assert.InRange(e.Elapsed.TotalSeconds, 0.1, 10);
        Assert.Equal(silent.LocalEndPoint, e.Remote.ToIPEndPoint());
        Assert.Equal(-1, client.Descriptor);
        silent.Close();
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Theory]
    [MemberData(nameof(SyncAndAsync))]
    public async Task The_timeout_is_for_the_whole_handshake_and_not_for_each_of_its_reads(bool isAsync)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetTimeout(0.5);

        // A record that announces 16 KiB, and comes byte by byte: no read waits long, the whole would take minutes.
        using CancellationTokenSource stop = new();
        Task drip = Task.Run(async () =>
        {
            await server.SendAllAsync(new byte[] { 22, 3, 3, 64, 0 });
            using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(20));
            while (await timer.WaitForNextTickAsync(stop.Token))
            {
                await server.SendAllAsync(new byte[] { 2 });
            }
        });
        PoolSocketException e = await Assert.ThrowsAsync<PoolSocketException>(() => ConnectAsync(isAsync, client, TestCertificates.Client()));
        await stop.CancelAsync();
        await Record.ExceptionAsync(() => drip);
        Assert.Equal((Errno.ETIMEDOUT, "handshake"), (e.Errno, e.Operation));
        Assert.InRange(e.Elapsed.TotalSeconds, 0.5, 10);
        server.Close();
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Theory]
    [MemberData(nameof(SyncAndAsync))]
    public async Task After_the_handshake_each_call_has_the_timeout_again(bool isAsync)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        client.SetTimeout(30);
        (SslStream one, SslStream two) = await HandshakeAsync(isAsync, client, TestCertificates.Client(), server, TestCertificates.Server());
        Assert.Equal(30_000, one.ReadTimeout);
        client.SetTimeout(0.05);
        IOException e = isAsync
            ? await Assert.ThrowsAsync<IOException>(async () => await one.ReadAsync(new byte[1]))
            : Assert.Throws<IOException>(() => one.Read(new byte[1], 0, 1));
        Assert.Contains("ETIMEDOUT", e.ToString(), StringComparison.Ordinal);
        one.Dispose();
        two.Dispose();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_cancelled_handshake_leaves_nothing_behind(bool before)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        using CancellationTokenSource cancel = new();
        if (before)
        {
            await cancel.CancelAsync();
        }

        Task<SslStream> one = client.AuthenticateAsClientAsync(TestCertificates.Client(), cancel.Token);
        using PoolSocket other = pool.Listener();
        (PoolSocket silent, PoolSocket waiting) = pool.TcpPair();
        Task<SslStream> two = waiting.AuthenticateAsServerAsync(TestCertificates.Server(), cancel.Token);
        await cancel.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => one);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => two);
        server.Close();
        other.Close();
        Assert.Equal(1, pool.Pool.OpenCount); // the peer of the second, which is kept from being collected
        silent.Close();
    }

    [Theory]
    [MemberData(nameof(SyncAndAsync))]
    public async Task A_peer_that_talks_something_else_or_hangs_up_is_an_error_and_the_socket_is_closed(bool isAsync)
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        server.SendAll("HTTP/1.1 400 Bad Request\r\n\r\n"u8);
        await Assert.ThrowsAsync<AuthenticationException>(() => ConnectAsync(isAsync, client, TestCertificates.Client()));
        (PoolSocket second, PoolSocket peer) = pool.TcpPair();
        peer.Close();
        await Assert.ThrowsAnyAsync<IOException>(() => ConnectAsync(isAsync, second, TestCertificates.Client()));
        server.Close();
        Assert.Equal(0, pool.Pool.OpenCount);
    }

    [Fact]
    public async Task Closing_the_socket_ends_a_handshake()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        Task<SslStream> one = client.AuthenticateAsClientAsync(TestCertificates.Client());
        client.Close();
        await Assert.ThrowsAnyAsync<IOException>(() => one);
        using BlockedCall two = new(() => Record.Exception(() => server.AuthenticateAsServer(TestCertificates.Server()))?.GetType().Name ?? "none");
        server.Close();
        Assert.True(two.Join(10));
        Assert.NotEqual("none", two.Answer);
    }

    [Fact]
    public async Task Wrong_arguments_leave_the_socket_alone()
    {
        using TestPool pool = new();
        (PoolSocket client, PoolSocket server) = pool.TcpPair();
        Assert.Throws<ArgumentNullException>("options", () => client.AuthenticateAsClient(null!));
        Assert.Throws<ArgumentNullException>("options", () => client.AuthenticateAsServer(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("options", () => client.AuthenticateAsClientAsync(null!));
        await Assert.ThrowsAsync<ArgumentNullException>("options", () => client.AuthenticateAsServerAsync(null!));
        Assert.Throws<ArgumentException>("socket", () => pool.Udp().AuthenticateAsClient(TestCertificates.Client()));
        client.SendAll([1]);
        Assert.Equal(1, server.ReceiveInto(new byte[1]));
    }

    private static async Task<(SslStream Client, SslStream Server)> HandshakeAsync(
        bool isAsync, PoolSocket client, SslClientAuthenticationOptions clientOptions, PoolSocket server, SslServerAuthenticationOptions serverOptions)
    {
        Task<SslStream> serving = ServeAsync(isAsync, server, serverOptions);
        SslStream one = await ConnectAsync(isAsync, client, clientOptions);
        return (one, await serving);
    }

    private static Task<SslStream> ConnectAsync(bool isAsync, PoolSocket socket, SslClientAuthenticationOptions options) =>
        isAsync ? socket.AuthenticateAsClientAsync(options) : OnThread(() => socket.AuthenticateAsClient(options));

    private static Task<SslStream> ServeAsync(bool isAsync, PoolSocket socket, SslServerAuthenticationOptions options) =>
        isAsync ? socket.AuthenticateAsServerAsync(options) : OnThread(() => socket.AuthenticateAsServer(options));

    private static Task<SslStream> OnThread(Func<SslStream> call) => Task.Factory.StartNew(call, TaskCreationOptions.LongRunning);
}
