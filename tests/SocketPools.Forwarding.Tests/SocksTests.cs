using System.Net;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Time.Testing;
using SocketPools.Streams;
using SocketPools.Tests;

namespace SocketPools.Forwarding.Tests;

/// <summary>SOCKS5 by bytes, and with clients that others wrote.</summary>
public sealed class SocksTests
{
    [Theory]
    [InlineData(false, "192.0.2.2")]
    [InlineData(true, "192.0.2.2")]
    [InlineData(false, "far.lab")]
    [InlineData(true, "far.lab")]
    public async Task HttpClient_reaches_a_stack_through_it(bool asksForPassword, string host)
    {
        using TwoStacks network = new();
        network.AddName("far.lab", TwoStacks.FarAddress);
        using PoolSocket listener = Listen(network);
        Task serving = AnswerHttpAsync(listener);
        NetworkCredential? credentials = asksForPassword ? new("lab", "secret") : null;
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near, new SocketForwarderOptions { Credentials = credentials });
        using HttpClient client = new(new SocketsHttpHandler { Proxy = new WebProxy($"socks5://{forwarder.LocalEndPoint}") { Credentials = credentials } });
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://{host}:{listener.LocalEndPoint.Port}/")));
        await serving;
        Assert.Equal(1, forwarder.GetCounters().ConnectionsOpened);
    }

    [Theory]
    [InlineData("socks5")]
    [InlineData("socks5h")]
    public async Task Curl_reaches_a_stack_through_it(string scheme)
    {
        Assert.SkipUnless(File.Exists("/usr/bin/curl"), "curl is missing");
        using TwoStacks network = new();
        using PoolSocket listener = Listen(network);
        Task serving = AnswerHttpAsync(listener);
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(
            network.Near, new SocketForwarderOptions { Credentials = new NetworkCredential("lab", "secret") });
        ProgramRun.Result run = await ProgramRun.RunAsync(
            "curl", ["-s", "--proxy", $"{scheme}://lab:secret@{forwarder.LocalEndPoint}", $"http://192.0.2.2:{listener.LocalEndPoint.Port}/"]);
        Assert.Equal("hello", run.Output);
        await serving;
    }

    [Fact]
    public async Task A_pools_own_HttpClient_reaches_it_as_well()
    {
        using TwoStacks network = new();
        using TestPool pool = new();
        using PoolSocket listener = Listen(network);
        Task serving = AnswerHttpAsync(listener);
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using HttpClient client = new(new SocketsHttpHandler { Proxy = new WebProxy($"socks5://{forwarder.LocalEndPoint}") }.UseSocketPool(pool.Pool));
        Assert.Equal("hello", await client.GetStringAsync(new Uri($"http://192.0.2.2:{listener.LocalEndPoint.Port}/")));
        await serving;
        Assert.Equal(1, pool.Pool.TotalOpened);
    }

    [Theory]
    [InlineData("050100", "0500", "0501000109000001 0009", "0503")] // 9.0.0.1: no route on the stack
    [InlineData("050100", "0500", "05010001C0000202 0009", "0505")] // a closed port: refused
    [InlineData("050100", "0500", "05010003 0F 6E6F77686572652E696E76616C6964 0009", "0504")] // nowhere.invalid
    [InlineData("050100", "0500", "05020001C0000202 0009", "0507")] // BIND
    [InlineData("050100", "0500", "05010004 20010DB8000000000000000000000009 0009", "0503")] // no route of IPv6
    [InlineData("050100", "0500", "05010004 00000000000000000000FFFFC0000202 0009", "05")] // an IPv4 address as one of IPv6
    [InlineData("050100", "0500", "05090001C0000202 0009", "0507")] // no command
    [InlineData("050100", "0500", "05010002 C0000202 0009", "0508")] // no address type
    [InlineData("050100", "0500", "05010003 00 0009 00", "0501")] // an empty name
    [InlineData("050100", "0500", "05010003 03 610062 0009", "0501")] // a name with a null character
    [InlineData("050100", "0500", "04010001C0000202 0009", "0501")] // another version
    [InlineData("050102", "05FF", "", "")] // no method in common
    [InlineData("0500", "05FF", "", "")] // no method at all
    [InlineData("0403", "", "", "")] // SOCKS4
    [InlineData("4745", "", "", "")] // HTTP
    public async Task What_cannot_be_done_is_answered_as_the_RFC_says(string greeting, string choice, string request, string reply)
    {
        using TwoStacks network = new();
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near, new SocketForwarderOptions { Observer = log });
        using Socket client = Connect(forwarder);
        await SendByteByByteAsync(client, greeting);
        Assert.Equal(choice, Convert.ToHexString(await ReadAsync(client, choice.Length / 2)));
        if (request.Length > 0)
        {
            await SendByteByByteAsync(client, request);
            byte[] answer = await ReadAsync(client, 10);
            Assert.StartsWith(reply, Convert.ToHexString(answer), StringComparison.Ordinal);
            Assert.NotEqual(0, answer[1]);
            Assert.Equal(0, answer[2]);
            Assert.Equal(1, answer[3]);
        }

        await AssertEndsAsync(client);
        client.Close();
        Assert.NotNull((await log.NextAsync("failed")).Reason);
        Assert.Equal(1, forwarder.GetCounters().ConnectionsFailed);
    }

    [Fact]
    public async Task A_target_that_never_answers_is_an_unreachable_host_when_the_time_is_up()
    {
        FakeTimeProvider time = new();
        using TwoStacks network = new(timeProvider: time);
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket client = Connect(forwarder);
        await client.SendAsync(Bytes("050100 05010001C0000202 0000")); // no stack answers to port 0
        Assert.Equal("0500", Convert.ToHexString(await ReadAsync(client, 2)));
        Task<byte[]> answer = ReadAsync(client, 10);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (!answer.IsCompleted)
        {
            // Nothing fails before the connect has begun, whatever time it is.
            time.Advance(TimeSpan.FromSeconds(1));
            await timer.WaitForNextTickAsync();
        }

        Assert.StartsWith("0504", Convert.ToHexString(await answer), StringComparison.Ordinal);
        await AssertEndsAsync(client);
    }

    [Fact]
    public async Task A_refused_client_that_stays_is_left_after_2_s()
    {
        FakeTimeProvider time = new();
        using TwoStacks network = new(timeProvider: time);
        ForwarderLog log = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(
            network.Near, new IPEndPoint(IPAddress.Any, 1080), network.Near, new SocketForwarderOptions { Observer = log });
        using PoolSocket client = await network.Far.CreateConnectionAsync("192.0.2.1", 1080);
        await client.SendAllAsync(Bytes("0500"));
        byte[] buffer = new byte[10];
        Assert.Equal(2, await client.ReceiveIntoAsync(buffer));
        Assert.Equal(0, await client.ReceiveIntoAsync(buffer));
        Task<(ForwardedConnection Connection, Exception? Reason)> failed = log.NextAsync("failed");
        DateTimeOffset start = time.GetUtcNow();
        time.Advance(TimeSpan.FromSeconds(1.9));
        Assert.Equal(1, forwarder.GetCounters().ActiveConnections);
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (!failed.IsCompleted)
        {
            time.Advance(TimeSpan.FromSeconds(0.1));
            await timer.WaitForNextTickAsync();
        }

        await failed;
        Assert.True(time.GetUtcNow() - start >= TimeSpan.FromSeconds(2));
    }

    [Theory]
    [InlineData("01 03 6C6162 06 736563726574", "0100")] // lab, secret
    [InlineData("01 03 6C6162 06 736563726575", "0101")] // another password
    [InlineData("01 03 6C6162 05 7365637265", "0101")] // the beginning of it
    [InlineData("01 03 6C6163 06 736563726574", "0101")] // another user
    [InlineData("01 00 00", "0101")]
    [InlineData("02 00 00", "0101")] // another version
    public async Task A_password_is_checked(string message, string answer)
    {
        using TwoStacks network = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(
            network.Near, new SocketForwarderOptions { Credentials = new NetworkCredential("lab", "secret") });
        using Socket client = Connect(forwarder);
        await SendByteByByteAsync(client, "05020002");
        Assert.Equal("0502", Convert.ToHexString(await ReadAsync(client, 2)));
        await client.SendAsync(Bytes(message));
        Assert.Equal(answer, Convert.ToHexString(await ReadAsync(client, 2)));
        if (answer == "0101")
        {
            await AssertEndsAsync(client);
        }
    }

    [Fact]
    public async Task A_client_without_a_password_is_refused_where_one_is_set()
    {
        using TwoStacks network = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(
            network.Near, new SocketForwarderOptions { Credentials = new NetworkCredential("lab", "secret") });
        using Socket client = Connect(forwarder);
        await client.SendAsync(Bytes("050100"));
        Assert.Equal("05FF", Convert.ToHexString(await ReadAsync(client, 2)));
        await AssertEndsAsync(client);
    }

    [Fact]
    public async Task A_handshake_that_takes_too_long_is_ended()
    {
        using TwoStacks network = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near, new SocketForwarderOptions { ConnectTimeout = TimeSpan.FromSeconds(0.2) });
        using Socket client = Connect(forwarder);
        await client.SendAsync(Bytes("05"));
        await AssertEndsAsync(client);
    }

    [Fact]
    public void Credentials_that_SOCKS_cannot_carry_are_refused()
    {
        using TwoStacks network = new();
        foreach (NetworkCredential credential in new[] { new NetworkCredential("", "x"), new NetworkCredential("x", ""), new NetworkCredential("x", new string('y', 256)) })
        {
            Assert.Throws<ArgumentException>(() => SocketForwarder.StartSocks(network.Near, new SocketForwarderOptions { Credentials = credential }));
        }
    }

    [Theory]
    [InlineData("01 C0000202", "03 07 6661722E6C6162")] // 192.0.2.2, far.lab
    public async Task Udp_goes_to_addresses_and_names_and_comes_back_with_its_sender(params string[] targets)
    {
        using TwoStacks network = new();
        network.AddName("far.lab", TwoStacks.FarAddress);
        using PoolSocket server = network.Far.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        server.Bind(new IPEndPoint(TwoStacks.FarAddress, 7000));
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket control = Connect(forwarder);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(await AssociateAsync(control));
        byte[] buffer = new byte[65536];
        foreach (string target in targets)
        {
            await client.SendAsync(Bytes($"000000 {target} 1B58 AABB"));
            ReceiveFromResult received = await server.ReceiveFromIntoAsync(buffer);
            Assert.Equal("AABB", Convert.ToHexString(buffer, 0, received.Count));
            await server.SendToAsync(Bytes("CCDD"), received.Remote);
            Assert.Equal("00000001C00002021B58CCDD", Convert.ToHexString(buffer, 0, await client.ReceiveAsync(buffer)));
        }

        Assert.Equal(0, forwarder.GetCounters().DatagramsDropped);
        control.Close();
        await network.Near.WaitForCapacityAsync();
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));

        // The association has ended when its sockets are closed, and is counted a little later.
        while (network.Near.OpenCount > 0 || forwarder.GetCounters().ActiveConnections > 0)
        {
            await timer.WaitForNextTickAsync();
        }
    }

    [Theory]
    [InlineData("000001 01 C0000202 1B58 AABB")] // a fragment
    [InlineData("000000 02 C0000202 1B58 AABB")] // no address type
    [InlineData("000000 01 C00002")] // cut
    [InlineData("000000 03 FF 6661")] // a name that is longer than the datagram
    [InlineData("0000")]
    [InlineData("")]
    public async Task A_datagram_with_a_wrong_head_is_dropped_and_counted(string datagram)
    {
        using TwoStacks network = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket control = Connect(forwarder);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(await AssociateAsync(control));
        await client.SendAsync(Bytes(datagram));
        await WaitForDropsAsync(forwarder, 1);
        Assert.Equal(0, network.Near.TotalOpened);
    }

    [Theory]
    [InlineData("01 C0000202")]
    [InlineData("03 07 6661722E6C6162")] // far.lab
    public async Task An_answer_that_no_datagram_can_carry_with_its_head_is_dropped_alone(string target)
    {
        using TwoStacks network = new();
        network.AddName("far.lab", TwoStacks.FarAddress);
        using PoolSocket server = network.Far.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        server.Bind(new IPEndPoint(TwoStacks.FarAddress, 7000));
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket control = Connect(forwarder);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(await AssociateAsync(control));
        byte[] buffer = new byte[65536];
        await client.SendAsync(Bytes($"000000 {target} 1B58 AABB"));
        ReceiveFromResult received = await server.ReceiveFromIntoAsync(buffer);
        await server.SendToAsync(new byte[65507], received.Remote);
        await server.SendToAsync(Bytes("CCDD"), received.Remote);
        int count = await client.ReceiveAsync(buffer.AsMemory(), SocketFlags.None).AsTask().WaitAsync(TimeSpan.FromSeconds(120));
        Assert.Equal("00000001C00002021B58CCDD", Convert.ToHexString(buffer, 0, count));
        Assert.Equal(1, forwarder.GetCounters().DatagramsDropped);
    }

    [Fact]
    public async Task Datagrams_for_names_that_do_not_resolve_are_counted_as_dropped()
    {
        using TwoStacks network = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket control = Connect(forwarder);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(await AssociateAsync(control));
        string longest = string.Concat(Enumerable.Repeat("61", 255));
        string[] targets = ["03 0F 6E6F77686572652E696E76616C6964", $"03 FF {longest}"]; // nowhere.invalid, and a label of 255 bytes
        for (int i = 0; i < targets.Length; i++)
        {
            await client.SendAsync(Bytes($"000000 {targets[i]} 1B58 AABB"));
            await WaitForDropsAsync(forwarder, i + 1);
        }
    }

    [Fact]
    public async Task An_association_may_use_more_names_than_it_remembers()
    {
        using TwoStacks network = new();
        using PoolSocket server = network.Far.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        server.Bind(new IPEndPoint(TwoStacks.FarAddress, 7000));
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket control = Connect(forwarder);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        client.Connect(await AssociateAsync(control));
        byte[] buffer = new byte[100];
        for (int i = 0; i < 200; i++)
        {
            string name = $"n{i:000}.lab";
            network.AddName(name, TwoStacks.FarAddress);
            await client.SendAsync(Bytes($"000000 03 08 {Convert.ToHexString(Encoding.ASCII.GetBytes(name))} 1B58 {i:X2}"));
            await server.ReceiveFromIntoAsync(buffer).AsTask().WaitAsync(TimeSpan.FromSeconds(120));
            Assert.Equal(i, buffer[0]);
        }

        Assert.Equal(0, forwarder.GetCounters().DatagramsDropped);
    }

    [Fact]
    public async Task A_stranger_cannot_use_an_association()
    {
        using TwoStacks network = new();
        using PoolSocket server = network.Far.CreateSocket(AddressFamily.InterNetwork, SocketType.Dgram);
        server.Bind(new IPEndPoint(TwoStacks.FarAddress, 7000));
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket control = Connect(forwarder);
        IPEndPoint relay = await AssociateAsync(control);
        using Socket client = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using Socket otherPort = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        using Socket otherHost = new(AddressFamily.InterNetwork, SocketType.Dgram, ProtocolType.Udp);
        otherHost.Bind(new IPEndPoint(IPAddress.Parse("127.0.0.2"), 0));
        await otherHost.SendToAsync(Bytes("000000 01 C0000202 1B58 01"), relay);
        await client.SendToAsync(Bytes("000000 01 C0000202 1B58 02"), relay);
        await otherPort.SendToAsync(Bytes("000000 01 C0000202 1B58 03"), relay);
        await client.SendToAsync(Bytes("000000 01 C0000202 1B58 04"), relay);
        byte[] buffer = new byte[10];
        await server.ReceiveFromIntoAsync(buffer);
        Assert.Equal(2, buffer[0]);
        await server.ReceiveFromIntoAsync(buffer);
        Assert.Equal(4, buffer[0]);
        Assert.Equal(2, forwarder.GetCounters().DatagramsDropped);
    }

    [Fact]
    public async Task Disposing_ends_handshakes_and_associations()
    {
        using TwoStacks network = new();
        SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near);
        using Socket silent = Connect(forwarder);
        using Socket control = Connect(forwarder);
        await AssociateAsync(control);
        await forwarder.DisposeAsync().AsTask().WaitAsync(TimeSpan.FromSeconds(120));
        await AssertEndsAsync(silent);
        await AssertEndsAsync(control);
        Assert.Equal(0, forwarder.GetCounters().ActiveConnections);
    }

    [Fact]
    public async Task Random_bytes_end_nothing_but_their_own_connection()
    {
        using TwoStacks network = new();
        await using SocketForwarder forwarder = SocketForwarder.StartSocks(network.Near, new SocketForwarderOptions { ConnectTimeout = TimeSpan.FromSeconds(1) });
        for (int seed = 0; seed < 200; seed++)
        {
            Random random = new(seed);
            byte[] bytes = new byte[random.Next(1, 40)];
            random.NextBytes(bytes);
            if (seed % 2 == 0 && bytes.Length > 4)
            {
                Bytes("050100 05").CopyTo(bytes, 0);
            }

            using Socket client = Connect(forwarder);
            await client.SendAsync(bytes);
            client.Shutdown(SocketShutdown.Send);
            await AssertEndsAsync(client);
        }

        Assert.False(forwarder.Completion.IsCompleted);
        using Socket last = Connect(forwarder);
        await last.SendAsync(Bytes("050100"));
        Assert.Equal("0500", Convert.ToHexString(await ReadAsync(last, 2)));
    }

    private static async Task WaitForDropsAsync(SocketForwarder forwarder, int count)
    {
        using PeriodicTimer timer = new(TimeSpan.FromMilliseconds(5));
        while (forwarder.GetCounters().DatagramsDropped < count)
        {
            await timer.WaitForNextTickAsync();
        }

        Assert.Equal(count, forwarder.GetCounters().DatagramsDropped);
    }

    private static PoolSocket Listen(TwoStacks network)
    {
        PoolSocket listener = network.Far.CreateSocket();
        listener.Bind(new IPEndPoint(TwoStacks.FarAddress, 0));
        listener.Listen(16);
        return listener;
    }

    private static async Task AnswerHttpAsync(PoolSocket listener)
    {
        using PoolSocket server = await listener.AcceptAsync();
        StringBuilder head = new();
        byte[] buffer = new byte[1000];
        while (!head.ToString().Contains("\r\n\r\n", StringComparison.Ordinal))
        {
            head.Append(Encoding.ASCII.GetString(buffer, 0, await server.ReceiveIntoAsync(buffer)));
        }

        await server.SendAllAsync("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello"u8.ToArray());
        await server.LingerAsync(server.ShutdownSending(TimeSpan.FromSeconds(30), waitsForPeer: true));
    }

    private static async Task<IPEndPoint> AssociateAsync(Socket control)
    {
        await control.SendAsync(Bytes("050100"));
        await ReadAsync(control, 2);
        await control.SendAsync(Bytes("05030001 00000000 0000"));
        byte[] answer = await ReadAsync(control, 10);
        Assert.Equal("0500000 1".Replace(" ", "", StringComparison.Ordinal), Convert.ToHexString(answer)[..8]);
        return new IPEndPoint(new IPAddress(answer.AsSpan(4, 4)), (answer[8] << 8) | answer[9]);
    }

    private static Socket Connect(SocketForwarder forwarder)
    {
        Socket client = new(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        client.Connect(IPAddress.Loopback, forwarder.LocalEndPoint.Port);
        return client;
    }

    private static async Task SendByteByByteAsync(Socket client, string hexadecimal)
    {
        foreach (byte value in Bytes(hexadecimal))
        {
            await client.SendAsync(new[] { value });
        }
    }

    private static async Task<byte[]> ReadAsync(Socket client, int count)
    {
        byte[] buffer = new byte[count];
        for (int at = 0; at < count;)
        {
            int received = await client.ReceiveAsync(buffer.AsMemory(at), SocketFlags.None);
            Assert.NotEqual(0, received);
            at += received;
        }

        return buffer;
    }

    /// <summary>By the end of the stream or a reset, and without another byte.</summary>
    private static async Task AssertEndsAsync(Socket client)
    {
        byte[] rest = new byte[100];
        try
        {
            while (await client.ReceiveAsync(rest.AsMemory(), SocketFlags.None).AsTask().WaitAsync(TimeSpan.FromSeconds(120)) > 0)
            {
            }
        }
        catch (SocketException e)
        {
            Assert.Equal(SocketError.ConnectionReset, e.SocketErrorCode);
        }
    }

    private static byte[] Bytes(string hexadecimal) => Convert.FromHexString(hexadecimal.Replace(" ", "", StringComparison.Ordinal));
}
