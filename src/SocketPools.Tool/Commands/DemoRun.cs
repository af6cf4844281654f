using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using System.Security.Cryptography;
using SocketPools.Diagnostics;
using SocketPools.Radios;
using SocketPools.Tool.Fetching;
using SocketPools.Tool.Http;
using SocketPools.Tool.Serving;

namespace SocketPools.Tool;

/// <summary>The steps of the demo. Their sockets stay open until the pool's table has been taken.</summary>
internal sealed class DemoRun(SocketPool pool, TimeSpan timeout) : IDisposable
{
    private const int PageSize = 4 * 1024 * 1024;
    private const int Datagrams = 1000;

    private readonly List<DemoStep> _steps = [];
    private readonly Stack<IDisposable> _open = [];
    private readonly DirectoryInfo _directory = Directory.CreateTempSubdirectory("socketpool-demo-");
    private readonly CancellationTokenSource _stop = new();

    internal DemoReport Run(out string table)
    {
        Step("tcp", FetchOverTcp);
        Step("udp", ExchangeDatagrams);
        Step("icmp", () => Echo(IPAddress.Loopback));
        Step("icmp6", () => Echo(IPAddress.IPv6Loopback));
        table = pool.Dump();
        DemoSocket[] sockets = [.. pool.GetOpenSockets().Select(Describe)];
        Close();
        return new DemoReport(
            pool.Radio.Name, pool.MaxSockets, [.. _steps], sockets, pool.OpenCount, pool.HighWaterMark, pool.TotalOpened);
    }

    public void Dispose()
    {
        Close();
        _stop.Dispose();
        _directory.Delete(recursive: true);
    }

    private void Close()
    {
        _stop.Cancel();
        while (_open.TryPop(out IDisposable? item))
        {
            item.Dispose();
        }
    }

    private void Step(string name, Func<string> work)
    {
        long start = Stopwatch.GetTimestamp();
        bool done = true;
        string detail;
        try
        {
            detail = work();
        }
        catch (Exception e) when (e is PoolSocketException or OutOfSocketsException or ToolException or IOException)
        {
            done = false;
            detail = ToolConsole.OneLine(ErrorText.Of(e));
        }

        _steps.Add(new DemoStep(name, done, Math.Round(Stopwatch.GetElapsedTime(start).TotalMilliseconds, 3), detail));
    }

    /// <summary>Serves a file with our server and fetches it with our client, both on sockets of the pool.</summary>
    private string FetchOverTcp()
    {
        byte[] page = RandomNumberGenerator.GetBytes(PageSize);
        File.WriteAllBytes(Path.Combine(_directory.FullName, "page.bin"), page);
        StaticServer server = new(
            pool, new ServedTree(_directory.FullName), new IPEndPoint(IPAddress.Loopback, 0), Math.Max(pool.MaxSockets - 2, 1), new ServeLimits(timeout, pool.LingerTimeout), _ => { });
        Thread accepting = new(() => server.Run(null, _stop.Token)) { IsBackground = true, Name = "demo server" };
        accepting.Start();
        _open.Push(new Ending(accepting));
        _open.Push(server);

        HttpFetcher fetcher = new(pool, new FetchSettings(timeout, TrustSettings.OfSystem));
        HttpUrl url = HttpUrl.Parse($"http://{server.Address}/page.bin");
        long start = Stopwatch.GetTimestamp();
        FetchedResponse response = fetcher.Get(url);
        _open.Push(response);
        byte[] got = new byte[PageSize];
        int count = 0;
        while (count < PageSize && response.Read(got.AsSpan(count)) is var n and > 0)
        {
            count += n;
        }

        double seconds = Stopwatch.GetElapsedTime(start).TotalSeconds;
        return got.AsSpan(0, count).SequenceEqual(page)
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"fetched {url}: {response.Head.Status} {response.Head.Reason}, {count} bytes as sent, {count / seconds / 1e6:0} MB/s")
            : throw new ToolException("the page arrived damaged");
    }

    /// <summary>Two sockets send datagrams to each other.</summary>
    private string ExchangeDatagrams()
    {
        PoolSocket left = OpenDatagram();
        PoolSocket right = OpenDatagram();
        IPSocketAddress there = right.LocalEndPoint;
        byte[] buffer = new byte[64];
        long start = Stopwatch.GetTimestamp();
        for (int i = 0; i < Datagrams; i++)
        {
            left.SendTo(buffer, there);
            int count = right.ReceiveFromInto(buffer, out IPSocketAddress from);
            right.SendTo(buffer.AsSpan(0, count), from);
            left.ReceiveInto(buffer);
        }

        double microseconds = Stopwatch.GetElapsedTime(start).TotalMicroseconds / Datagrams;
        return string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Datagrams} round trips of {buffer.Length} bytes, {microseconds:0.0} us each");
    }

    private PoolSocket OpenDatagram()
    {
        PoolSocket socket = pool.CreateSocket(type: SocketType.Dgram);
        _open.Push(socket);
        socket.Timeout = timeout;
        socket.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        return socket;
    }

    private string Echo(IPAddress address)
    {
        IcmpEcho echo = new(pool, address.AddressFamily);
        _open.Push(echo);
        EchoResult result = echo.Ping(new IPSocketAddress(address, 0), 1, "socketpool"u8, timeout);
        return result.Outcome == EchoOutcome.Reply
            ? string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{address} answers in {result.Time.TotalMicroseconds:0} us ({(echo.IsRaw ? "raw" : "ping")} socket)")
            : throw new ToolException($"{address}: {result.Outcome}");
    }

    private static DemoSocket Describe(SocketSnapshot s) => new(
        s.Id,
        s.Family == AddressFamily.InterNetwork ? "ipv4" : "ipv6",
        s.Type.ToString().ToLowerInvariant(),
        s.State.ToString().ToLowerInvariant(),
        s.Local.ToString(),
        s.Remote.ToString());

    /// <summary>Waits for the server's thread, after its listener was closed.</summary>
    private sealed class Ending(Thread thread) : IDisposable
    {
        public void Dispose() => thread.Join(TimeSpan.FromSeconds(5));
    }
}
