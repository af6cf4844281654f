using System.Net;
using System.Net.Sockets;
using ARSoft.Tools.Net.Dns;
using Makaretu.Dns;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Recipes.Tests;

/// <summary>DNS, by UDP and by TCP: docs/recipes/dns.md.</summary>
public sealed class DnsTests
{
    [Fact]
    public async Task ARSoft_Tools_asks_over_the_datagram_sockets_of_a_pool()
    {
        await using LabServer server = await StartAsync();
        using TestPool made = new();
        (SocketPool pool, IPAddress address, int port) = (made.Pool, IPAddress.Loopback, server.Port);

        // {
        using DnsClient client = new([address], [new PoolTransport(pool, port)], true, 5000);
        DnsMessage? answer = await client.ResolveAsync(ARSoft.Tools.Net.DomainName.Parse("device.lab"), RecordType.A);
        // }
        Assert.Equal(IPAddress.Parse("198.51.100.7"), Assert.IsType<ARSoft.Tools.Net.Dns.ARecord>(Assert.Single(answer!.AnswerRecords)).Address);
        Assert.Equal(1, pool.TotalOpened);
        Assert.Equal(0, pool.OpenCount);
    }

    [Fact]
    public async Task Makaretu_asks_over_a_stream()
    {
        PageCode.AssertRunsHere("docs/recipes/dns.md");
        await using LabServer server = await StartAsync();
        (SocketPool pool, string host, int port) = (server.Pool, LabServer.Host, server.Port);

        // {
        await using PoolSocketStream stream = await pool.ConnectStreamAsync(host, port, TimeSpan.FromSeconds(5));
        Message question = new() { Id = 17, RD = true, Questions = { new Question { Name = "device.lab", Type = DnsType.A } } };
        byte[] bytes = question.ToByteArray();
        await stream.WriteAsync(new byte[] { (byte)(bytes.Length >> 8), (byte)bytes.Length }.Concat(bytes).ToArray());
        ushort length = new WireReader(stream).ReadUInt16();
        byte[] response = new byte[length];
        await stream.ReadExactlyAsync(response);
        Message answer = (Message)new Message().Read(response);
        // }
        Assert.Equal("198.51.100.7", Assert.Single(answer.Answers.OfType<Makaretu.Dns.ARecord>()).Address.ToString());
    }

    private static async Task<LabServer> StartAsync()
    {
        string dnsmasq = LabServer.Require("dnsmasq-base", "/usr/sbin/dnsmasq");
        LabServer server = new();
        server.Start(dnsmasq,
        [
            "--keep-in-foreground", "--conf-file=/dev/null", "--no-resolv", "--no-hosts", "--pid-file=", "--user=root", "--listen-address=127.0.0.1",
            "--bind-interfaces", $"--port={server.Port}", "--host-record=device.lab,198.51.100.7",
        ]);
        await server.PublishAsync();
        return server;
    }

    // {
    private sealed class PoolTransport(SocketPool pool, int port) : IClientTransport
    {
        public ushort MaximumAllowedQuerySize => 512;

        public bool SupportsReliableTransfer => false;

        public bool SupportsMulticastTransfer => false;

        public bool SupportsPooledConnections => false;

        public async Task<IClientConnection?> ConnectAsync(DnsClientEndpointInfo endpointInfo, int queryTimeout, CancellationToken token)
        {
            PoolSocket socket = pool.CreateSocket(endpointInfo.DestinationAddress.AddressFamily, SocketType.Dgram);
            socket.SetTimeout(queryTimeout / 1000.0);
            await socket.ConnectAsync(new IPEndPoint(endpointInfo.DestinationAddress, port), token);
            return new Connection(this, socket);
        }

        public Task<IClientConnection?> GetPooledConnectionAsync(DnsClientEndpointInfo endpointInfo, CancellationToken token) =>
            Task.FromResult<IClientConnection?>(null);

        public void Dispose()
        {
        }

        private sealed class Connection(IClientTransport transport, PoolSocket socket) : IClientConnection
        {
            public IClientTransport Transport => transport;

            public bool IsFaulty { get; private set; }

            public async Task<bool> SendAsync(DnsRawPackage package, CancellationToken token)
            {
                await socket.SendAsync(package.ToArraySegment(false), token);
                return true;
            }

            public async Task<DnsReceivedRawPackage?> ReceiveAsync(DnsMessageIdentification identification, CancellationToken token)
            {
                // The datagram goes behind the two bytes that its length has in TCP.
                byte[] buffer = new byte[65537];
                int count = await socket.ReceiveIntoAsync(buffer.AsMemory(2), token);
                return new DnsReceivedRawPackage(buffer[..(count + 2)], socket.RemoteEndPoint, socket.LocalEndPoint);
            }

            public void RestartIdleTimeout(TimeSpan? timeout)
            {
            }

            public void MarkFaulty() => IsFaulty = true;

            public void Dispose() => socket.Dispose();
        }
    }
    // }
}
