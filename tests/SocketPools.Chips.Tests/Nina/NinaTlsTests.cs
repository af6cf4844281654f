using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SocketPools.Chips.Nina;
using SocketPools.Chips.Tests.Support;
using SocketPools.Radios;
using SocketPools.Streams;

namespace SocketPools.Chips.Tests.Nina;

/// <summary>TLS in the module: the host hands over plain bytes.</summary>
public sealed class NinaTlsTests
{
    [Theory(Timeout = 240_000)]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_connection_in_TLS_mode_is_encrypted_and_a_wrong_certificate_is_refused(bool trusted)
    {
        using Cable cable = new();
        using SocketPool servers = new(cable.Far);
        servers.LingerTimeout = TimeSpan.FromSeconds(0.1); // the chip closes last
        cable.Near.SetHostEntry("far.example", Cable.FarAddress);
        using PoolSocket listener = servers.CreateSocket();
        listener.Bind(new IPSocketAddress(Cable.FarAddress, 0));
        listener.Listen();
        int port = listener.LocalEndPoint.Port;
        Task<string> serving = ServeAsync(listener);
        using NinaBus bus = new(cable.Near, new NinaChipOptions
        {
            StartsConnected = true,
            ValidateCertificate = trusted ? static (_, certificate, _, _) => certificate?.Subject == "CN=far.example" : null,
        });
        byte[][]? answer = await Task.Run(
            () => bus.Ask(0x2D, "far.example"u8.ToArray(), new byte[4], [(byte)(port >> 8), (byte)port], [0], [2]), TestContext.Current.CancellationToken);
        if (!trusted)
        {
            Assert.Empty(answer!);
            return;
        }

        Assert.Equal([1], answer![0]);
        Assert.Equal(5, bus.AskWord(0x44, [0], "hello"u8.ToArray()));
        ChipBus.Until(() => bus.AskWord(0x2B, [0]) == 6, "the answer");
        Assert.Equal("world!"u8.ToArray(), bus.Ask(0x45, [0], [10, 0])![0]);
        ChipBus.Until(() => bus.AskByte(0x2F, [0]) == 0, "the end");
        bus.Ask(0x2E, [0]);
        Assert.Equal("hello", await serving);
    }

    private static async Task<string> ServeAsync(PoolSocket listener)
    {
        using ECDsa key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        CertificateRequest request = new("CN=far.example", key, HashAlgorithmName.SHA256);
        using X509Certificate2 made = request.CreateSelfSigned(TimeProvider.System.GetUtcNow().AddDays(-1), TimeProvider.System.GetUtcNow().AddDays(1));
        using PoolSocket socket = await listener.AcceptAsync();
        await using SslStream tls = new(new PoolSocketStream(socket));
        try
        {
            await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions { ServerCertificate = made });
            byte[] buffer = new byte[5];
            await tls.ReadExactlyAsync(buffer);
            await tls.WriteAsync("world!"u8.ToArray());
            return System.Text.Encoding.ASCII.GetString(buffer);
        }
        catch (IOException)
        {
            return "";
        }
    }
}
